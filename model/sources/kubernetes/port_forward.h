// A pod's port through the API server, as a connected stream of bytes without any listening socket: pods/portforward
// over a WebSocket with channel framing (facts/wire.md 3.10, variant A; "v4.channel.k8s.io" is the newest protocol that
// port-forward has).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::sources {

struct ForwardTarget {
    std::string ns;
    std::string pod;
    std::uint16_t port = 0;
};

// The port speaks TLS, which is taken off here: gRPC takes only streams without it from us.
struct ForwardTls {
    std::string caPem;
    std::vector<std::string> names; // any of them may be in the certificate; the first is asked for
    std::string protocol = "h2";    // ALPN
};

namespace kubernetes {
// The first byte of every message is its channel; the first message of each channel is the port, two bytes, low one
// first. Channel 0 carries data both ways, channel 1 the reason of a failure.
class ForwardChannels {
public:
    explicit ForwardChannels(std::uint16_t port) : m_port(port) {}
    // The data in a message, empty for one that carries none. Unreachable with the server's reason, Protocol for what
    // is no such message.
    [[nodiscard]] Result<std::string_view> take(std::string_view message);
    [[nodiscard]] bool open() const { return m_seen[0] && m_seen[1]; } // both channels have been announced

private:
    std::uint16_t m_port;
    bool m_seen[2] = {false, false};
};
} // namespace kubernetes

// Thread safe. All its streams run on one thread of its own and end with it.
class PortForwarder {
public:
    // The client outlives it.
    explicit PortForwarder(KubernetesClient& client);
    ~PortForwarder();
    PortForwarder(const PortForwarder&) = delete;
    PortForwarder& operator=(const PortForwarder&) = delete;

    // One new connection to the port; blocks until it stands. Closing the descriptor (a socket, non-blocking) ends it;
    // when the server ends it, reading it says so. Forbidden without get and create on pods/portforward, NotFound
    // without the pod, Unreachable when nothing listens there, Tls of either connection, Timeout, Cancelled.
    [[nodiscard]] Result<FileDescriptor> open(const ForwardTarget& target, const std::optional<ForwardTls>& tls,
                                              const std::stop_token& stop = {},
                                              Duration limit = std::chrono::seconds(15));

private:
    class Io;
    Result<FileDescriptor> attempt(const ForwardTarget& target, const std::optional<ForwardTls>& tls,
                                   const UpgradeTarget& to, const std::stop_token& stop, Duration limit);

    KubernetesClient& m_client;
    std::unique_ptr<Io> m_io;
};

} // namespace meshdeck::sources
