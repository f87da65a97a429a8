// What a change touches, and how that fares: requests, failures and latency as counts of one window, from the graph.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "change/plan.h"
#include "mesh/snapshot.h"

namespace meshdeck::change {

// A service or an app whose callers feel the change.
struct Subject {
    std::string name;    // as shown, safe
    std::string ns;      // "" any
    std::string service; // of a Service, or a ServiceEntry's host; "" when it is an app
    std::string app;     // canonical name of its workloads; "" and no service: everything in `ns`

    [[nodiscard]] bool matches(const mesh::Node& node) const;
    bool operator==(const Subject&) const = default;
};

// Routes touch the services they lead to (before and after), DestinationRules their host, policies and gateways the apps
// they select, everything else the apps of its namespace. `inventory` may be null: then a namespace is one subject.
[[nodiscard]] std::vector<Subject> subjectsOf(const Plan& plan, const mesh::Inventory* inventory);

// Over `seconds`, of all requests from elsewhere to the subject. Counts are rates times the window: estimates.
struct GoldenSignals {
    double seconds = 0;
    double requests = 0;     // HTTP and gRPC
    double errors = 0;       // 5xx, gRPC errors, no response
    double clientErrors = 0; // 4xx
    bool tcp = false;        // it has TCP traffic, of which nothing here speaks
    mesh::Latency latency;   // means of the edges' quantiles, weighted by rate

    GoldenSignals& operator+=(const GoldenSignals& later); // counts and time add up, the latency is the later one's
};
[[nodiscard]] GoldenSignals signalsOf(const Subject& subject, const mesh::Graph& graph);

} // namespace meshdeck::change
