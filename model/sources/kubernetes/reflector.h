// Keeps one kind of one scope in step with the server by list and watch, after client-go's reflector
// (facts/safe-apply.md A1, facts/faults.md B1). A state machine without threads, sockets or timers of its own: all it
// does goes through its port, all it hears comes in by the on... functions, on one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/kinds.h"
#include "sources/http/http_client.h"
#include "sources/interfaces.h"
#include "sources/kubernetes/backoff.h"
#include "sources/kubernetes/decode.h"

namespace meshdeck::sources::kubernetes {

struct ListQuery {
    std::uint64_t epoch = 0; // to be handed back with the answer
    std::string resourceVersion; // "0": any cached state, "": the newest
    std::string continueToken;
    int limit = 0; // 0: all in one page
};

struct WatchQuery {
    std::uint64_t epoch = 0;
    std::string resourceVersion;
    int timeoutSeconds = 0;
};

class ReflectorPort {
public:
    virtual ~ReflectorPort() = default;
    virtual void list(const ListQuery& query) = 0;   // then onList
    virtual void watch(const WatchQuery& query) = 0; // then onWatchHead, onWatchBytes..., onWatchEnd
    virtual void closeWatch() = 0;
    virtual void wakeAfter(std::uint64_t epoch, Duration delay) = 0; // then onWake
    virtual void deliver(ObjectsDelta delta) = 0;
    virtual void stateChanged() = 0;
};

enum class ReflectorState {
    Connecting, // never had a complete list
    Live,
    Lost,      // had one; the connection is gone and tried again
    Denied,    // no permission, asked again every five minutes
    NotServed, // the server does not have the kind (any more)
};

class Reflector {
public:
    Reflector(const config::Kind& kind, std::string scope, ReflectorPort& port, const Clock& clock, Random random);

    void start();
    void stop();
    // Tries again at once what waits for a later attempt.
    void retryNow();
    // Somebody found the connection dead: an open watch is given up.
    void onConnectionLost(const Error& error);

    void onList(std::uint64_t epoch, Result<HttpResponse> answer);
    void onWatchHead(std::uint64_t epoch, const HttpResponse& head);
    void onWatchBytes(std::uint64_t epoch, std::string_view bytes);
    void onWatchEnd(std::uint64_t epoch, const Status& end);
    void onWake(std::uint64_t epoch);

    [[nodiscard]] const config::Kind& kind() const { return m_kind; }
    [[nodiscard]] const std::string& scope() const { return m_scope; }
    [[nodiscard]] ReflectorState state() const { return m_state; }
    [[nodiscard]] const Error& lastError() const { return m_error; } // of any state but Live
    [[nodiscard]] bool watching() const { return m_phase == Phase::Watching; }
    [[nodiscard]] MonotonicTime lastContact() const { return m_lastContact; } // bytes of a list or a watch
    // Of the first pod of istiod seen, for ClusterDelta.
    [[nodiscard]] const std::string& istioVersion() const { return m_istioVersion; }

private:
    enum class Phase { Idle, Listing, Watching, WaitingToList, WaitingToWatch, Stopped };

    void list(std::string resourceVersion);
    void nextPage(const std::string& continueToken);
    void finishList(ListPage last);
    void refusedList(const ApiStatus& status);
    void watch();
    void consume(std::string line);
    void watchError(const ApiStatus& status);
    void deliverPending();
    void retry(Phase phase, std::optional<Duration> delay = {});
    void lose(const Error& error);
    void setState(ReflectorState state, Error error = {});
    bool permanent(const ApiStatus& status);
    void remember(DecodedObject object, bool deleted);

    const config::Kind& m_kind;
    const std::string m_scope;
    ReflectorPort& m_port;
    const Clock& m_clock;
    Random m_random;
    Backoff m_backoff;

    Phase m_phase = Phase::Idle;
    ReflectorState m_state = ReflectorState::Connecting;
    Error m_error;
    std::uint64_t m_epoch = 0; // of the list or watch that counts; answers to older ones are dropped
    MonotonicTime m_lastContact{};
    std::string m_istioVersion;

    // A list under way: shown to nobody until it is complete.
    ListQuery m_query;
    std::vector<ClusterObject> m_staged;
    int m_restarts = 0;

    // The watch.
    std::string m_version; // where the next watch begins; opaque
    MonotonicTime m_watchStart{};
    int m_httpStatus = 0;
    HttpResponse m_refusal; // collects the body of an answer that is no 200
    std::string m_buffer;   // an incomplete line
    std::size_t m_events = 0;
    bool m_bookmarks = false;
    int m_failures = 0;     // watches in a row that brought nothing
    bool m_expiredSinceList = false;
    std::map<mesh::ResourceRef, std::optional<ClusterObject>> m_pending; // nothing: deleted
};

} // namespace meshdeck::sources::kubernetes
