// A match's labels and lists in one line: the simulator's rejections and the ladder of rules say the same words.
#pragma once

#include <string>
#include <vector>

#include "mesh/resource.h"

namespace meshdeck::policy {

// "app=web,version=v1"
inline std::string words(const mesh::Labels& labels) {
    std::string text;
    for (const auto& [key, value] : labels) {
        text += (text.empty() ? "" : ",") + key + "=" + value;
    }
    return text;
}

// "a, b"
inline std::string words(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : ", ") + value;
    }
    return text;
}

} // namespace meshdeck::policy
