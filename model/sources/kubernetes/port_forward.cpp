#include "sources/kubernetes/port_forward.h"

#include <condition_variable>
#include <map>
#include <mutex>

#include <QtCore/QThread>

#include "base/text.h"
#include "sources/kubernetes/port_forward_tunnel.h"

namespace meshdeck::sources {
namespace kubernetes {

Result<std::string_view> ForwardChannels::take(std::string_view message) {
    const std::size_t channel = message.empty() ? 2 : static_cast<unsigned char>(message[0]);
    if (channel > 1) {
        return fail(ErrorKind::Protocol, "the server sent a message of no channel of ours");
    }
    message.remove_prefix(1);
    if (!std::exchange(m_seen[channel], true)) {
        const bool known = message.size() == 2 && static_cast<unsigned char>(message[0]) == (m_port & 0xFFU) &&
                           static_cast<unsigned char>(message[1]) == (m_port >> 8U);
        return known ? Result<std::string_view>(std::string_view())
                     : fail(ErrorKind::Protocol, "the server forwards another port than the one asked for");
    }
    if (channel == 1 && !message.empty()) {
        return fail(ErrorKind::Unreachable, text::safe(message, false, 300));
    }
    return channel == 0 ? message : std::string_view();
}

} // namespace kubernetes

namespace {

// Where an attempt's outcome is waited for.
struct Attempt {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<kubernetes::ForwardOutcome> outcome;
};

constexpr const char* kProtocol = "v4.channel.k8s.io";

} // namespace

class PortForwarder::Io {
public:
    Io() {
        m_thread.setObjectName(QStringLiteral("port-forward"));
        m_target.moveToThread(&m_thread);
        m_thread.start();
    }
    ~Io() {
        QMetaObject::invokeMethod(&m_target, [this] {
            m_tunnels.clear();
            m_target.moveToThread(nullptr); // it is destroyed by whoever destroys us
            m_thread.quit();
        }, Qt::QueuedConnection);
        m_thread.wait();
    }
    Io(const Io&) = delete;
    Io& operator=(const Io&) = delete;

    std::uint64_t start(http::WebSocketRequest request, const ForwardTarget& target, const std::optional<ForwardTls>& tls,
                        const std::shared_ptr<Attempt>& attempt) {
        const std::uint64_t id = nextId();
        QMetaObject::invokeMethod(&m_target, [this, id, request = std::move(request), target, tls, attempt]() mutable {
            auto tunnel = std::make_unique<kubernetes::PortForwardTunnel>(
                std::move(request), target, tls,
                [attempt](kubernetes::ForwardOutcome outcome) {
                    const std::lock_guard lock(attempt->mutex);
                    attempt->outcome = std::move(outcome);
                    attempt->changed.notify_all();
                },
                [this, id] { end(id); });
            kubernetes::PortForwardTunnel* started = tunnel.get();
            m_tunnels[id] = std::move(tunnel);
            started->start();
        }, Qt::QueuedConnection);
        return id;
    }

    void cancel(std::uint64_t id) {
        QMetaObject::invokeMethod(&m_target, [this, id] { m_tunnels.erase(id); }, Qt::QueuedConnection);
    }

private:
    std::uint64_t nextId() {
        const std::lock_guard lock(m_mutex);
        return ++m_last;
    }
    // It is on the stack still, so it goes when the event loop comes back.
    void end(std::uint64_t id) {
        QMetaObject::invokeMethod(&m_target, [this, id] { m_tunnels.erase(id); }, Qt::QueuedConnection);
    }

    QThread m_thread;
    QObject m_target;
    std::mutex m_mutex;
    std::uint64_t m_last = 0;
    std::map<std::uint64_t, std::unique_ptr<kubernetes::PortForwardTunnel>> m_tunnels; // thread only
};

PortForwarder::PortForwarder(KubernetesClient& client) : m_client(client), m_io(std::make_unique<Io>()) {}
PortForwarder::~PortForwarder() = default;

Result<FileDescriptor> PortForwarder::open(const ForwardTarget& target, const std::optional<ForwardTls>& tls,
                                           const std::stop_token& stop, Duration limit) {
    const std::string path = "/api/v1/namespaces/" + target.ns + "/pods/" + target.pod +
                             "/portforward?ports=" + std::to_string(target.port);
    for (int attempts = 0;; ++attempts) {
        const auto to = m_client.upgradeTarget(path, stop);
        if (!to) {
            return tl::unexpected(to.error());
        }
        auto socket = attempt(target, tls, *to, stop, limit);
        const bool refused = !socket && socket.error().kind == ErrorKind::Unauthenticated;
        if (!refused || attempts > 0 || !m_client.refused(to->generation)) {
            return socket;
        }
    }
}

Result<FileDescriptor> PortForwarder::attempt(const ForwardTarget& target, const std::optional<ForwardTls>& tls,
                                              const UpgradeTarget& to, const std::stop_token& stop, Duration limit) {
    const auto attempt = std::make_shared<Attempt>();
    const std::uint64_t id = m_io->start({to.url, to.headers, kProtocol, to.options, limit}, target, tls, attempt);
    std::unique_lock lock(attempt->mutex);
    const bool done = attempt->changed.wait_until(lock, stop, std::chrono::steady_clock::now() + limit,
                                                  [&attempt] { return attempt->outcome.has_value(); });
    if (!done) {
        m_io->cancel(id);
        return stop.stop_requested()
                   ? fail(ErrorKind::Cancelled, "cancelled")
                   : fail(ErrorKind::Timeout, "port " + std::to_string(target.port) + " of pod " +
                                                  text::safe(target.ns + "/" + target.pod) + " does not answer");
    }
    auto socket = std::move(attempt->outcome->socket);
    if (!socket && attempt->outcome->unauthenticated) {
        socket.error().kind = ErrorKind::Unauthenticated;
    }
    return socket;
}

} // namespace meshdeck::sources
