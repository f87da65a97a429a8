// istiod's debug answers over real gRPC and TLS, held to what a real istiod said (tests/data/recorded).
#include <fstream>

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "envoy/service/discovery/v3/ads.grpc.pb.h"
#include "envoy/service/status/v3/csds.pb.h"
#include "unit/demo/sim/mesh_run.h"
#include "unit/demo/sim/test_certificate.h"

namespace meshdeck::demo {

namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using envoy::service::status::v3::ClientConfig;

struct Answer {
    grpc::Status status;
    std::optional<DiscoveryResponse> response;
};

// A simulation with its servers and tokens "<ns>/<account>/<audience>".
class AdsTest : public testing::Test {
protected:
    AdsTest()
        : mesh("boutique")
        , certificate(makeTestCertificate()) {
        mesh.run(1);
        endpoints = mesh.simulation.serve(certificate, [](const std::string& token) -> std::optional<TokenIdentity> {
            const std::size_t first = token.find('/');
            const std::size_t second = token.find('/', first + 1);
            if (second == std::string::npos) {
                return std::nullopt;
            }
            return TokenIdentity{
                token.substr(0, first), token.substr(first + 1, second - first - 1), {token.substr(second + 1)}};
        });
    }

    Answer ask(const DiscoveryRequest& request, const std::string& token) {
        grpc::ChannelArguments arguments;
        arguments.SetSslTargetNameOverride("istiod.istio-system.svc");
        grpc::SslCredentialsOptions tls;
        tls.pem_root_certs = certificate.caPem;
        const auto stub = AggregatedDiscoveryService::NewStub(
            grpc::CreateCustomChannel(endpoints.xds, grpc::SslCredentials(tls), arguments));
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        if (!token.empty()) {
            context.AddMetadata("authorization", "Bearer " + token);
        }
        const auto stream = stub->StreamAggregatedResources(&context);
        stream->Write(request);
        Answer answer;
        DiscoveryResponse response;
        if (stream->Read(&response)) {
            answer.response = response;
        }
        stream->WritesDone();
        answer.status = stream->Finish();
        return answer;
    }

    static DiscoveryRequest syncz(const std::string& ns = "istio-system", const std::string& generator = "") {
        DiscoveryRequest request;
        request.set_type_url("istio.io/debug/syncz");
        request.mutable_node()->set_id("sidecar~127.0.0.1~meshdeck." + ns + "~" + ns + ".svc.cluster.local");
        auto& metadata = *request.mutable_node()->mutable_metadata()->mutable_fields();
        metadata["NAMESPACE"].set_string_value(ns);
        if (!generator.empty()) {
            metadata["GENERATOR"].set_string_value(generator);
        }
        return request;
    }

    static std::vector<ClientConfig> configs(const DiscoveryResponse& response) {
        std::vector<ClientConfig> list;
        for (const auto& resource : response.resources()) {
            EXPECT_TRUE(resource.UnpackTo(&list.emplace_back())) << resource.type_url();
        }
        return list;
    }

    MeshRun mesh;
    ServerCertificate certificate;
    Simulation::Endpoints endpoints;
};

const std::string kRootToken = "istio-system/default/istio-ca";

std::string decodeBase64(const std::string& text) {
    static const std::string kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : text) {
        const std::size_t value = kLetters.find(c);
        if (value == std::string::npos) {
            break;
        }
        buffer = buffer << 6 | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(buffer >> bits & 0xFF);
        }
    }
    return bytes;
}

} // namespace

TEST_F(AdsTest, RootToken_seesEveryProxySynced) {
    const Answer answer = ask(syncz(), kRootToken);
    ASSERT_TRUE(answer.response) << answer.status.error_message();
    const std::vector<ClientConfig> list = configs(*answer.response);
    EXPECT_EQ(list.size(), mesh.simulation.adsState().proxies.size());
    for (const ClientConfig& config : list) {
        EXPECT_EQ(config.generic_xds_configs_size(), 4) << config.node().id();
        for (const auto& type : config.generic_xds_configs()) {
            EXPECT_EQ(type.config_status(), envoy::service::status::v3::SYNCED);
            EXPECT_GT(type.last_updated().seconds(), 1700000000);
        }
    }
    EXPECT_NE(answer.response->control_plane().identifier().find("istiod"), std::string::npos);
}

