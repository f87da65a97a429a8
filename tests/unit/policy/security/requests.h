// A request as the evaluator of Envoy's RBAC sees it, and the same for our own code.
#pragma once

#include <map>
#include <string>

#include "policy/security/attributes.h"

namespace meshdeck::policy::test {

struct Sample {
    std::string identity; // with spiffe://; "" plaintext
    std::string sourceIp = "203.0.113.9";
    std::string remoteIp = "203.0.113.8";
    std::string destinationIp = "203.0.113.7";
    unsigned port = 12345;
    std::string sni;
    std::map<std::string, std::string> headers; // ":method", ":authority", ":path" among them
    std::map<std::string, std::string> claims;
};

inline PeerRequest peerOf(const Sample& sample, bool http) {
    PeerRequest request;
    request.http = http;
    request.principal = sample.identity.empty() ? "" : sample.identity.substr(9);
    request.sourceAddress = sample.sourceIp;
    request.remoteAddress = sample.remoteIp;
    request.destinationAddress = sample.destinationIp;
    request.port = sample.port;
    request.sni = sample.sni;
    request.headers = Headers{};
    for (const auto& [name, value] : sample.headers) {
        if (name == ":method") {
            request.method = value;
        } else if (name == ":authority") {
            request.host = value;
        } else if (name == ":path") {
            request.path = value;
        } else {
            request.headers->emplace_back(name, value);
        }
    }
    return request;
}

inline security::TokenView tokenOf(const Sample& sample) {
    security::TokenView view;
    view.valid = security::tri(!sample.claims.empty());
    for (const auto& [name, value] : sample.claims) {
        view.claims[name] = value;
    }
    return view;
}

} // namespace meshdeck::policy::test
