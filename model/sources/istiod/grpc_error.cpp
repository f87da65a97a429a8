#include "sources/istiod/grpc_error.h"

#include <grpcpp/support/status_code_enum.h>

#include "base/redaction.h"
#include "base/text.h"

namespace meshdeck::sources {
namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// The library reports a failed handshake as "no connection" and tells the reason in words only.
bool isHandshake(std::string_view message) {
    return contains(message, "andshake") || contains(message, "certificate") || contains(message, "SSL_ERROR") ||
           contains(message, "CERTIFICATE");
}

Error make(ErrorKind kind, std::string what, std::string hint, std::string source) {
    return {kind, std::move(what), std::move(hint), std::move(source)};
}

} // namespace

Error grpcError(int code, std::string_view message, std::string source) {
    const std::string said = text::safe(redact(message), false, 512);
    const std::string because = said.empty() ? "" : ": " + said;
    switch (code) {
    case grpc::StatusCode::CANCELLED:
        return make(ErrorKind::Cancelled, "the request was cancelled", "", source);
    case grpc::StatusCode::UNAUTHENTICATED:
        return make(ErrorKind::Unauthenticated, "istiod does not accept our token" + because,
                    "use the TLS port 15012; the token must be issued for audience istio-ca", source);
    case grpc::StatusCode::PERMISSION_DENIED:
        return make(ErrorKind::Forbidden, "istiod does not let us see its proxies" + because,
                    "the token's service account must be of istiod's root namespace", source);
    case grpc::StatusCode::UNAVAILABLE:
        if (isHandshake(message)) {
            return make(ErrorKind::Tls, "istiod's certificate is not the expected one" + because,
                        "compare with ConfigMap istio-ca-root-cert and the name istiod.istio-system.svc", source);
        }
        return make(ErrorKind::Unreachable, "istiod cannot be reached" + because,
                    "is istiod ready, and the address right?", source);
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
        if (contains(message, "larger than max")) {
            return make(ErrorKind::TooLarge, "istiod's answer is larger than 64 MiB" + because,
                        "ask with a service account of one namespace", source);
        }
        return make(ErrorKind::TooManyRequests, "istiod limits our requests" + because,
                    "it is asked less often now; PILOT_MAX_REQUESTS_PER_SECOND is its limit", source);
    case grpc::StatusCode::UNIMPLEMENTED:
        return make(ErrorKind::NotServed, "the server does not offer istiod's discovery service" + because,
                    "is that address istiod's?", source);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
        return make(ErrorKind::Timeout, "istiod did not answer in time" + because, "is it overloaded?", source);
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::DATA_LOSS:
        return make(ErrorKind::Protocol, "istiod does not understand us" + because, "is its version supported?", source);
    default: return make(ErrorKind::Server, "istiod failed" + because, "its log tells more", source);
    }
}

} // namespace meshdeck::sources
