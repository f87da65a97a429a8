#include "sources/kubernetes/reflector.h"

#include <algorithm>

#include "base/log.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr int kPageSize = 500;
constexpr int kMinWatchSeconds = 300;                             // and up to twice that, so that hung ones end
constexpr Duration kVeryShortWatch = std::chrono::seconds(1);     // shorter and without events is a failure
constexpr Duration kSilence = std::chrono::seconds(150);          // bookmarks come about once a minute
constexpr Duration kRecheck = std::chrono::minutes(5);            // of a missing permission or kind
constexpr int kWatchFailures = 3;                                 // then the list is fetched anew
constexpr std::size_t kMaxLine = std::size_t(64) << 20U;
constexpr std::size_t kMaxRefusal = std::size_t(256) << 10U;

} // namespace

Reflector::Reflector(const config::Kind& kind, std::string scope, ReflectorPort& port, const Clock& clock,
                     Random random)
    : m_kind(kind), m_scope(std::move(scope)), m_port(port), m_clock(clock), m_random(std::move(random)),
      m_backoff(m_random) {}

void Reflector::start() {
    list("0");
}

void Reflector::stop() {
    m_phase = Phase::Stopped;
    ++m_epoch;
    m_port.closeWatch();
}

void Reflector::retryNow() {
    if (m_phase == Phase::WaitingToList || m_phase == Phase::WaitingToWatch) {
        onWake(m_epoch);
    }
}

void Reflector::onConnectionLost(const Error& error) {
    if (m_phase == Phase::Watching) {
        m_port.closeWatch();
        lose(error);
        retry(Phase::WaitingToWatch);
    }
}

// ---- listing

void Reflector::list(std::string resourceVersion) {
    m_phase = Phase::Listing;
    m_staged.clear();
    m_query = {++m_epoch, std::move(resourceVersion), {}, 0};
    // A limit with any other version would ask for exactly that one, which may be gone.
    if ((m_query.resourceVersion.empty() || m_query.resourceVersion == "0") && m_restarts < 2) {
        m_query.limit = kPageSize;
    }
    m_port.list(m_query);
}

void Reflector::nextPage(const std::string& continueToken) {
    m_query.epoch = ++m_epoch;
    m_query.resourceVersion.clear(); // it is in the token
    m_query.continueToken = continueToken;
    m_port.list(m_query);
}

void Reflector::onList(std::uint64_t epoch, Result<HttpResponse> answer) {
    if (epoch != m_epoch || m_phase != Phase::Listing) {
        return;
    }
    if (!answer) {
        lose(answer.error());
        retry(Phase::WaitingToList);
        return;
    }
    m_lastContact = m_clock.now();
    if (Status good = check(*answer); !good) {
        if (good.error().kind == ErrorKind::Protocol) { // no Kubernetes API at all
            lose(good.error());
            retry(Phase::WaitingToList);
        } else {
            refusedList(statusOf(*answer));
        }
        return;
    }
    auto page = decodeList(m_kind, std::move(answer->body));
    if (!page) {
        lose(page.error());
        retry(Phase::WaitingToList);
        return;
    }
    for (DecodedObject& object : page->objects) {
        if (!object.istioVersion.empty() && m_istioVersion.empty()) {
            m_istioVersion = object.istioVersion;
        }
        m_staged.push_back(std::move(object.object));
    }
    if (!page->continueToken.empty()) {
        nextPage(page->continueToken);
        return;
    }
    finishList(std::move(*page));
}

void Reflector::refusedList(const ApiStatus& status) {
    const bool fromStart = m_query.resourceVersion.empty() && m_query.continueToken.empty();
    if ((status.expired() || status.tooLargeVersion()) && (!fromStart || m_restarts == 0)) {
        ++m_restarts;
        list({}); // consistent, at once
        return;
    }
    if (permanent(status)) {
        return;
    }
    lose(toError(status));
    retry(Phase::WaitingToList, status.code == 429 ? status.retryAfter : std::nullopt);
}

