#include "policy/request.h"

namespace meshdeck::policy {

std::string_view name(Verdict verdict) {
    switch (verdict) {
    case Verdict::Routed:
        return "routed";
    case Verdict::Denied:
        return "denied";
    case Verdict::Redirect:
        return "redirect";
    case Verdict::Direct:
        return "direct";
    case Verdict::Fault:
        return "fault";
    case Verdict::NoRoute:
        return "noRoute";
    case Verdict::NoCluster:
        return "noCluster";
    case Verdict::NoEndpoints:
        return "noEndpoints";
    case Verdict::NoListener:
        return "noListener";
    case Verdict::NoFilterChain:
        return "noFilterChain";
    case Verdict::NoVirtualHost:
        return "noVirtualHost";
    case Verdict::TlsRedirect:
        return "tlsRedirect";
    case Verdict::TlsError:
        return "tlsError";
    case Verdict::MtlsError:
        return "mtlsError";
    case Verdict::ProtocolError:
        return "protocolError";
    case Verdict::CannotTell:
        return "cannotTell";
    }
    return "cannotTell";
}

} // namespace meshdeck::policy
