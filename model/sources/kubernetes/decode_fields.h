// Reading fields of Kubernetes objects out of simdjson's DOM; private to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "mesh/resource.h"

namespace meshdeck::sources::kubernetes {

using Element = simdjson::dom::element;

// The string, number or object at a path of keys; empty, 0 or not an object when it is not there.
inline std::string stringAt(Element object, std::string_view key) {
    std::string_view value;
    return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

inline std::int64_t integerAt(Element object, std::string_view key) {
    std::int64_t value = 0;
    return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

inline bool childAt(Element object, std::string_view key, Element& child) {
    return object[key].get(child) == simdjson::SUCCESS;
}

inline mesh::Labels labelsOf(Element map) {
    mesh::Labels result;
    simdjson::dom::object object;
    if (map.get(object) == simdjson::SUCCESS) {
        for (const auto& [key, value] : object) {
            std::string_view string;
            if (value.get(string) == simdjson::SUCCESS) {
                result.emplace(std::string(key), std::string(string));
            }
        }
    }
    return result;
}

inline mesh::Labels labelsAt(Element object, std::string_view key) {
    Element map;
    return childAt(object, key, map) ? labelsOf(map) : mesh::Labels{};
}

// Calls `call` with each element of the array at `key`.
template <typename Call>
void eachAt(Element object, std::string_view key, const Call& call) {
    simdjson::dom::array array;
    if (object[key].get(array) == simdjson::SUCCESS) {
        for (const Element element : array) {
            call(element);
        }
    }
}

} // namespace meshdeck::sources::kubernetes
