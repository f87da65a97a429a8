#include "policy/checks/validation/names.h"

#include <algorithm>
#include <charconv>

#include "policy/host_name.h"
#include "policy/world.h"

namespace meshdeck::policy::validation {
namespace {

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestName = 255;

bool inner(char c) {
    return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '-';
}

bool allDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "*", "*-foo" and plain labels.
bool isFirstLabel(std::string_view label) {
    if (!label.starts_with('*')) {
        return isDnsLabel(label);
    }
    const std::string_view rest = label.substr(1);
    return label.size() <= kLongestLabel &&
           (rest.empty() || (std::all_of(rest.begin(), rest.end(), inner) && rest.back() != '-'));
}

} // namespace

bool isDnsLabel(std::string_view text) {
    return !text.empty() && text.size() <= kLongestLabel && std::all_of(text.begin(), text.end(), inner) &&
           text.front() != '-' && text.back() != '-';
}

std::string domainProblem(std::string_view host, bool wildcard) {
    if (host.empty()) {
        return "a host must not be empty";
    }
    if (host.size() > kLongestName) {
        return "a host has at most 255 characters";
    }
    bool first = true;
    for (std::string_view rest = host; !rest.empty(); first = false) {
        const std::size_t dot = rest.find('.');
        const std::string_view label = rest.substr(0, dot);
        const bool last = dot == std::string_view::npos;
        if (!(first && wildcard ? isFirstLabel(label) : isDnsLabel(label))) {
            return "\"" + std::string(host) + "\" is no DNS name (\"" + std::string(label) + "\")";
        }
        if (last && allDigits(label) && !(first && wildcard)) {
            return "\"" + std::string(host) + "\" ends in a number, which no DNS name does";
        }
        rest = last ? std::string_view() : rest.substr(dot + 1);
    }
    return {};
}

bool isPartialWildcard(std::string_view host) {
    return host.find('*') != std::string_view::npos && host.size() != 1 && !host.starts_with("*.");
}

std::string namespacedHostProblem(std::string_view text, bool gateway) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos && !gateway) {
        return "\"" + std::string(text) + "\" has not the form namespace/host";
    }
    const NamespacedHost parts = splitNamespacedHost(text);
    if (slash != std::string_view::npos) {
        const bool known = parts.ns == "*" || parts.ns == "." || (parts.ns == "~" && !gateway) || isDnsLabel(parts.ns);
        if (!known || parts.host.empty()) {
            return "\"" + std::string(text) + "\" has not the form namespace/host";
        }
    }
    if (parts.host == "*" || (gateway && isAddress(parts.host))) {
        return {};
    }
    if (parts.host.find('.') == std::string::npos) {
        return "\"" + std::string(text) + "\" is a short name; write the full host";
    }
    if (isPartialWildcard(parts.host)) {
        return "\"" + std::string(text) + "\" has a wildcard that is not a whole label";
    }
    return domainProblem(parts.host, true);
}

bool isAddressOrRange(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (!isAddress(text.substr(0, slash))) {
        return false;
    }
    if (slash == std::string_view::npos) {
        return true;
    }
    const std::string_view bits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), length);
    const unsigned most = text.substr(0, slash).find(':') == std::string_view::npos ? 32 : 128;
    return error == std::errc() && end == bits.data() + bits.size() && length <= most;
}

bool isProtocol(std::string_view word) {
    return parseProtocol(word) != Protocol::Auto;
}

bool isPort(double number) {
    return number >= 1 && number <= 65535;
}

} // namespace meshdeck::policy::validation
