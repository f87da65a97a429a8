#include "sources/istiod/syncz.h"

#include "base/text.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "recorded.h"

namespace meshdeck::sources {
namespace {

using test::recordedExchange;
using test::recordedExchanges;

const ServerTime kNow{std::chrono::seconds(1'700'000'000)};

SynczAnswer decoded(const std::string& name) {
    const auto answer = decodeSyncz(recordedExchange(name).response, {}, kNow);
    EXPECT_TRUE(answer.has_value()) << name;
    return answer.value_or(SynczAnswer());
}

TEST(Syncz, Request_isTheOneARealIstiodAnswered) {
    envoy::service::discovery::v3::DiscoveryRequest ours;
    envoy::service::discovery::v3::DiscoveryRequest recorded;
    ASSERT_TRUE(ours.ParseFromString(encodeSynczRequest({})));
    ASSERT_TRUE(recorded.ParseFromString(recordedExchange("syncz with a root-namespace token").request));
    EXPECT_EQ(ours.DebugString(), recorded.DebugString());
}

TEST(Syncz, EveryRecordedAnswer_isDecoded) {
    int answers = 0;
    for (const test::Exchange& exchange : recordedExchanges()) {
        if (exchange.status.empty()) {
            ++answers;
            const auto answer = decodeSyncz(exchange.response, {}, kNow);
            ASSERT_TRUE(answer.has_value()) << exchange.name;
            EXPECT_EQ(answer->unreadable, 0U) << exchange.name;
        }
    }
    EXPECT_EQ(answers, 12);
}

TEST(Syncz, SyncedGateway_hasItsFourTypesAndTimes) {
    const SynczAnswer answer = decoded("syncz with a root-namespace token");
    ASSERT_EQ(answer.report.proxies.size(), 1U);
    const mesh::ProxyStatus& gateway = answer.report.proxies[0];
    EXPECT_EQ(gateway.id, "gw-1.istio-system");
    EXPECT_EQ(gateway.ns, "istio-system");
    EXPECT_EQ(gateway.cluster, "Kubernetes");
    EXPECT_EQ(gateway.istioVersion, "1.30.3");
    EXPECT_EQ(gateway.istiod, "istiod-1");
    ASSERT_EQ(gateway.types.size(), 4U);
    EXPECT_EQ(gateway.types[3].typeUrl, "type.googleapis.com/envoy.config.route.v3.RouteConfiguration");
    EXPECT_EQ(text::rfc3339(gateway.types[3].sent.value()), "2026-11-23T09:07:07Z");
    EXPECT_EQ(overall(gateway), mesh::SyncState::Synced);
    EXPECT_EQ(answer.report.time, kNow);
    EXPECT_EQ(answer.istioVersion, ""); // "unknown" is no version
}

TEST(Syncz, RejectedListener_comesWithEnvoysWords) {
    const SynczAnswer answer = decoded("syncz while a proxy rejects its listeners");
    ASSERT_EQ(answer.report.proxies.size(), 1U);
    const mesh::ProxyType& listener = answer.report.proxies[0].types.at(2);
    EXPECT_EQ(listener.state, mesh::SyncState::Rejected);
    EXPECT_EQ(listener.rejection,
              "Error adding/updating listener(s) 0.0.0.0_18888: Didn't find a registered implementation for "
              "'istio.alpn' with type URL: 'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig'");
    EXPECT_EQ(overall(answer.report.proxies[0]), mesh::SyncState::Rejected);
}

TEST(Syncz, DebugTable_saysTheSameWithoutOurOwnConnection) {
    for (const std::string name : {"istio.io/debug syncz", "istio.io/debug syncz while a proxy rejects its listeners"}) {
        const SynczAnswer table = decoded(name);
        ASSERT_EQ(table.report.proxies.size(), 1U) << name;
        EXPECT_EQ(table.report.proxies[0].id, "gw-1.istio-system");
        EXPECT_EQ(table.report.proxies[0].types.size(), 4U);
        const bool rejected = name.find("rejects") != std::string::npos;
        EXPECT_EQ(overall(table.report.proxies[0]), rejected ? mesh::SyncState::Rejected : mesh::SyncState::Synced);
    }
}

TEST(Syncz, AnswersWithoutProxies_areEmptyReports) {
    for (const std::string name : {"syncz with a token of another namespace", "syncz with GENERATOR=api",
                                   "config_dump of nobody", "VirtualServices by the api generator", "istio.io/debug list"}) {
        EXPECT_TRUE(decoded(name).report.proxies.empty()) << name;
    }
    EXPECT_GT(decoded("VirtualServices by the api generator").foreign, 0U);
}

TEST(Syncz, BytesThatAreNoResponse_areAProtocolError) {
    const auto answer = decodeSyncz("\xff\xff\xff", {}, kNow);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, ErrorKind::Protocol);
}

TEST(Syncz, CutAnswers_neverCrashAndNeverInventProxies) {
    const std::string whole = recordedExchange("syncz while a proxy rejects its listeners").response;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto answer = decodeSyncz(std::string_view(whole).substr(0, size), {}, kNow);
        EXPECT_LE(answer ? answer->report.proxies.size() : 0U, 1U);
    }
}

TEST(Syncz, ProxyWithBrokenText_isCountedAndTheOthersStay) {
    envoy::service::discovery::v3::DiscoveryResponse response;
    ASSERT_TRUE(response.ParseFromString(recordedExchange("syncz with a root-namespace token").response));
    auto* broken = response.add_resources();
    broken->set_type_url("type.googleapis.com/envoy.service.status.v3.ClientConfig");
    broken->set_value("\x0a\x04\x0a\x02\xff\xfe"); // node.id that is no UTF-8
    const auto answer = decodeSyncz(response.SerializeAsString(), {}, kNow);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->report.proxies.size(), 1U);
    EXPECT_EQ(answer->report.partial, "1 of 2 proxies could not be read");
}

} // namespace
} // namespace meshdeck::sources
