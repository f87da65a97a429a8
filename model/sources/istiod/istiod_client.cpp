#include "sources/istiod/istiod_client.h"

#include <utility>

#include <grpc/support/log.h>
#include <grpcpp/create_channel_posix.h>

#include "base/log.h"
#include "sources/istiod/grpc_error.h"
#include "sources/istiod/sync_stream.h"

namespace meshdeck::sources {
namespace {

namespace discovery = envoy::service::discovery::v3;

constexpr int kMaxAnswerBytes = 64 << 20;                 // facts/faults.md 32
constexpr int kKeepaliveMs = 30'000;                      // istiod allows no less than 15 s (facts/wire.md 1.1)
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr Duration kRenewBefore = std::chrono::minutes(1);

bool isThisMachine(const std::string& address) {
    return address.starts_with("127.") || address.starts_with("localhost:") || address.starts_with("[::1]:");
}

// gRPC writes what it thinks of a connection to standard error, where only our own sentences belong.
void takeOverGrpcLog() {
    static std::once_flag once;
    std::call_once(once, [] {
        gpr_set_log_function([](gpr_log_func_args* line) { log(LogLevel::Debug, "grpc", line->message); });
    });
}

// `socket` is valid for a dialled connection and becomes the channel's.
std::shared_ptr<grpc::Channel> openChannel(const IstiodOptions& options, const std::string& caPem, FileDescriptor socket) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1); // no waiting for the back-off of an earlier connection
    arguments.SetUserAgentPrefix("meshdeck");
    if (socket.valid()) {
        return grpc::CreateCustomInsecureChannelFromFd(options.serverName, socket.release(), arguments);
    }
    if (isThisMachine(options.address)) {
        arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    }
    std::shared_ptr<grpc::ChannelCredentials> credentials;
    if (options.plaintext) {
        credentials = grpc::InsecureChannelCredentials();
    } else {
        grpc::SslCredentialsOptions tls;
        tls.pem_root_certs = caPem;
        credentials = grpc::SslCredentials(tls);
        arguments.SetSslTargetNameOverride(options.serverName);
    }
    return grpc::CreateCustomChannel(options.address, credentials, arguments);
}

} // namespace

class IstiodClient::Connection {
public:
    Connection(const IstiodOptions& options, const IstiodCredentials& credentials, FileDescriptor socket,
               bool freshCredentials)
        : stream(openChannel(options, credentials.caPem, std::move(socket)),
                 options.plaintext && !isThisMachine(options.address) ? std::string() : credentials.token),
          fresh(freshCredentials) {}

    SyncStream stream;
    bool fresh;        // the credentials were made for this connection
    bool used = false; // it has answered before
};

IstiodClient::IstiodClient(IstiodOptions options, CredentialsProvider credentials, const Clock& clock)
    : m_options(std::move(options)), m_provider(std::move(credentials)), m_clock(clock),
      m_source("istiod at " + m_options.address) {
    takeOverGrpcLog();
}

IstiodClient::~IstiodClient() = default;

Status IstiodClient::connect(const std::stop_token& stop) {
    bool fresh = false;
    if (!m_credentials || m_credentials->expires - kRenewBefore <= m_clock.wallTime()) {
        Result<IstiodCredentials> made = m_provider(stop);
        if (!made) {
            return tl::unexpected(made.error());
        }
        if (made->caPem.empty() && !m_options.plaintext) {
            return fail(ErrorKind::Tls, "istiod's root certificate is not known",
                        "ConfigMap istio-ca-root-cert must hold root-cert.pem", m_source);
        }
        m_credentials = *std::move(made);
        fresh = true;
    }
    FileDescriptor socket;
    if (m_options.dial) {
        auto dialled = m_options.dial(m_credentials->caPem, stop);
        if (!dialled) {
            Error error = dialled.error();
            if (error.kind == ErrorKind::Tls && !fresh) {
                m_credentials.reset(); // the root may have been replaced: the next attempt reads it anew
            }
            error.source = error.source.empty() ? m_source : error.source;
            return tl::unexpected(std::move(error));
        }
        socket = *std::move(dialled);
    }
    m_connection = std::make_unique<Connection>(m_options, *m_credentials, std::move(socket), fresh);
    return {};
}

Result<SynczAnswer> IstiodClient::ask(const std::stop_token& stop) {
    discovery::DiscoveryRequest request;
    (void)request.ParseFromString(encodeSynczRequest(m_options.identity));
    discovery::DiscoveryResponse response;
    const grpc::Status status = m_connection->stream.ask(request, response, m_options.answerWithin, stop);
    if (!status.ok()) {
        return tl::unexpected(grpcError(status.error_code(), status.error_message(), m_source));
    }
    m_connection->used = true;
    return decodeSyncz(response.SerializeAsString(), m_options.identity, m_clock.wallTime());
}

Result<SynczAnswer> IstiodClient::syncz(const std::stop_token& stop) {
    const std::lock_guard lock(m_mutex);
    for (bool last = false;; last = true) {
        if (stop.stop_requested()) {
            return fail(ErrorKind::Cancelled, "stopped", {}, m_source);
        }
        if (!m_connection) {
            if (const Status status = connect(stop); !status) {
                return tl::unexpected(status.error());
            }
        }
        Result<SynczAnswer> answer = ask(stop);
        if (answer) {
            if (m_options.identity.ns != m_options.rootNamespace && answer->report.partial.empty()) {
                answer->report.partial = "only namespace " + m_options.identity.ns + " is visible";
            }
            return answer;
        }
        // A stream that worked may have been closed while it was idle, and a token or root may have been replaced:
        // both deserve one more try, with everything new.
        const ErrorKind kind = answer.error().kind;
        const bool wasIdle = m_connection->used && (kind == ErrorKind::Unreachable || kind == ErrorKind::Cancelled);
        const bool mayBeOld = !m_connection->fresh && (kind == ErrorKind::Unauthenticated || kind == ErrorKind::Tls);
        m_connection.reset();
        if (kind == ErrorKind::Unauthenticated || kind == ErrorKind::Tls) {
            m_credentials.reset();
        }
        if (last || !(wasIdle || mayBeOld)) {
            return answer;
        }
    }
}

} // namespace meshdeck::sources
