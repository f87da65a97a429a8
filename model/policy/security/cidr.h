// Address ranges of ipBlocks and the like: IPv4 or IPv6, with or without a prefix length.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meshdeck::policy::security {

struct AddressRange {
    std::array<std::uint8_t, 16> bytes{};
    int family = 4; // 4 or 6
    int prefix = 32;
};

// "10.0.0.1", "10.0.0.0/8", "fd00::/8". Nothing for anything else.
[[nodiscard]] std::optional<AddressRange> parseAddressRange(std::string_view text);
// False when `address` is no address or of the other family.
[[nodiscard]] bool contains(const AddressRange& range, std::string_view address);

} // namespace meshdeck::policy::security
