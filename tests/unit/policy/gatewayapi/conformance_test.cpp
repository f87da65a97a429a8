// The Gateway API's own conformance tests (tests/data/request-path/gateway-api.json): each request goes where the API
// says, or is answered as it says.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/request_path.h"
#include "policy/routing/header_edits.h"
#include "unit/policy/gatewayapi/world_from.h"

namespace meshdeck::policy {
namespace {

using nlohmann::json;

// What cannot hold, with the reason.
const std::vector<std::pair<std::string, std::string>> kCannotHold{
    {"MeshFrontendHostname", "Istio's sidecars route by the Host header, whatever address the client has looked up "
                             "(istio/istio issue 44702; Istio skips this test itself)"},
};

struct Case {
    std::string name;
    json suite;
    json wanted;
};

std::string text(const json& object, const char* key) {
    return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

const json& part(const json& object, const char* key) {
    static const json none = json::object();
    return object.contains(key) && object[key].is_object() ? object[key] : none;
}

const std::vector<Case>& cases() {
    static const std::vector<Case> all = [] {
        std::ifstream file(MESHDECK_TEST_DATA "/request-path/gateway-api.json");
        std::vector<Case> result;
        const json document = json::parse(file);
        for (const json& suite : document.at("tests")) {
            for (const json& wanted : suite.at("cases")) {
                result.push_back({text(suite, "shortName") + " " + text(wanted, "TestCaseName"), suite, wanted});
            }
        }
        return result;
    }();
    return all;
}

std::string configOf(const json& suite) {
    std::string yaml = test::dataFile(suite.at("mesh").get<bool>() ? "request-path/conformance/mesh-base/manifests.yaml"
                                                                   : "request-path/conformance/base/manifests.yaml");
    for (const json& manifest : suite.at("manifests")) {
        yaml += "\n---\n" + test::dataFile("request-path/" + manifest.get<std::string>());
    }
    const std::string placeholder = "{GATEWAY_CLASS_NAME}";
    for (std::size_t at = yaml.find(placeholder); at != std::string::npos; at = yaml.find(placeholder, at)) {
        yaml.replace(at, placeholder.size(), "istio");
    }
    return yaml;
}

// The Gateway that the first route of the test's own manifest names.
std::string addressedGateway(const std::string& manifest) {
    const WorldPtr world = test::worldFrom(manifest);
    for (const ConfigObjectPtr& object : world->ofKind("gateway.networking.k8s.io", "HTTPRoute")) {
        const auto* route = config::as<config::Route>(object->typed);
        for (const config::ParentReference& parent : route->parents) {
            if (parent.kind == "Gateway") {
                return parent.name;
            }
        }
    }
    return "same-namespace";
}

Proxy clientOf(const Case& each) {
    Proxy proxy;
    if (each.suite.at("mesh").get<bool>()) {
        proxy.type = Proxy::Type::Sidecar;
        proxy.ns = "gateway-conformance-mesh";
        proxy.labels = {{"app", "echo"}, {"version", "v1"}};
        return proxy;
    }
    proxy.type = Proxy::Type::Router;
    proxy.ns = "gateway-conformance-infra";
    proxy.gatewayName =
        addressedGateway(test::dataFile("request-path/" + each.suite.at("manifests").at(0).get<std::string>()));
    return proxy;
}

Request requestOf(const Case& each) {
    const json& sent = part(each.wanted, "Request");
    Request request;
    request.from = clientOf(each);
    const bool mesh = request.from.type == Proxy::Type::Sidecar;
    request.direction = mesh ? Request::Direction::Outbound : Request::Direction::Gateway;
    request.host = sent.value("Host", mesh ? "echo" : "gateway.example.net");
    for (const auto& [name, value] : part(sent, "Headers").items()) {
        if (name == "Host") {
            request.host = value;
        } else {
            request.headers.emplace_back(name, value);
        }
    }
    const std::size_t colon = request.host.find(':');
    request.port = colon == std::string::npos ? 80U : static_cast<std::uint32_t>(std::stoul(request.host.substr(colon + 1)));
    request.path = sent.value("Path", "/");
    request.method = sent.value("Method", "GET");
    request.answerDelayMs = request.path.find("delay=1s") == std::string::npos ? 0 : 1000;
    return request;
}

std::string lower(std::string value) {
    std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return value;
}

// Values of repeated headers stand in one line, as the test's backend reports them.
std::optional<std::string> valueOf(const Headers& headers, const std::string& name) {
    std::optional<std::string> joined;
    for (const auto& [key, value] : headers) {
        if (lower(key) == lower(name)) {
            joined = joined ? *joined + "," + value : value;
        }
    }
    return joined;
}

std::string withoutBlanks(std::string value) {
    std::erase(value, ' ');
    return value;
}

void expectAnswer(const Case& each, const RequestResult& result) {
    const json& wanted = part(each.wanted, "Response");
    const int status = wanted.value("StatusCode", wanted.contains("StatusCodes") ? 0 : 200);
    if (status != 0) {
        EXPECT_EQ(status, result.status.value_or(-1)) << name(result.verdict);
    } else {
        EXPECT_TRUE(std::ranges::any_of(wanted.at("StatusCodes"), [&](const json& one) { return one == result.status.value_or(-1); }))
            << result.status.value_or(-1);
    }
    Headers headers;
    for (const auto& [key, value] : part(each.wanted, "BackendSetResponseHeaders").items()) {
        headers.emplace_back(lower(key), value);
    }
    applyEdits(result.responseHeaders, headers);
    for (const auto& [key, value] : part(wanted, "Headers").items()) {
        EXPECT_EQ(value.get<std::string>(), valueOf(headers, key).value_or("(none)")) << key;
    }
    for (const auto& [key, values] : part(wanted, "ValidHeaderValues").items()) {
        const std::string got = withoutBlanks(valueOf(headers, key).value_or("(none)"));
        EXPECT_TRUE(std::ranges::any_of(values, [&](const json& one) { return withoutBlanks(one) == got; }))
            << key << ": " << got << ", wanted one of " << values;
    }
    for (const json& key : wanted.value("AbsentHeaders", json::array())) {
        EXPECT_FALSE(valueOf(headers, key).has_value()) << key;
    }
}

void expectBackend(const Case& each, const RequestResult& result) {
    if (const std::string backend = text(each.wanted, "Backend"); !backend.empty()) {
        EXPECT_NE(std::string::npos, result.cluster.find("|" + backend + ".")) << result.cluster;
        EXPECT_EQ("routed", name(result.verdict));
    }
    const json& expected = part(each.wanted, "ExpectedRequest");
    const json& seen = part(expected, "Request");
    if (const std::string path = text(seen, "Path"); !path.empty()) {
        EXPECT_EQ(path, result.upstreamPath.value_or(""));
    }
    if (const std::string host = text(seen, "Host"); !host.empty()) {
        EXPECT_EQ(host, result.upstreamHost.value_or(""));
    }
    for (const auto& [key, value] : part(seen, "Headers").items()) {
        EXPECT_EQ(value.get<std::string>(), valueOf(result.upstreamHeaders, key).value_or("(none)")) << key;
    }
    for (const json& key : expected.value("AbsentHeaders", json::array())) {
        EXPECT_FALSE(valueOf(result.upstreamHeaders, key).has_value()) << key;
    }
}

struct Location {
    std::string scheme, host, port, path;
};

Location parsed(const std::string& url) {
    Location location;
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = std::min(url.find('/', host), url.size());
    location.scheme = url.substr(0, host - 3);
    location.host = url.substr(host, path - host);
    location.path = url.substr(path);
    if (const std::size_t colon = location.host.find(':'); colon != std::string::npos) {
        location.port = location.host.substr(colon + 1);
        location.host.erase(colon);
    }
    return location;
}

void expectRedirect(const Case& each, const RequestResult& result) {
    const json& wanted = part(each.wanted, "RedirectRequest");
    if (wanted.empty()) {
        return;
    }
    ASSERT_NE(std::string::npos, result.location.find("://")) << result.location;
    const Location got = parsed(result.location);
    const std::pair<const char*, const std::string&> fields[] = {
        {"Scheme", got.scheme}, {"Host", got.host}, {"Port", got.port}, {"Path", got.path}};
    for (const auto& [field, value] : fields) {
        if (wanted.contains(field)) {
            EXPECT_EQ(text(wanted, field), value) << result.location;
        }
    }
}

class Conformance : public testing::TestWithParam<std::size_t> {};

TEST_P(Conformance, Request_goes_where_the_api_says) {
    const Case& each = cases().at(GetParam());
    for (const auto& [suite, reason] : kCannotHold) {
        if (text(each.suite, "shortName") == suite) {
            GTEST_SKIP() << reason;
        }
    }
    const WorldPtr world = test::worldFrom(configOf(each.suite));
    const Simulator simulator(world);
    const Request request = requestOf(each);
    const RequestResult result = simulator.run(request);
    expectAnswer(each, result);
    expectBackend(each, result);
    expectRedirect(each, result);
    if (HasFailure()) {
        ADD_FAILURE() << request.method << " " << request.host << request.path << " at " << request.from.gatewayName
                      << ": " << name(result.verdict) << " " << result.virtualHost << " " << result.cluster;
    }
}

INSTANTIATE_TEST_SUITE_P(GatewayApi, Conformance, testing::Range(std::size_t{0}, cases().size()),
                         [](const auto& each) { return test::testName(cases().at(each.param).name, each.param); });

} // namespace
} // namespace meshdeck::policy
