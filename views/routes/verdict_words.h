// What becomes of a request in words: the panel at the right of the Routes page.
#pragma once

#include <vector>

#include <QString>

#include "mesh/graph.h"
#include "routes/trace.h"

namespace meshdeck::views {

struct VerdictRow {
    QString name;   // "mTLS"
    QString value;  // "on both sides"
    QString detail; // "PeerAuthentication bookinfo/default STRICT; client TLS automatic"
    enum class Sign { None, Lock, OpenLock, Denied } sign = Sign::None;
    bool alarming = false;
};
struct VerdictWords {
    mesh::Health health = mesh::Health::Unknown; // of the mark: unknown is "cannot tell"
    QString title;    // "Answered by reviews, 80 % v3 and 20 % v2"
    QString sentence; // what else happens to it; may be empty
    std::vector<VerdictRow> rows;
};

[[nodiscard]] VerdictWords verdictWords(const TraceAnswer& answer);
// "allowed by reviews-viewer, rule 1".
[[nodiscard]] QString authorizationWords(const policy::AuthorizationResult& result);
// The answer in one line, as a saved request shows it: "v3 80 %, v2 20 %", "403, denied by shop/payment".
[[nodiscard]] QString answerWords(const config::Json& result);

} // namespace meshdeck::views
