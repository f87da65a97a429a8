#include "sources/kubernetes/source_health.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr std::size_t kNamesShown = 4;

std::string joined(const std::set<std::string>& names) {
    std::string list;
    std::size_t shown = 0;
    for (const std::string& name : names) {
        if (shown == kNamesShown) {
            return list + " and " + std::to_string(names.size() - shown) + " more";
        }
        list += (shown++ == 0 ? "" : ", ") + text::safe(name);
    }
    return list;
}

std::string capitalised(std::string sentence) {
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') {
        sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    }
    return sentence;
}

// The hint of a failure before the first success. What passes by itself within seconds gets none: a hint tells those
// who wait (session::settled) that waiting does not help.
std::string hintWhileConnecting(const Error& error) {
    const bool passes = error.kind == ErrorKind::TooManyRequests || error.kind == ErrorKind::Server;
    return passes ? std::string() : capitalised(error.hint);
}

std::string partialDetail(const std::set<std::string>& missing, const std::vector<std::string>& namespaces,
                          bool scoped, std::size_t leftOut) {
    std::string detail;
    if (scoped) {
        detail = "only " + std::string(namespaces.size() == 1 ? "namespace " : "the namespaces ") +
                 joined({namespaces.begin(), namespaces.end()}) + " can be read";
    }
    if (scoped && leftOut > 0) {
        detail += "; " + std::to_string(leftOut) + " further ones are not read, " +
                  std::to_string(namespaces.size()) + " at a time are the limit";
    }
    if (!missing.empty()) {
        detail += (detail.empty() ? "" : "; ") + ("no permission to list and watch " + joined(missing));
    }
    return capitalised(detail);
}

} // namespace

mesh::SourceHealth summarize(const std::vector<KindHealth>& kinds, const std::vector<std::string>& namespaces,
                             std::optional<ServerTime> lastSuccess, std::size_t leftOut) {
    mesh::SourceHealth health{"kubernetes", mesh::SourceState::Live, lastSuccess, {}, {}};
    const Error* lost = nullptr;
    const Error* denied = nullptr;
    const Error* waiting = nullptr;
    bool connecting = false;
    bool any = false;
    bool scoped = false;
    std::set<std::string> missing;
    for (const KindHealth& kind : kinds) {
        switch (kind.state) {
        case ReflectorState::Live: any = true; break;
        case ReflectorState::Lost:
            any = true;
            lost = &kind.error;
            break;
        case ReflectorState::Connecting:
            connecting = true;
            waiting = kind.error.what.empty() ? waiting : &kind.error;
            break;
        case ReflectorState::Denied:
            scoped = scoped || kind.replaced;
            if (!kind.replaced) {
                denied = &kind.error;
                missing.insert(kind.plural + (kind.scope.empty() ? "" : " in " + kind.scope));
            }
            break;
        case ReflectorState::NotServed: break; // a mesh without the Gateway API is a mesh
        }
    }
    if (lost != nullptr) {
        health.state = mesh::SourceState::Stale;
        health.detail = capitalised(lost->what);
        health.hint = lost->hint;
    } else if (waiting != nullptr || (connecting && denied == nullptr)) {
        health.state = mesh::SourceState::Connecting;
        health.detail = waiting != nullptr ? capitalised(waiting->what) : "Reading the cluster";
        health.hint = waiting != nullptr ? hintWhileConnecting(*waiting) : "";
    } else if (denied != nullptr && !any && !connecting) {
        health.state = mesh::SourceState::Denied;
        health.detail = capitalised(denied->what);
        health.hint = denied->hint;
    } else if (denied != nullptr || scoped) {
        health.state = mesh::SourceState::Partial;
        health.detail = partialDetail(missing, namespaces, scoped, leftOut);
        health.hint = "Ask for get, list and watch on what is missing, or choose namespaces with -n";
    }
    return health;
}

mesh::SourceHealth unreachable(const Error& error, std::optional<ServerTime> lastSuccess) {
    const bool final = error.kind == ErrorKind::Unauthenticated || error.kind == ErrorKind::Forbidden ||
                       error.kind == ErrorKind::Tls || error.kind == ErrorKind::Protocol ||
                       error.kind == ErrorKind::InvalidArgument || error.kind == ErrorKind::Io;
    const mesh::SourceState state = final ? mesh::SourceState::Denied
                                    : lastSuccess ? mesh::SourceState::Stale : mesh::SourceState::Connecting;
    return {"kubernetes", state, lastSuccess, capitalised(error.what),
            state == mesh::SourceState::Connecting ? hintWhileConnecting(error) : capitalised(error.hint)};
}

} // namespace meshdeck::sources::kubernetes
