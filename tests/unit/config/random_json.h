// Random JSON and random changes of it, from a seed.
#pragma once

#include <array>
#include <random>
#include <string>

#include "config/json.h"

namespace meshdeck::config {

class RandomJson {
public:
    explicit RandomJson(unsigned seed) : m_random(seed) {}

    std::size_t below(std::size_t end) { return static_cast<std::size_t>(m_random()) % end; }

    Json value(int depth) {
        switch (below(depth > 0 ? 8 : 6)) {
        case 0: return nullptr;
        case 1: return below(2) == 0;
        case 2: return static_cast<std::int64_t>(m_random()) * (below(2) == 0 ? 1 : -1'000'000'000LL);
        case 3: return static_cast<double>(below(1000)) / 8.0;
        case 4:
        case 5: return text();
        case 6: return list(depth);
        default: return map(depth);
        }
    }

    Json map(int depth) {
        Json result = Json::object();
        for (std::size_t i = below(5); i > 0; --i) {
            result[text()] = value(depth - 1);
        }
        return result;
    }

    // Text that YAML could take for something else, more often than not.
    std::string text() {
        static const std::array<std::string, 34> kPieces = {
            "a",    "reviews", "on",  "0777", "1e3",  "- ",  ": ",      " #",   "'",      "\"",  "\n",   "\n\n",
            "\t",   "\\",      "{",   "]",    "&a",   "*",   "!x",      "%",    "@",      "---", "...",  "|",
            "> ",   " ",       "",    "?",    "null", "~",   "\u00e9",  "1:30", "2024-01-01", "\x01"};
        std::string result;
        for (std::size_t i = below(4); i > 0; --i) {
            result += kPieces[below(kPieces.size())];
        }
        return result;
    }

    // Replaces, drops or adds something somewhere.
    void mutate(Json& json) {
        Json* place = &json;
        while (place->is_structured() && !place->empty() && below(4) != 0) {
            auto child = place->begin();
            std::advance(child, static_cast<std::ptrdiff_t>(below(place->size())));
            place = &*child;
        }
        if (place->is_array() && below(2) == 0) {
            place->push_back(value(2));
        } else if (place->is_object() && !place->empty() && below(2) == 0) {
            place->erase(place->begin().key());
        } else {
            *place = value(3);
        }
    }

private:
    Json list(int depth) {
        Json result = Json::array();
        for (std::size_t i = below(5); i > 0; --i) {
            result.push_back(value(depth - 1));
        }
        return result;
    }
    std::mt19937 m_random;
};

} // namespace meshdeck::config