void Reflector::finishList(ListPage last) {
    m_restarts = 0;
    m_failures = 0;
    m_version = std::move(last.resourceVersion);
    if (last.skipped > 0) {
        log(LogLevel::Warning, "kubernetes",
            std::to_string(last.skipped) + " " + std::string(m_kind.plural) + " could not be read");
    }
    ObjectsDelta delta;
    delta.kind = m_kind.kind;
    delta.group = m_kind.group;
    delta.scope = m_scope;
    delta.replace = true;
    delta.upserted = std::exchange(m_staged, {});
    m_port.deliver(std::move(delta));
    setState(ReflectorState::Live);
    watch();
}

// ---- watching

void Reflector::watch() {
    m_phase = Phase::Watching;
    m_watchStart = m_clock.now();
    m_httpStatus = 0;
    m_refusal = {};
    m_buffer.clear();
    m_events = 0;
    const int spread = static_cast<int>(m_random() * kMinWatchSeconds);
    m_port.watch({++m_epoch, m_version, kMinWatchSeconds + spread});
}

void Reflector::onWatchHead(std::uint64_t epoch, const HttpResponse& head) {
    if (epoch != m_epoch || m_phase != Phase::Watching) {
        return;
    }
    m_lastContact = m_clock.now();
    m_httpStatus = head.status;
    m_refusal = head;
    if (head.status == 200) {
        m_expiredSinceList = m_expiredSinceList && m_events == 0;
        setState(ReflectorState::Live);
        m_port.wakeAfter(m_epoch, kSilence);
    }
}

void Reflector::onWatchBytes(std::uint64_t epoch, std::string_view bytes) {
    if (epoch != m_epoch || m_phase != Phase::Watching) {
        return;
    }
    m_lastContact = m_clock.now();
    if (m_httpStatus != 200) {
        m_refusal.body.append(bytes.substr(0, kMaxRefusal - std::min(kMaxRefusal, m_refusal.body.size())));
        return;
    }
    while (!bytes.empty() && m_phase == Phase::Watching && epoch == m_epoch) {
        const auto end = bytes.find('\n');
        m_buffer.append(bytes.substr(0, end));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        if (end != std::string_view::npos) {
            consume(std::exchange(m_buffer, {}));
        } else if (m_buffer.size() > kMaxLine) {
            m_port.closeWatch();
            lose({ErrorKind::TooLarge, "one object is larger than 64 MiB", {}, {}});
            retry(Phase::WaitingToList);
        }
    }
    deliverPending();
}

void Reflector::consume(std::string line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) {
        return;
    }
    auto event = decodeWatchLine(m_kind, std::move(line));
    if (!event) {
        log(LogLevel::Warning, "kubernetes", "a line of the watch of " + std::string(m_kind.plural) + " was skipped");
        return;
    }
    ++m_events;
    if (event->type == WatchEvent::Type::Error) {
        deliverPending();
        m_port.closeWatch();
        watchError(event->status);
        return;
    }
    m_failures = 0;
    m_expiredSinceList = false;
    if (event->type == WatchEvent::Type::Bookmark) {
        m_bookmarks = true;
    } else if (event->object) {
        remember(std::move(*event->object), event->type == WatchEvent::Type::Deleted);
    }
    if (!event->resourceVersion.empty()) {
        m_version = std::move(event->resourceVersion);
    }
}

void Reflector::remember(DecodedObject object, bool deleted) {
    if (!object.istioVersion.empty() && !deleted) {
        m_istioVersion = object.istioVersion;
    }
    m_pending[object.ref] = deleted ? std::nullopt : std::optional<ClusterObject>(std::move(object.object));
}

void Reflector::deliverPending() {
    if (m_pending.empty()) {
        return;
    }
    ObjectsDelta delta;
    delta.kind = m_kind.kind;
    delta.group = m_kind.group;
    delta.scope = m_scope;
    for (auto& [ref, object] : m_pending) {
        if (object) {
            delta.upserted.push_back(std::move(*object));
        } else {
            delta.deleted.push_back(ref);
        }
    }
    m_pending.clear();
    m_port.deliver(std::move(delta));
}

