// Calls that Istio's own simulation tests make (tests/data/request-path/istio.json): each reaches the listener, virtual
// host, route config and cluster, or the error, that Istio expects.
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/request_path.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

using nlohmann::json;

struct Call {
    std::string name;
    json spec; // the case
    json call;
};

std::string text(const json& object, const char* key) {
    return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

const std::vector<Call>& calls() {
    static const std::vector<Call> all = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/request-path/istio.json");
        std::vector<Call> result;
        const json document = json::parse(file);
        for (const json& each : document.at("cases")) {
            for (const json& call : each.at("calls")) {
                result.push_back({text(each, "name") + " " + text(call, "Name"), each, call});
            }
        }
        return result;
    }();
    return all;
}

Proxy proxyUnderTest(const std::string& mode) {
    Proxy proxy;
    proxy.addresses = {"1.1.1.1"};
    proxy.type = mode == "gateway" ? Proxy::Type::Router : Proxy::Type::Sidecar;
    proxy.ns = mode == "gateway" ? "istio-system" : "default";
    proxy.labels = mode == "gateway" ? mesh::Labels{{"istio", "ingressgateway"}} : mesh::Labels{{"app", "foo"}};
    return proxy;
}

Request requestOf(const Call& call) {
    const json& written = call.call.at("Call");
    Request request;
    request.from = proxyUnderTest(text(call.spec, "mode"));
    request.direction = request.from.type == Proxy::Type::Router          ? Request::Direction::Gateway
                        : text(written, "CallMode") == "CallModeInbound" ? Request::Direction::Inbound
                                                                          : Request::Direction::Outbound;
    request.address = written.value("Address", request.direction == Request::Direction::Outbound ? "1.3.3.7" : "");
    request.port = written.value("Port", 80U);
    request.protocol = text(written, "Protocol") == "TCP" ? "tcp" : "http";
    request.host = text(written, "HostHeader");
    request.path = written.value("Path", "/");
    request.alpn = text(written, "Alpn");
    const std::string tls = text(written, "TLS");
    request.tls = tls == "TLS" ? Request::Tls::Tls : tls == "MTLS" ? Request::Tls::Mtls : Request::Tls::None;
    request.scheme = request.tls == Request::Tls::None ? "http" : "https";
    request.sni = request.tls == Request::Tls::None ? "" : written.value("Sni", request.host);
    return request;
}

// Istio's tests have no cluster domain: their "a.default" is a.default.svc.cluster.local here.
std::string asInIstiosTests(std::string cluster, const std::string& wanted) {
    const std::string domain = ".svc.cluster.local";
    if (cluster.ends_with(domain) && !wanted.ends_with(domain)) {
        cluster.erase(cluster.size() - domain.size());
    }
    return cluster;
}

class IstioCase : public testing::TestWithParam<std::size_t> {};

TEST_P(IstioCase, Call_reaches_what_Istio_expects) {
    const Call& call = calls().at(GetParam());
    const json& wanted = call.call.at("Result");
    const Simulator simulator(test::worldFrom(text(call.spec, "config")));
    const RequestResult result = simulator.run(requestOf(call));
    const std::map<std::string, Verdict> errors{
        {"ErrNoListener", Verdict::NoListener},     {"ErrNoFilterChain", Verdict::NoFilterChain},
        {"ErrNoRoute", Verdict::NoRoute},           {"ErrNoVirtualHost", Verdict::NoVirtualHost},
        {"ErrTLSRedirect", Verdict::TlsRedirect},   {"ErrTLSError", Verdict::TlsError},
        {"ErrMTLSError", Verdict::MtlsError},       {"ErrProtocolError", Verdict::ProtocolError}};
    if (const std::string error = text(wanted, "Error"); !error.empty()) {
        EXPECT_EQ(name(errors.at(error)), name(result.verdict));
    } else {
        EXPECT_TRUE(std::ranges::none_of(errors, [&](const auto& one) { return one.second == result.verdict; }))
            << name(result.verdict);
    }
    const bool strict = wanted.value("StrictMatch", false);
    const std::pair<const char*, std::string> fields[] = {
        {"ListenerMatched", result.listener},
        {"RouteConfigMatched", result.routeConfig},
        {"VirtualHostMatched", result.virtualHost},
        {"ClusterMatched", asInIstiosTests(result.cluster, text(wanted, "ClusterMatched"))}};
    for (const auto& [field, got] : fields) {
        if (strict || !text(wanted, field).empty()) {
            EXPECT_EQ(text(wanted, field), got) << field;
        }
    }
    for (const std::string& reason : HasFailure() ? result.reasons : std::vector<std::string>()) {
        ADD_FAILURE() << reason;
    }
}

INSTANTIATE_TEST_SUITE_P(Simulation, IstioCase, testing::Range(std::size_t{0}, calls().size()),
                         [](const auto& each) { return test::testName(calls().at(each.param).name, each.param); });

} // namespace
} // namespace meshdeck::policy
