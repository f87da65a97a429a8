#include "sources/istiod/istiod_client.h"

#include <atomic>
#include <thread>

#include "fake_istiod.h"
#include "recorded.h"

namespace meshdeck::sources {
namespace {

using namespace std::chrono_literals;
using test::FakeIstiod;

FakeIstiod::Reaction recordedAnswer() {
    FakeIstiod::Reaction reaction;
    reaction.response = test::recordedExchange("syncz with a root-namespace token").response;
    return reaction;
}

FakeIstiod::Reaction ending(grpc::StatusCode code, const std::string& text) {
    FakeIstiod::Reaction reaction;
    reaction.end = grpc::Status(code, text);
    return reaction;
}

class IstiodClientTest : public testing::Test {
protected:
    IstiodOptions optionsFor(const FakeIstiod& server, bool plaintext = true) {
        IstiodOptions options;
        options.address = server.address();
        options.plaintext = plaintext;
        return options;
    }
    CredentialsProvider provider() {
        return [this](const std::stop_token&) -> Result<IstiodCredentials> {
            return IstiodCredentials{caPem, "token-" + std::to_string(++tokensMade), clock.wallTime() + 1h};
        };
    }

    ManualClock clock;
    std::string caPem;
    std::atomic<int> tokensMade = 0;
};

TEST_F(IstiodClientTest, Syncz_overTlsWithTheRootOfTheConfigMap_answers) {
    const test::KeyPair certificate = test::selfSigned("istiod.istio-system.svc");
    FakeIstiod server(&certificate);
    server.react({recordedAnswer()});
    caPem = certificate.certPem;
    IstiodClient client(optionsFor(server, false), provider(), clock);
    const auto answer = client.syncz({});
    ASSERT_TRUE(answer.has_value()) << describe(answer.error());
    EXPECT_EQ(answer->report.proxies.at(0).id, "gw-1.istio-system");
    EXPECT_EQ(server.tokens(), std::vector<std::string>{"Bearer token-1"});
    EXPECT_EQ(server.requests().at(0).size(), encodeSynczRequest({}).size()); // the order of a map is free
}

TEST_F(IstiodClientTest, Syncz_certificateOfAnotherRootOrName_isATlsError) {
    const test::KeyPair ours = test::selfSigned("istiod.istio-system.svc");
    const test::KeyPair other = test::selfSigned("istiod.istio-system.svc");
    const test::KeyPair misnamed = test::selfSigned("somebody.else.svc");
    for (const auto& [shown, trusted] : {std::pair{&other, &ours}, std::pair{&misnamed, &misnamed}}) {
        FakeIstiod server(shown);
        server.react({recordedAnswer()});
        caPem = trusted->certPem;
        IstiodClient client(optionsFor(server, false), provider(), clock);
        const auto answer = client.syncz({});
        ASSERT_FALSE(answer.has_value());
        EXPECT_EQ(answer.error().kind, ErrorKind::Tls) << answer.error().what;
        EXPECT_TRUE(server.tokens().empty()); // no token for a server that is not istiod
    }
}

TEST_F(IstiodClientTest, Syncz_askedAgain_usesTheSameStream) {
    FakeIstiod server;
    server.react({recordedAnswer()});
    IstiodClient client(optionsFor(server), provider(), clock);
    ASSERT_TRUE(client.syncz({}).has_value());
    ASSERT_TRUE(client.syncz({}).has_value());
    EXPECT_EQ(server.streams(), 1);
    EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(IstiodClientTest, Syncz_afterTheServerClosedTheIdleStream_opensAFreshOne) {
    FakeIstiod server;
    FakeIstiod::Reaction closing = recordedAnswer();
    closing.close = true;
    server.react({closing, recordedAnswer()});
    IstiodClient client(optionsFor(server), provider(), clock);
    ASSERT_TRUE(client.syncz({}).has_value());
    const auto second = client.syncz({});
    ASSERT_TRUE(second.has_value()) << describe(second.error());
    EXPECT_EQ(server.streams(), 2);
}

TEST_F(IstiodClientTest, Syncz_tokenNoLongerAccepted_isRenewedOnce) {
    FakeIstiod server;
    server.react({recordedAnswer(), ending(grpc::StatusCode::UNAUTHENTICATED, "authentication failure"), recordedAnswer()});
    IstiodClient client(optionsFor(server), provider(), clock);
    ASSERT_TRUE(client.syncz({}).has_value());
    // The stream was opened with fresh credentials; a refusal of those is final.
    EXPECT_EQ(client.syncz({}).error().kind, ErrorKind::Unauthenticated);
    EXPECT_TRUE(client.syncz({}).has_value());
    EXPECT_EQ(tokensMade, 2);
}

TEST_F(IstiodClientTest, Syncz_tokenAboutToExpire_isRenewedForTheNextStream) {
    FakeIstiod server;
    FakeIstiod::Reaction closing = recordedAnswer();
    closing.close = true;
    server.react({closing});
    IstiodClient client(optionsFor(server), provider(), clock);
    ASSERT_TRUE(client.syncz({}).has_value());
    ASSERT_TRUE(client.syncz({}).has_value());
    EXPECT_EQ(tokensMade, 1);
    clock.advance(59min + 1s);
    ASSERT_TRUE(client.syncz({}).has_value());
    EXPECT_EQ(tokensMade, 2);
}

TEST_F(IstiodClientTest, Syncz_refused_saysSoAndNextTimeTriesAfresh) {
    FakeIstiod server;
    server.react({ending(grpc::StatusCode::PERMISSION_DENIED, "authorization failed"), recordedAnswer()});
    IstiodClient client(optionsFor(server), provider(), clock);
    const auto refused = client.syncz({});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(server.streams(), 1); // a refusal is not repeated
    EXPECT_TRUE(client.syncz({}).has_value());
}

TEST_F(IstiodClientTest, Syncz_noAnswer_isATimeout) {
    FakeIstiod server;
    FakeIstiod::Reaction silent;
    silent.silent = true;
    server.react({silent});
    IstiodOptions options = optionsFor(server);
    options.answerWithin = 200ms;
    IstiodClient client(options, provider(), clock);
    EXPECT_EQ(client.syncz({}).error().kind, ErrorKind::Timeout);
}

TEST_F(IstiodClientTest, Syncz_stoppedWhileWaiting_endsAtOnce) {
    FakeIstiod server;
    FakeIstiod::Reaction silent;
    silent.silent = true;
    server.react({silent});
    IstiodOptions options = optionsFor(server);
    options.answerWithin = 10min;
    IstiodClient client(options, provider(), clock);
    std::stop_source stop;
    std::jthread stopper([&] {
        server.awaitRequests(1);
        stop.request_stop();
    });
    EXPECT_EQ(client.syncz(stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST_F(IstiodClientTest, Syncz_nobodyListens_isUnreachable) {
    IstiodOptions options;
    {
        FakeIstiod server;
        options = optionsFor(server);
    }
    IstiodClient client(options, provider(), clock);
    const auto answer = client.syncz({});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, ErrorKind::Unreachable) << answer.error().what;
    EXPECT_EQ(answer.error().source, "istiod at " + options.address);
}

TEST_F(IstiodClientTest, Syncz_noCredentials_passesTheReasonOn) {
    FakeIstiod server;
    IstiodClient client(
        optionsFor(server), [](const std::stop_token&) { return fail(ErrorKind::Forbidden, "no TokenRequest for you"); },
        clock);
    EXPECT_EQ(client.syncz({}).error().what, "no TokenRequest for you");
    EXPECT_EQ(server.streams(), 0);
}

TEST_F(IstiodClientTest, Syncz_asAnotherNamespace_isPartial) {
    FakeIstiod server;
    server.react({recordedAnswer()});
    IstiodOptions options = optionsFor(server);
    options.identity = {"shop", "default", "Kubernetes"};
    IstiodClient client(options, provider(), clock);
    EXPECT_EQ(client.syncz({}).value().report.partial, "only namespace shop is visible");
}

} // namespace
} // namespace meshdeck::sources
