#include "policy/security/cidr.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace meshdeck::policy::security {

std::optional<AddressRange> parseAddressRange(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    AddressRange range;
    range.family = address.find(':') == std::string::npos ? 4 : 6;
    range.prefix = range.family == 4 ? 32 : 128;
    if (inet_pton(range.family == 4 ? AF_INET : AF_INET6, address.c_str(), range.bytes.data()) != 1) {
        return std::nullopt;
    }
    if (slash != std::string_view::npos) {
        const std::string_view length = text.substr(slash + 1);
        int prefix = -1;
        const auto parsed = std::from_chars(length.data(), length.data() + length.size(), prefix);
        if (parsed.ec != std::errc{} || parsed.ptr != length.data() + length.size() || prefix < 0 ||
            prefix > range.prefix) {
            return std::nullopt;
        }
        range.prefix = prefix;
    }
    return range;
}

bool contains(const AddressRange& range, std::string_view address) {
    const auto other = parseAddressRange(address);
    if (!other || other->family != range.family) {
        return false;
    }
    for (int bit = 0; bit < range.prefix; bit += 8) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int rest = range.prefix - bit;
        const auto mask = static_cast<std::uint8_t>(rest >= 8 ? 0xFF : 0xFF << (8 - rest));
        if (((range.bytes[byte] ^ other->bytes[byte]) & mask) != 0) {
            return false;
        }
    }
    return true;
}

} // namespace meshdeck::policy::security