TEST_F(AdsTest, CredentialsAndNodes_areCheckedAsIstiodDoes) {
    using grpc::StatusCode;
    EXPECT_EQ(ask(syncz(), "").status.error_code(), StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(ask(syncz(), "").status.error_message(), "authentication failure");
    EXPECT_EQ(ask(syncz(), "nonsense").status.error_code(), StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(ask(syncz(), "istio-system/default/kubernetes").status.error_code(), StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(ask(syncz("istio-system"), "shop/frontend/istio-ca").status.error_code(), StatusCode::PERMISSION_DENIED);
    DiscoveryRequest request = syncz();
    request.clear_node();
    EXPECT_EQ(ask(request, kRootToken).status.error_code(), StatusCode::INVALID_ARGUMENT);
    request.mutable_node()->set_id("nonsense");
    EXPECT_EQ(ask(request, kRootToken).status.error_message(), "missing parts in the service node \"nonsense\"");
}

TEST_F(AdsTest, OtherNamespace_seesItsOwnProxiesOnly) {
    const Answer answer = ask(syncz("orders"), "orders/checkout/istio-ca");
    ASSERT_TRUE(answer.response);
    const std::vector<ClientConfig> list = configs(*answer.response);
    EXPECT_EQ(list.size(), 7U); // 3 + 1 checkout, 2 shipping, 1 email
    for (const ClientConfig& config : list) {
        EXPECT_EQ(config.node().metadata().fields().at("NAMESPACE").string_value(), "orders");
    }
}

TEST_F(AdsTest, WrongGenerator_answersAnEmptyList) {
    EXPECT_EQ(ask(syncz("istio-system", "api"), kRootToken).response->resources_size(), 0);
    EXPECT_GT(ask(syncz("istio-system", "event"), kRootToken).response->resources_size(), 0);
}

TEST_F(AdsTest, Push_isStaleThenSyncedAndRejectionIsToldWithItsText) {
    Json checkout = mesh.store.get("VirtualService", "orders", "checkout");
    checkout["metadata"]["annotations"] = {{"demo.meshdeck.dev/nack", "no such cluster"}};
    checkout["spec"]["http"][0]["timeout"] = "4s";
    mesh.store.put(checkout);
    mesh.simulation.step(std::chrono::milliseconds(150));
    mesh.simulation.step(std::chrono::milliseconds(50));
    int stale = 0;
    for (const ClientConfig& config : configs(*ask(syncz(), kRootToken).response)) {
        stale += config.generic_xds_configs(3).config_status() == envoy::service::status::v3::STALE ? 1 : 0;
    }
    EXPECT_GT(stale, 20);
    mesh.settle();
    int rejected = 0;
    for (const ClientConfig& config : configs(*ask(syncz(), kRootToken).response)) {
        const auto& routes = config.generic_xds_configs(3);
        EXPECT_EQ(routes.type_url(), "type.googleapis.com/envoy.config.route.v3.RouteConfiguration");
        const bool caller = config.node().id().starts_with("frontend");
        EXPECT_EQ(routes.config_status(),
                  caller ? envoy::service::status::v3::ERROR : envoy::service::status::v3::SYNCED);
        EXPECT_EQ(routes.error_state().details(), caller ? "no such cluster" : "");
        rejected += caller ? 1 : 0;
    }
    EXPECT_EQ(rejected, 3);
}

TEST_F(AdsTest, RecordedRequests_areAnsweredAsTheRealIstiodDid) {
    std::ifstream file(std::string(MESHDECK_TEST_DATA) + "/recorded/istiod-xds.json");
    ASSERT_TRUE(file);
    const Json recording = Json::parse(file);
    int compared = 0;
    for (const Json& call : recording["calls"]) {
        // The demonstration mesh has the secure port only, and no Envoy or MCP documents.
        const std::string name = call["name"];
        if (call["port"] != "15012" || name.find("config_dump of a gateway") == 0 ||
            name.find("VirtualServices") == 0 || name.find("rejects") != std::string::npos) {
            continue;
        }
        std::string token;
        if (call["token"].is_string()) {
            const std::string spoken = call["token"];
            token = spoken.find("default audience") != std::string::npos ? "istio-system/default/kubernetes"
                    : spoken.starts_with("demo/web")                     ? "demo/web/istio-ca"
                                                                         : kRootToken;
        }
        DiscoveryRequest request;
        ASSERT_TRUE(request.ParseFromString(decodeBase64(call["request"])));
        const Answer answer = ask(request, token);
        ++compared;
        if (call.contains("status")) {
            const std::map<std::string, grpc::StatusCode> codes = {
                {"UNAUTHENTICATED", grpc::StatusCode::UNAUTHENTICATED},
                {"PERMISSION_DENIED", grpc::StatusCode::PERMISSION_DENIED},
                {"INVALID_ARGUMENT", grpc::StatusCode::INVALID_ARGUMENT}};
            EXPECT_EQ(answer.status.error_code(), codes.at(call["status"])) << name;
            EXPECT_EQ(answer.status.error_message(), call["details"].get<std::string>()) << name;
            continue;
        }
        DiscoveryResponse real;
        ASSERT_TRUE(real.ParseFromString(decodeBase64(call["response"])));
        ASSERT_TRUE(answer.response) << name << ": " << answer.status.error_message();
        EXPECT_EQ(answer.response->type_url(), real.type_url()) << name;
        EXPECT_EQ(answer.response->control_plane().identifier().empty(), real.control_plane().identifier().empty())
            << name;
        EXPECT_EQ(answer.response->resources_size() == 0, real.resources_size() == 0) << name;
        if (real.resources_size() > 0) {
            EXPECT_EQ(answer.response->resources(0).type_url(), real.resources(0).type_url()) << name;
        }
        EXPECT_TRUE(answer.response->nonce().starts_with(answer.response->version_info())) << name;
    }
    EXPECT_EQ(compared, 12);
}

} // namespace meshdeck::demo
