// One request followed for the Routes page: the simulator's answer and what explains it, as a value that a worker makes
// and the page shows. Nothing in it points into a snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/effective_config.h"
#include "policy/request_path.h"
#include "policy/rule_ladder.h"

namespace meshdeck::views {

struct TraceQuery {
    config::Json request = config::Json::object(); // as `meshdeck route --requests` writes it
    bool draft = false;                            // as it would be after the pending change
};

// One destination of the split with what stands before it.
struct TraceEnd {
    policy::DestinationShare share;
    std::string ns, workload; // empty: nobody known is behind it
    std::string pod;          // one of them
    std::string version;
    bool sidecar = false;
    std::size_t endpoints = 0;
    mesh::ResourceRef destinationRule; // whose subset or policy it is; empty kind: none
    std::optional<policy::MtlsResult> mtls;
    std::optional<policy::AuthorizationResult> authorization;
    policy::Verdict verdict = policy::Verdict::Routed; // of a request that goes there
    std::optional<int> status;
};

// Who would have had a say at the receiving proxy.
struct TracePolicies {
    std::size_t deny = 0, allow = 0, custom = 0;
    std::vector<std::string> denyNames, allowNames; // "shop/reviews-viewer"
};

struct TraceHidden {
    mesh::ResourceRef object;
    std::optional<mesh::ResourceRef> by;
    std::string why;
};

struct TraceAnswer {
    TraceQuery query;
    std::optional<Error> problem; // the request could not be read; nothing below is set then
    policy::Request request;
    policy::RequestResult result;
    std::vector<policy::RuleLadder> ladders;
    std::string senderPod;        // of the workload that sends; empty: not known
    std::string senderVersion;
    std::string principal;        // the identity it sends with, without "spiffe://"; empty: none
    std::string sidecarObject;    // "bookinfo/default": the Sidecar that narrows the client; empty: none
    std::vector<TraceEnd> ends;   // largest share first
    std::optional<TracePolicies> policies;
    std::vector<TraceHidden> hidden;
    std::vector<std::string> warnings; // EnvoyFilters on the way
    std::optional<policy::RequestResult> live; // with a draft: what it is without
};

// Total: what is wrong with the request is in `problem`. `live` may be null.
[[nodiscard]] TraceAnswer trace(const TraceQuery& query, const policy::Simulator& simulator, const policy::Simulator* live);

// What `meshdeck test` would have to expect so that the same answer passes and another one fails: verdict, status, split
// or cluster, location, the policy that refuses.
[[nodiscard]] config::Json expectationOf(const policy::RequestResult& result);

} // namespace meshdeck::views
