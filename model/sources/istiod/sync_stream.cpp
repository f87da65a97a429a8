#include "sources/istiod/sync_stream.h"

#include <utility>

namespace meshdeck::sources {

namespace discovery = envoy::service::discovery::v3;

SyncStream::SyncStream(std::shared_ptr<grpc::Channel> channel, const std::string& token)
    : m_channel(std::move(channel)), m_stub(discovery::AggregatedDiscoveryService::NewStub(m_channel)) {
    if (!token.empty()) {
        m_context.AddMetadata("authorization", "Bearer " + token);
    }
    m_stub->async()->StreamAggregatedResources(&m_context, this);
    AddHold(); // reads and writes are started outside of reactions
    StartCall();
}

SyncStream::~SyncStream() {
    m_context.TryCancel();
    std::unique_lock lock(m_mutex);
    (void)end(lock);
}

grpc::Status SyncStream::ask(const discovery::DiscoveryRequest& request, discovery::DiscoveryResponse& answer,
                             std::chrono::milliseconds limit, std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    if (m_broken) {
        return end(lock);
    }
    m_answered = false;
    m_written = false;
    m_outgoing = request;
    lock.unlock();
    StartRead(&m_incoming);
    StartWrite(&m_outgoing);
    lock.lock();
    // The answer may overtake the news that the request is out; gRPC takes the next one only after both.
    const bool done = m_changed.wait_until(lock, stop, std::chrono::steady_clock::now() + limit,
                                           [this] { return (m_answered && m_written) || m_broken; });
    if (!done) {
        m_broken = true;
        m_context.TryCancel();
        return stop.stop_requested() ? grpc::Status(grpc::StatusCode::CANCELLED, "")
                                     : grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "");
    }
    if (!m_answered) {
        return end(lock); // an answer that came before the stream broke still counts
    }
    answer.Swap(&m_incoming);
    return grpc::Status::OK;
}

grpc::Status SyncStream::end(std::unique_lock<std::mutex>& lock) {
    m_broken = true;
    if (std::exchange(m_held, false)) {
        lock.unlock();
        RemoveHold();
        lock.lock();
    }
    m_changed.wait(lock, [this] { return m_end.has_value(); });
    // A server may end a stream in good order, for instance after its longest connection age.
    return m_end->ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server closed the stream") : *m_end;
}

void SyncStream::OnReadDone(bool ok) {
    const std::lock_guard lock(m_mutex);
    (ok ? m_answered : m_broken) = true;
    m_changed.notify_all();
}

void SyncStream::OnWriteDone(bool ok) {
    const std::lock_guard lock(m_mutex);
    (ok ? m_written : m_broken) = true;
    m_changed.notify_all();
}

void SyncStream::OnDone(const grpc::Status& status) {
    const std::lock_guard lock(m_mutex);
    m_end = status;
    m_changed.notify_all();
}

} // namespace meshdeck::sources
