#include "policy/routing/header_edits.h"

#include <algorithm>

namespace meshdeck::policy {
namespace {

using config::HeaderOperations;
using config::StringPairs;

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

bool fixed(std::string_view lowerName) {
    return lowerName.empty() || lowerName.front() == ':' || lowerName == "host";
}

StringPairs changeablePairs(const StringPairs& written) {
    StringPairs result;
    for (const auto& [name, value] : written) {
        if (std::string key = lowered(name); !fixed(key)) {
            result.emplace_back(std::move(key), value);
        }
    }
    return result;
}

bool names(const StringPairs& pairs, const std::string& name) {
    return std::ranges::find(pairs, name, &StringPairs::value_type::first) != pairs.end();
}

void drop(StringPairs& pairs, const std::string& name) {
    std::erase_if(pairs, [&name](const auto& pair) { return pair.first == name; });
}

void setOne(StringPairs& pairs, const std::string& name, const std::string& value) {
    drop(pairs, name);
    pairs.emplace_back(name, value);
}

} // namespace

HeaderOperations changeable(const HeaderOperations& written) {
    HeaderOperations result;
    result.set = changeablePairs(written.set);
    result.add = changeablePairs(written.add);
    for (const std::string& name : written.remove) {
        if (std::string key = lowered(name); !fixed(key)) {
            result.remove.push_back(std::move(key));
        }
    }
    return result;
}

std::optional<std::string> authorityOf(const HeaderOperations& request) {
    for (const StringPairs* pairs : {&request.set, &request.add}) {
        for (const auto& [name, value] : *pairs) {
            const std::string key = lowered(name);
            if ((key == "host" || key == ":authority") && !value.empty()) {
                return value;
            }
        }
    }
    return std::nullopt;
}

HeaderOperations joined(const HeaderOperations& first, const HeaderOperations& second) {
    HeaderOperations result = first;
    result.remove.insert(result.remove.end(), second.remove.begin(), second.remove.end());
    for (const auto& [name, value] : second.set) { // later in the list than what `first` added
        setOne(result.set, name, value);
        drop(result.add, name);
    }
    result.add.insert(result.add.end(), second.add.begin(), second.add.end());
    return result;
}

HeaderOperations inSequence(const HeaderOperations& first, const HeaderOperations& second) {
    HeaderOperations kept = first;
    for (const std::string& name : second.remove) {
        drop(kept.set, name);
        drop(kept.add, name);
    }
    return joined(kept, second);
}

void applyEdits(const HeaderOperations& operations, Headers& headers) {
    for (const std::string& name : operations.remove) {
        drop(headers, name);
    }
    for (const auto& [name, value] : operations.set) {
        const bool known = names(headers, name);
        const auto first = std::ranges::find(headers, name, &StringPairs::value_type::first);
        if (!known) {
            headers.emplace_back(name, value);
            continue;
        }
        first->second = value; // in its place; repeated ones go
        headers.erase(std::remove_if(first + 1, headers.end(), [&n = name](const auto& h) { return h.first == n; }),
                      headers.end());
    }
    headers.insert(headers.end(), operations.add.begin(), operations.add.end());
}

} // namespace meshdeck::policy
