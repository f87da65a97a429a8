#include <algorithm>
#include <array>

#include "policy/world.h"

namespace meshdeck::policy {

namespace {

constexpr std::array<std::pair<std::string_view, Protocol>, 12> kWords = {{{"tcp", Protocol::Tcp},
                                                                           {"udp", Protocol::Udp},
                                                                           {"grpc", Protocol::Grpc},
                                                                           {"grpc-web", Protocol::GrpcWeb},
                                                                           {"http", Protocol::Http},
                                                                           {"http_proxy", Protocol::HttpProxy},
                                                                           {"http2", Protocol::Http2},
                                                                           {"https", Protocol::Https},
                                                                           {"tls", Protocol::Tls},
                                                                           {"mongo", Protocol::Mongo},
                                                                           {"redis", Protocol::Redis},
                                                                           {"mysql", Protocol::Mysql}}};

bool equalsIgnoringCase(std::string_view text, std::string_view lower) {
    return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
}

} // namespace

Protocol parseProtocol(std::string_view word) {
    const auto found = std::find_if(kWords.begin(), kWords.end(),
                                    [&](const auto& each) { return equalsIgnoringCase(word, each.first); });
    return found == kWords.end() ? Protocol::Auto : found->second;
}

Protocol protocolOf(std::string_view name, std::string_view appProtocol, std::uint32_t port,
                    std::string_view kubeProtocol) {
    if (kubeProtocol == "UDP") {
        return Protocol::Udp;
    }
    std::string_view word = name;
    if (!appProtocol.empty()) {
        if (appProtocol == "kubernetes.io/h2c") {
            return Protocol::Http2;
        }
        if (appProtocol == "kubernetes.io/ws") {
            return Protocol::Http;
        }
        if (appProtocol == "kubernetes.io/wss") {
            return Protocol::Https;
        }
        word = appProtocol;
    }
    constexpr std::string_view kGrpcWeb = "grpc-web";
    if (equalsIgnoringCase(word.substr(0, kGrpcWeb.size()), kGrpcWeb)) {
        return Protocol::GrpcWeb;
    }
    const Protocol declared = parseProtocol(word.substr(0, word.find('-')));
    if (declared != Protocol::Auto) {
        return declared;
    }
    // Ports of protocols where the server speaks first, which no detection survives.
    const bool serverFirst = port == 25 || port == 53 || port == 3306 || port == 27017;
    return serverFirst ? Protocol::Tcp : Protocol::Auto;
}

bool isHttp(Protocol protocol) {
    return protocol == Protocol::Http || protocol == Protocol::Http2 || protocol == Protocol::Grpc ||
           protocol == Protocol::GrpcWeb || protocol == Protocol::HttpProxy;
}

bool isTlsFamily(Protocol protocol) {
    return protocol == Protocol::Https || protocol == Protocol::Tls;
}

} // namespace meshdeck::policy
