// The kinds Meshdeck reads, with the plural their URLs use. Versions are found by discovery, never by constant.
#pragma once

#include <span>
#include <string_view>

namespace meshdeck::config {

struct Kind {
    std::string_view group; // "" for core
    std::string_view kind;
    std::string_view plural;
    bool namespaced = true;
    bool optional = true; // absence is normal (CRDs)
};

// Everything that is listed and watched, what the map needs first in front. Secrets are never among them.
[[nodiscard]] std::span<const Kind> watchedKinds();
// By group and kind; null when it is none of ours.
[[nodiscard]] const Kind* findKind(std::string_view group, std::string_view kind);

} // namespace meshdeck::config
