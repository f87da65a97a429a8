#include "sources/kubernetes/port_forward_tunnel.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include "base/text.h"
#include "sources/kubernetes/api_status.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr std::size_t kPiece = std::size_t(32) << 10U;
constexpr std::size_t kMaxWaiting = std::size_t(1) << 20U; // bytes in either direction before the other side is held

std::string nameOf(const ForwardTarget& target) {
    return "port " + std::to_string(target.port) + " of pod " + text::safe(target.ns + "/" + target.pod);
}

Error refusal(const ForwardTarget& target, const HttpResponse& answer) {
    Error error = toError(statusOf(answer));
    if (error.kind == ErrorKind::Forbidden) {
        error.what = "you may not forward ports to the pods of " + text::safe(target.ns);
        error.hint = "get and create on pods/portforward are needed in " + text::safe(target.ns);
    } else if (answer.status < 300) {
        error = {ErrorKind::Protocol, "the API server does not forward ports over a WebSocket",
                 "a proxy in front of it may not let WebSockets pass", {}};
    }
    return error;
}

} // namespace

PortForwardTunnel::PortForwardTunnel(http::WebSocketRequest request, ForwardTarget target, std::optional<ForwardTls> tls,
                                     Opened opened, Over over)
    : m_target(std::move(target)), m_tlsOptions(std::move(tls)), m_name(nameOf(m_target)), m_opened(std::move(opened)),
      m_over(std::move(over)),
      m_socket(std::move(request), {[] {}, [this](std::string_view message) { take(message); },
                                    [this] {
                                        if (m_readable && m_socket.unsent() < kMaxWaiting) {
                                            m_readable->setEnabled(true);
                                        }
                                    },
                                    [this](const HttpResponse& answer) { refused(answer); },
                                    [this](const Error& why) { end(why); }}),
      m_channels(m_target.port) {}

PortForwardTunnel::~PortForwardTunnel() {
    if (m_opened) {
        m_opened({fail(ErrorKind::Cancelled, "cancelled"), false});
    }
}

void PortForwardTunnel::start() {
    m_socket.start();
}

void PortForwardTunnel::take(std::string_view message) {
    const bool before = m_channels.open();
    const auto data = m_channels.take(message);
    if (!data) {
        Error error = data.error();
        error.what = m_name + ": " + error.what;
        end(std::move(error));
        return;
    }
    if (!before && m_channels.open()) {
        m_tlsOptions ? handshake() : stand();
    }
    if (!m_ended && !data->empty()) {
        fromPod(*data);
    }
}

void PortForwardTunnel::handshake() {
    auto tls = http::TlsLayer::client({m_tlsOptions->caPem, m_tlsOptions->names, m_tlsOptions->protocol});
    if (!tls) {
        end(tls.error());
        return;
    }
    m_tls = *std::move(tls);
    (void)m_tls->begin(); // nothing has come yet that could be wrong
    flushTls();
}

void PortForwardTunnel::flushTls() {
    for (std::string bytes = m_tls->takeOutgoing(); !bytes.empty(); bytes = m_tls->takeOutgoing()) {
        m_socket.send('\0' + bytes);
    }
}

void PortForwardTunnel::fromPod(std::string_view bytes) {
    if (!m_tls) {
        m_toLocal.append(bytes);
        writeLocal();
        return;
    }
    const bool before = m_tls->ready();
    const Status good = m_tls->received(bytes);
    flushTls(); // an alert, if it went wrong
    if (!good) {
        end(good.error());
        return;
    }
    if (!before && m_tls->ready()) {
        stand();
    }
    m_toLocal += m_tls->takePlain();
    writeLocal();
    if (!m_ended && m_tls->closed()) {
        end({ErrorKind::Unreachable, m_name + " closed the connection", {}, {}});
    }
}

void PortForwardTunnel::stand() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
        end({ErrorKind::Internal, "no socket can be made", "too many files may be open", {}});
        return;
    }
    m_local = FileDescriptor(ends[0]);
    m_readable = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Write);
    m_writable->setEnabled(false);
    connect(m_readable.get(), &QSocketNotifier::activated, this, [this] { readLocal(); });
    connect(m_writable.get(), &QSocketNotifier::activated, this, [this] { writeLocal(); });
    std::exchange(m_opened, {})({FileDescriptor(ends[1]), false});
}

void PortForwardTunnel::readLocal() {
    std::array<char, kPiece> piece{};
    const ssize_t count = ::recv(m_local.get(), piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        end({ErrorKind::Cancelled, "closed by us", {}, {}});
        return;
    }
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
    if (!m_tls) {
        m_socket.send('\0' + std::string(bytes));
    } else if (const Status sent = m_tls->send(bytes); sent) {
        flushTls();
    } else {
        end(sent.error());
        return;
    }
    if (m_socket.unsent() >= kMaxWaiting) {
        m_readable->setEnabled(false);
    }
}

void PortForwardTunnel::writeLocal() {
    while (m_local.valid() && !m_toLocal.empty()) {
        const ssize_t count = ::send(m_local.get(), m_toLocal.data(), m_toLocal.size(), MSG_NOSIGNAL);
        if (count > 0) {
            m_toLocal.erase(0, static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            end({ErrorKind::Cancelled, "closed by us", {}, {}});
            return;
        }
    }
    if (m_writable) {
        m_writable->setEnabled(!m_toLocal.empty());
    }
    m_socket.setPaused(m_toLocal.size() >= kMaxWaiting);
}

void PortForwardTunnel::refused(const HttpResponse& answer) {
    if (m_opened) {
        std::exchange(m_opened, {})({tl::unexpected(refusal(m_target, answer)), answer.status == 401});
    }
    end({});
}

void PortForwardTunnel::end(Error why) {
    if (std::exchange(m_ended, true)) {
        return;
    }
    m_readable.reset();
    m_writable.reset();
    m_local.reset();
    if (m_opened) {
        std::exchange(m_opened, {})({tl::unexpected(std::move(why)), false});
    }
    m_over();
}

} // namespace meshdeck::sources::kubernetes
