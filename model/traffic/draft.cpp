#include "traffic/draft.h"

#include <algorithm>

namespace meshdeck::traffic {
namespace {

void keepLarger(std::optional<double>& into, const std::optional<double>& from) {
    if (from && (!into || *into < *from)) {
        into = from;
    }
}

} // namespace

void DraftEdge::add(const Outcome& outcome) {
    for (Outcome& known : outcomes) {
        if (known.code == outcome.code && known.flags == outcome.flags && known.host == outcome.host) {
            known.rate += outcome.rate;
            return;
        }
    }
    outcomes.push_back(outcome);
}

ConnectionCount& DraftEdge::connectionsOf(NameId flags) {
    for (ConnectionCount& count : observed.connections) {
        if (count.flags == flags) {
            return count;
        }
    }
    return observed.connections.emplace_back(ConnectionCount{flags, {}, {}});
}

void fold(DraftEdge& into, const DraftEdge& from, double factor) {
    into.rates.total += factor * from.rates.total;
    into.rates.noResponse += factor * from.rates.noResponse;
    into.rates.redirect += factor * from.rates.redirect;
    into.rates.clientError += factor * from.rates.clientError;
    into.rates.serverError += factor * from.rates.serverError;
    into.rates.grpcError += factor * from.rates.grpcError;
    for (Outcome outcome : from.outcomes) {
        outcome.rate *= factor;
        into.add(outcome);
    }
    Observed& seen = into.observed;
    seen.secured += factor * from.observed.secured;
    seen.securityKnown += factor * from.observed.securityKnown;
    for (const std::size_t side : {0U, 1U}) {
        seen.reported.at(side) += factor * from.observed.reported.at(side);
    }
    for (const ConnectionCount& count : from.observed.connections) {
        ConnectionCount& sum = into.connectionsOf(count.flags);
        for (const std::size_t side : {0U, 1U}) {
            sum.opened.at(side) += factor * count.opened.at(side);
            sum.closed.at(side) += factor * count.closed.at(side);
        }
    }
    keepLarger(seen.p50, from.observed.p50);
    keepLarger(seen.p95, from.observed.p95);
    keepLarger(seen.p99, from.observed.p99);
    if (from.observed.bodyBytes) {
        seen.bodyBytes = seen.bodyBytes.value_or(0) + factor * *from.observed.bodyBytes;
    }
    seen.sourcePrincipal = seen.sourcePrincipal == 0 ? from.observed.sourcePrincipal : seen.sourcePrincipal;
    seen.targetPrincipal = seen.targetPrincipal == 0 ? from.observed.targetPrincipal : seen.targetPrincipal;
}

} // namespace meshdeck::traffic
