// The recorded exchanges of tests/data/recorded/kube-apiserver.json by name.
#pragma once

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sources/http/http_client.h"

namespace meshdeck::test {

inline const nlohmann::json& recordedExchanges() {
    static const nlohmann::json document = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/recorded/kube-apiserver.json");
        return nlohmann::json::parse(file).at("exchanges");
    }();
    return document;
}

inline sources::HttpResponse recordedResponse(const std::string& name) {
    for (const auto& exchange : recordedExchanges()) {
        if (exchange.at("name") == name) {
            const auto& response = exchange.at("response");
            sources::HttpResponse result{response.at("status").get<int>(), {}, response.at("body"), false};
            for (const auto& [key, value] : response.at("headers").items()) {
                result.headers.emplace_back(key, value.get<std::string>());
            }
            return result;
        }
    }
    ADD_FAILURE() << "no recorded exchange " << name;
    return {};
}

inline std::string recordedBody(const std::string& name) {
    return recordedResponse(name).body;
}

} // namespace meshdeck::test