// An ERROR line, or an answer that is no 200.
void Reflector::watchError(const ApiStatus& status) {
    if (status.expired()) {
        // Not an error: the list begins where we stopped, served from the server's cache. Twice in a row it does not
        // help, so then consistently and not in a hurry.
        if (!std::exchange(m_expiredSinceList, true)) {
            list(m_version);
        } else {
            m_version.clear();
            retry(Phase::WaitingToList);
        }
        return;
    }
    if (permanent(status)) {
        return;
    }
    if (status.code == 429) {
        retry(Phase::WaitingToWatch, status.retryAfter);
        return;
    }
    if (status.code == 400 || status.tooLargeVersion()) {
        m_version.clear();
        retry(Phase::WaitingToList);
        return;
    }
    lose(toError(status));
    retry(++m_failures >= kWatchFailures ? Phase::WaitingToList : Phase::WaitingToWatch);
}

void Reflector::onWatchEnd(std::uint64_t epoch, const Status& end) {
    if (epoch != m_epoch || m_phase != Phase::Watching) {
        return;
    }
    m_buffer.clear(); // what was cut in mid-line is sent again from the last complete version
    m_port.closeWatch();
    if (end && m_httpStatus != 200) {
        watchError(statusOf(m_refusal));
        return;
    }
    if (!end) {
        lose(end.error());
    }
    const bool veryShort = m_events == 0 && m_clock.now() - m_watchStart < kVeryShortWatch;
    if (!end || veryShort) {
        retry(++m_failures >= kWatchFailures && m_events == 0 && end ? Phase::WaitingToList : Phase::WaitingToWatch);
        return;
    }
    watch();
}

// ---- waiting

// Waits for `delay` exactly, or by the backoff.
void Reflector::retry(Phase phase, std::optional<Duration> delay) {
    m_phase = phase;
    m_port.wakeAfter(++m_epoch, delay ? *delay : m_backoff.next(m_clock.now()));
}

void Reflector::onWake(std::uint64_t epoch) {
    if (epoch != m_epoch) {
        return;
    }
    if (m_phase == Phase::WaitingToWatch) {
        watch();
    } else if (m_phase == Phase::WaitingToList) {
        list(m_state == ReflectorState::Connecting && m_version.empty() ? "0" : m_version);
    } else if (m_phase == Phase::Watching) {
        const auto silence = m_clock.now() - m_lastContact;
        if (m_bookmarks && silence >= kSilence) {
            m_port.closeWatch(); // a server that sends bookmarks does not fall silent
            watch();
        } else {
            const auto rest = std::chrono::duration_cast<Duration>(kSilence - silence);
            m_port.wakeAfter(m_epoch, std::max(rest, Duration(std::chrono::seconds(1))));
        }
    }
}

// Missing permissions and kinds: no retry loop, looked at again every five minutes.
bool Reflector::permanent(const ApiStatus& status) {
    const Error error = toError(status);
    if (error.kind == ErrorKind::Forbidden || (error.kind == ErrorKind::Unauthenticated && m_error.kind == error.kind)) {
        setState(ReflectorState::Denied, error);
    } else if (error.kind == ErrorKind::NotServed) {
        setState(ReflectorState::NotServed, error);
    } else {
        return false;
    }
    m_version.clear();
    m_staged.clear();
    retry(Phase::WaitingToList, error.kind == ErrorKind::Unauthenticated ? Backoff::kCap : kRecheck);
    return true;
}

void Reflector::lose(const Error& error) {
    log(LogLevel::Info, "kubernetes", std::string(m_kind.plural) + ": " + describe(error));
    setState(m_state == ReflectorState::Live || m_state == ReflectorState::Lost ? ReflectorState::Lost
                                                                              : ReflectorState::Connecting,
             error);
}

void Reflector::setState(ReflectorState state, Error error) {
    if (state != m_state || error != m_error) {
        m_state = state;
        m_error = std::move(error);
        m_port.stateChanged();
    }
}

} // namespace meshdeck::sources::kubernetes
