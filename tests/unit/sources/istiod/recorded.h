// The exchanges recorded from a real istiod.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace meshdeck::sources::test {

struct Exchange {
    std::string name;
    std::string request;
    std::string response;
    std::string status; // gRPC's name; empty when there was an answer
    std::string details;
};

inline std::string fromBase64(const std::string& text) {
    static const std::string kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned value = 0;
    int bits = 0;
    for (const char c : text) {
        const auto digit = kDigits.find(c);
        if (digit == std::string::npos) {
            break; // padding
        }
        value = (value << 6U) | static_cast<unsigned>(digit);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<char>((value >> static_cast<unsigned>(bits)) & 0xFFU));
        }
    }
    return bytes;
}

inline std::vector<Exchange> recordedExchanges() {
    std::ifstream file(MESHDECK_TEST_DATA "/recorded/istiod-xds.json");
    const nlohmann::json document = nlohmann::json::parse(file);
    std::vector<Exchange> all;
    for (const auto& call : document.at("calls")) {
        all.push_back({call.at("name"), fromBase64(call.value("request", "")), fromBase64(call.value("response", "")),
                       call.value("status", ""), call.value("details", "")});
    }
    return all;
}

inline Exchange recordedExchange(const std::string& name) {
    for (const Exchange& one : recordedExchanges()) {
        if (one.name == name) {
            return one;
        }
    }
    ADD_FAILURE() << "no recording of " << name;
    return {};
}

} // namespace meshdeck::sources::test
