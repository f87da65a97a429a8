// The faults client-go's reflector_test.go goes through, on our state machine with a clock of our own.
#include "sources/kubernetes/reflector.h"

#include <deque>

#include <gtest/gtest.h>

namespace meshdeck::sources::kubernetes {
namespace {

std::string service(const std::string& name, const std::string& version) {
    return R"({"kind":"Service","apiVersion":"v1","metadata":{"name":")" + name +
           R"(","namespace":"shop","resourceVersion":")" + version + R"("},"spec":{"ports":[]}})";
}

std::string listBody(const std::string& version, const std::vector<std::string>& items,
                     const std::string& token = {}) {
    std::string body = R"({"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":")" + version + "\"" +
                       (token.empty() ? "" : R"(,"continue":")" + token + "\"") + R"(},"items":[)";
    for (std::size_t i = 0; i < items.size(); ++i) {
        body += (i == 0 ? "" : ",") + items[i];
    }
    return body + "]}";
}

std::string status(int code, const std::string& reason, const std::string& details = "{}") {
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no","reason":")" +
           reason + R"(","details":)" + details + R"(,"code":)" + std::to_string(code) + "}";
}

std::string event(const std::string& type, const std::string& object) {
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

HttpResponse answer(int code, std::string body, Headers headers = {{"content-type", "application/json"}}) {
    return {code, std::move(headers), std::move(body), true};
}

class FakePort final : public ReflectorPort {
public:
    void list(const ListQuery& query) override { lists.push_back(query); }
    void watch(const WatchQuery& query) override { watches.push_back(query); }
    void closeWatch() override { ++closed; }
    void wakeAfter(std::uint64_t epoch, Duration delay) override { wakes.emplace_back(epoch, delay); }
    void deliver(ObjectsDelta delta) override { deltas.push_back(std::move(delta)); }
    void stateChanged() override { ++changes; }

    std::vector<ListQuery> lists;
    std::vector<WatchQuery> watches;
    std::vector<std::pair<std::uint64_t, Duration>> wakes;
    std::vector<ObjectsDelta> deltas;
    int closed = 0;
    int changes = 0;
};

class ReflectorTest : public testing::Test {
protected:
    void list(const std::string& version, const std::vector<std::string>& items) {
        reflector.onList(port.lists.back().epoch, answer(200, listBody(version, items)));
    }
    void refuseList(int code, const std::string& body) {
        reflector.onList(port.lists.back().epoch, answer(code, body));
    }
    void startWatching(const std::string& version = "10") {
        reflector.start();
        list(version, {service("a", "1")});
        open();
    }
    void open() { reflector.onWatchHead(port.watches.back().epoch, answer(200, {})); }
    void bytes(const std::string& text) { reflector.onWatchBytes(port.watches.back().epoch, text); }
    void end(const Status& how = {}) { reflector.onWatchEnd(port.watches.back().epoch, how); }
    void wake() {
        clock.advance(port.wakes.back().second);
        reflector.onWake(port.wakes.back().first);
    }
    static std::vector<std::string> names(const ObjectsDelta& delta) {
        std::vector<std::string> result;
        for (const ClusterObject& object : delta.upserted) {
            result.push_back(std::get<mesh::Service>(object).name);
        }
        return result;
    }

    FakePort port;
    ManualClock clock;
    double random = 0;
    Reflector reflector{*config::findKind("", "Service"), "", port, clock, [this] { return random; }};
};

using Names = std::vector<std::string>;
const Error kRefused{ErrorKind::Unreachable, "refused", {}, {}};

TEST_F(ReflectorTest, List_first_asksForAnyCachedState) {
    reflector.start();
    ASSERT_EQ(port.lists.size(), 1U);
    EXPECT_EQ(port.lists[0].resourceVersion, "0");
    EXPECT_EQ(reflector.state(), ReflectorState::Connecting);
}

TEST_F(ReflectorTest, List_complete_replacesAtOnceAndWatchesFromItsVersion) {
    reflector.start();
    list("10", {service("a", "1"), service("b", "2")});
    ASSERT_EQ(port.deltas.size(), 1U);
    EXPECT_TRUE(port.deltas[0].replace);
    EXPECT_EQ(port.deltas[0].kind, "Service");
    EXPECT_EQ(names(port.deltas[0]), (Names{"a", "b"}));
    ASSERT_EQ(port.watches.size(), 1U);
    EXPECT_EQ(port.watches[0].resourceVersion, "10");
    EXPECT_EQ(reflector.state(), ReflectorState::Live);
}

TEST_F(ReflectorTest, List_inPages_isNeverShownHalf) {
    reflector.start();
    EXPECT_EQ(port.lists[0].limit, 500);
    reflector.onList(port.lists[0].epoch, answer(200, listBody("10", {service("a", "1")}, "next")));
    EXPECT_TRUE(port.deltas.empty());
    ASSERT_EQ(port.lists.size(), 2U);
    EXPECT_EQ(port.lists[1].continueToken, "next");
    EXPECT_EQ(port.lists[1].resourceVersion, "");
    list("10", {service("b", "2")});
    ASSERT_EQ(port.deltas.size(), 1U);
    EXPECT_EQ(names(port.deltas[0]), (Names{"a", "b"}));
}

TEST_F(ReflectorTest, List_thatExpiresBetweenPages_beginsAnewConsistently) {
    reflector.start();
    reflector.onList(port.lists[0].epoch, answer(200, listBody("10", {service("a", "1")}, "next")));
    refuseList(410, status(410, "Expired"));
    ASSERT_EQ(port.lists.size(), 3U);
    EXPECT_EQ(port.lists[2].continueToken, "");
    EXPECT_EQ(port.lists[2].resourceVersion, "");
    EXPECT_TRUE(port.wakes.empty()) << "retried at once";
    list("12", {service("b", "2")});
    EXPECT_EQ(names(port.deltas.at(0)), (Names{"b"}));
}

TEST_F(ReflectorTest, List_thatKeepsExpiring_givesUpPages) {
    reflector.start();
    for (int i = 0; i < 2; ++i) {
        reflector.onList(port.lists.back().epoch, answer(200, listBody("10", {}, "next")));
        refuseList(410, status(410, "Expired"));
    }
    EXPECT_EQ(port.lists.back().limit, 0);
}

TEST_F(ReflectorTest, FullListIfExpired_relistsFromTheLastVersionThenConsistently) {
    startWatching("10");
    bytes(event("ERROR", status(410, "Expired")));
    ASSERT_EQ(port.lists.size(), 2U);
    EXPECT_EQ(port.lists[1].resourceVersion, "10");
    EXPECT_EQ(port.lists[1].limit, 0);
    EXPECT_EQ(reflector.state(), ReflectorState::Live) << "no error, no flicker";
    refuseList(410, status(410, "Expired"));
    ASSERT_EQ(port.lists.size(), 3U);
    EXPECT_EQ(port.lists[2].resourceVersion, "");
}

TEST_F(ReflectorTest, FullListIfTooLarge_relistsConsistentlyAtOnce) {
    startWatching("10");
    bytes(event("ERROR", status(410, "Expired")));
    refuseList(504, status(504, "Timeout", R"({"causes":[{"reason":"ResourceVersionTooLarge","message":"x"}]})"));
    ASSERT_EQ(port.lists.size(), 3U);
    EXPECT_EQ(port.lists[2].resourceVersion, "");
}

TEST_F(ReflectorTest, Expired_asHttpStatusOfTheWatch_relistsToo) {
    reflector.start();
    list("10", {});
    reflector.onWatchHead(port.watches[0].epoch, answer(410, {}));
    bytes(status(410, "Gone"));
    end();
    ASSERT_EQ(port.lists.size(), 2U);
    EXPECT_EQ(port.lists[1].resourceVersion, "10");
}

TEST_F(ReflectorTest, Expired_againRightAfterTheList_waits) {
    startWatching("10");
    bytes(event("ERROR", status(410, "Expired")));
    list("10", {});
    open();
    bytes(event("ERROR", status(410, "Expired")));
    EXPECT_EQ(port.lists.size(), 2U);
    EXPECT_EQ(port.wakes.back().second, Backoff::kFirst);
    wake();
    EXPECT_EQ(port.lists.back().resourceVersion, "");
}

TEST_F(ReflectorTest, Events_updateObjectsAndTheVersionToResumeFrom) {
    startWatching("10");
    bytes(event("ADDED", service("b", "11")) + event("MODIFIED", service("a", "12")) +
          event("DELETED", service("b", "13")));
    ASSERT_EQ(port.deltas.size(), 2U);
    EXPECT_FALSE(port.deltas[1].replace);
    EXPECT_EQ(names(port.deltas[1]), Names{"a"});
    ASSERT_EQ(port.deltas[1].deleted.size(), 1U);
    EXPECT_EQ(port.deltas[1].deleted[0], (mesh::ResourceRef{"", "Service", "shop", "b"}));
    clock.advance(std::chrono::minutes(5));
    end();
    EXPECT_EQ(port.watches.back().resourceVersion, "13");
}

TEST_F(ReflectorTest, Bookmark_movesTheVersionAndDeliversNothing) {
    startWatching("10");
    bytes(event("BOOKMARK", R"({"kind":"Service","apiVersion":"v1","metadata":{"resourceVersion":"20"}})"));
    EXPECT_EQ(port.deltas.size(), 1U);
    end();
    EXPECT_EQ(port.watches.back().resourceVersion, "20");
}

TEST_F(ReflectorTest, Watch_cutInMidLine_losesAndDoublesNothing) {
    startWatching("10");
    const std::string second = event("MODIFIED", service("a", "12"));
    bytes(event("ADDED", service("b", "11")) + second.substr(0, 40));
    end(tl::unexpected(kRefused));
    EXPECT_EQ(port.deltas.size(), 2U);
    wake();
    EXPECT_EQ(port.watches.back().resourceVersion, "11");
    open();
    bytes(second);
    EXPECT_EQ(names(port.deltas.at(2)), Names{"a"});
}

TEST_F(ReflectorTest, Watch_inPiecesOfOneByte_isTheSame) {
    startWatching("10");
    for (const char byte : event("ADDED", service("b", "11"))) {
        bytes(std::string(1, byte));
    }
    EXPECT_EQ(names(port.deltas.at(1)), Names{"b"});
}

TEST_F(ReflectorTest, UnreadableEvent_isSkippedAndTheWatchGoesOn) {
    startWatching("10");
    bytes("this is no JSON\n" + event("ADDED", R"({"metadata":{"resourceVersion":"11"}})") +
          event("ADDED", service("b", "12")));
    EXPECT_EQ(names(port.deltas.at(1)), Names{"b"});
    EXPECT_TRUE(reflector.watching());
}

TEST_F(ReflectorTest, VeryShortWatch_isAFailureAndBacksOff) {
    startWatching("10");
    clock.advance(std::chrono::milliseconds(200));
    end();
    EXPECT_EQ(port.watches.size(), 1U);
    EXPECT_EQ(port.wakes.back().second, Backoff::kFirst);
    wake();
    EXPECT_EQ(port.watches.size(), 2U);
}

TEST_F(ReflectorTest, VeryShortWatch_threeTimes_relists) {
    startWatching("10");
    for (int i = 0; i < 3; ++i) {
        open();
        end();
        wake();
    }
    EXPECT_EQ(port.lists.size(), 2U);
}

TEST_F(ReflectorTest, Watch_endedByItsTime_goesOnAtOnce) {
    startWatching("10");
    const auto wakes = port.wakes.size();
    clock.advance(std::chrono::minutes(6));
    end();
    EXPECT_EQ(port.watches.size(), 2U);
    EXPECT_EQ(port.wakes.size(), wakes);
    EXPECT_EQ(reflector.state(), ReflectorState::Live);
}

TEST_F(ReflectorTest, TimeoutsRandomised_betweenFiveAndTenMinutes) {
    startWatching();
    EXPECT_EQ(port.watches[0].timeoutSeconds, 300);
    random = 0.999;
    clock.advance(std::chrono::minutes(5));
    end();
    EXPECT_GT(port.watches[1].timeoutSeconds, 590);
    EXPECT_LE(port.watches[1].timeoutSeconds, 600);
}

TEST_F(ReflectorTest, BackoffOnTooManyRequests_honoursRetryAfterAndDoesNotRelist) {
    startWatching("10");
    clock.advance(std::chrono::minutes(5));
    end();
    reflector.onWatchHead(port.watches.back().epoch, answer(429, {}, {{"retry-after", "7"}}));
    bytes(status(429, "TooManyRequests"));
    end();
    EXPECT_EQ(port.wakes.back().second, std::chrono::seconds(7));
    wake();
    EXPECT_EQ(port.lists.size(), 1U);
    EXPECT_EQ(port.watches.size(), 3U);
}

TEST_F(ReflectorTest, TooManyRequests_onList_waitsExactly) {
    reflector.start();
    reflector.onList(port.lists[0].epoch, answer(429, status(429, "TooManyRequests"), {{"retry-after", "3"}}));
    EXPECT_EQ(port.wakes.back().second, std::chrono::seconds(3));
    wake();
    EXPECT_EQ(port.lists.size(), 2U);
}

TEST_F(ReflectorTest, ConnectionRefused_backsOffDoublingUpToTheCap) {
    reflector.start();
    std::vector<std::int64_t> delays;
    for (int i = 0; i < 8; ++i) {
        reflector.onList(port.lists.back().epoch, tl::unexpected(kRefused));
        delays.push_back(port.wakes.back().second.count());
        wake();
    }
    EXPECT_EQ(delays, (std::vector<std::int64_t>{800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}));
    EXPECT_EQ(reflector.state(), ReflectorState::Connecting);
    EXPECT_EQ(reflector.lastError().kind, ErrorKind::Unreachable);
}

TEST_F(ReflectorTest, Backoff_afterTwoHealthyMinutes_beginsAnew) {
    reflector.start();
    for (int i = 0; i < 3; ++i) {
        reflector.onList(port.lists.back().epoch, tl::unexpected(kRefused));
        wake();
    }
    list("10", {});
    open();
    clock.advance(std::chrono::minutes(3));
    end(tl::unexpected(kRefused));
    EXPECT_EQ(port.wakes.back().second, Backoff::kFirst);
}

TEST_F(ReflectorTest, Backoff_withJitter_isUpToTwiceAsLong) {
    random = 0.5;
    reflector.start();
    reflector.onList(port.lists.back().epoch, tl::unexpected(kRefused));
    EXPECT_EQ(port.wakes.back().second, std::chrono::milliseconds(1200));
}

TEST_F(ReflectorTest, Connection_lostWhileLive_isLostUntilTheWatchIsOpenAgain) {
    startWatching("10");
    end(tl::unexpected(kRefused));
    EXPECT_EQ(reflector.state(), ReflectorState::Lost);
    wake();
    EXPECT_EQ(reflector.state(), ReflectorState::Lost);
    open();
    EXPECT_EQ(reflector.state(), ReflectorState::Live);
    EXPECT_EQ(port.lists.size(), 1U) << "resumed, not relisted";
}

TEST_F(ReflectorTest, Connection_foundDeadFromOutside_closesTheWatch) {
    startWatching("10");
    const int closed = port.closed;
    reflector.onConnectionLost(kRefused);
    EXPECT_EQ(port.closed, closed + 1);
    EXPECT_EQ(reflector.state(), ReflectorState::Lost);
    wake();
    EXPECT_EQ(port.watches.back().resourceVersion, "10");
}

TEST_F(ReflectorTest, InternalErrors_areRetriedThenRelisted) {
    startWatching("10");
    for (int i = 0; i < 3; ++i) {
        bytes(event("ERROR", status(500, "InternalError")));
        wake();
        if (i < 2) {
            EXPECT_EQ(port.lists.size(), 1U);
            open();
        }
    }
    EXPECT_EQ(port.lists.size(), 2U);
}

TEST_F(ReflectorTest, Forbidden_isDeniedAndLookedAtAgainInFiveMinutes) {
    reflector.start();
    refuseList(403, status(403, "Forbidden", R"({"kind":"services"})"));
    EXPECT_EQ(reflector.state(), ReflectorState::Denied);
    EXPECT_EQ(port.wakes.back().second, std::chrono::minutes(5));
    wake();
    EXPECT_EQ(port.lists.size(), 2U);
    list("10", {});
    EXPECT_EQ(reflector.state(), ReflectorState::Live);
}

TEST_F(ReflectorTest, NotServed_isQuietlyAbsent) {
    reflector.start();
    reflector.onList(port.lists[0].epoch, answer(404, "404 page not found\n", {{"content-type", "text/plain"}}));
    EXPECT_EQ(reflector.state(), ReflectorState::NotServed);
}

TEST_F(ReflectorTest, Unauthenticated_onceIsRetried_twiceIsDenied) {
    reflector.start();
    refuseList(401, status(401, "Unauthorized"));
    EXPECT_EQ(reflector.state(), ReflectorState::Connecting);
    wake();
    refuseList(401, status(401, "Unauthorized"));
    EXPECT_EQ(reflector.state(), ReflectorState::Denied);
}

TEST_F(ReflectorTest, WebPage_isNoKubernetesApi) {
    reflector.start();
    reflector.onList(port.lists[0].epoch, answer(200, "<html>log in</html>", {{"content-type", "text/html"}}));
    EXPECT_EQ(reflector.lastError().kind, ErrorKind::Protocol);
    EXPECT_NE(reflector.lastError().what.find("not a Kubernetes API"), std::string::npos);
    EXPECT_TRUE(port.deltas.empty());
}

TEST_F(ReflectorTest, Silence_afterBookmarks_reopensTheWatch) {
    startWatching("10");
    bytes(event("BOOKMARK", R"({"metadata":{"resourceVersion":"20"}})"));
    const auto first = port.wakes.back();
    clock.advance(first.second);
    reflector.onWake(first.first);
    EXPECT_EQ(port.watches.size(), 2U);
    EXPECT_EQ(port.watches[1].resourceVersion, "20");
}

TEST_F(ReflectorTest, Silence_withoutBookmarks_isPatientlyBorne) {
    startWatching("10");
    const auto first = port.wakes.back();
    clock.advance(first.second);
    reflector.onWake(first.first);
    EXPECT_EQ(port.watches.size(), 1U);
}

TEST_F(ReflectorTest, Stop_beforeAndAfter_hearsNothingMore) {
    startWatching("10");
    const auto epoch = port.watches.back().epoch;
    reflector.stop();
    reflector.onWatchBytes(epoch, event("ADDED", service("b", "11")));
    reflector.onWatchEnd(epoch, tl::unexpected(kRefused));
    reflector.onWake(port.wakes.back().first);
    EXPECT_EQ(port.deltas.size(), 1U);
    EXPECT_EQ(port.watches.size(), 1U);
}

TEST_F(ReflectorTest, Answers_ofAnEarlierAttempt_areDropped) {
    reflector.start();
    const auto old = port.lists[0].epoch;
    reflector.onList(old, tl::unexpected(kRefused));
    wake();
    reflector.onList(old, answer(200, listBody("10", {service("old", "1")})));
    EXPECT_TRUE(port.deltas.empty());
    list("11", {service("new", "2")});
    EXPECT_EQ(names(port.deltas.at(0)), Names{"new"});
}

TEST_F(ReflectorTest, RetryNow_endsTheWaiting) {
    reflector.start();
    reflector.onList(port.lists[0].epoch, tl::unexpected(kRefused));
    reflector.retryNow();
    EXPECT_EQ(port.lists.size(), 2U);
}

} // namespace
} // namespace meshdeck::sources::kubernetes
