// A mesh of one call, measured again and again on a clock of the test.
#pragma once

#include <functional>
#include <optional>

#include "change/breach_watch.h"

namespace meshdeck::change {

// frontend -> reviews, with so many requests a second of which some fail.
struct Traffic {
    double rate = 100;
    double failed = 0;
};

inline mesh::SnapshotPtr snapshotOf(ServerTime time, Duration window, const Traffic& traffic) {
    auto graph = std::make_shared<mesh::Graph>();
    graph->time = time;
    graph->window = window;
    mesh::Node frontend;
    frontend.id = "frontend";
    frontend.app = "frontend";
    frontend.ns = "bookinfo";
    mesh::Node reviews;
    reviews.id = "reviews";
    reviews.kind = mesh::NodeKind::App;
    reviews.app = "reviews";
    reviews.ns = "bookinfo";
    reviews.destServices = {{"", "bookinfo", "reviews"}};
    graph->nodes = {frontend, reviews};
    mesh::Edge edge;
    edge.source = 0;
    edge.target = 1;
    edge.rates.total = traffic.rate;
    edge.rates.serverError = traffic.failed;
    graph->edges = {edge};
    auto snapshot = std::make_shared<mesh::MeshSnapshot>();
    snapshot->graph = graph;
    snapshot->inventory = std::make_shared<mesh::Inventory>();
    return snapshot;
}

// A telemetry that measures every 15 s over one minute, on a clock of the test. The server's clock is an hour off.
class ScriptedFeed final : public TrafficFeed {
public:
    explicit ScriptedFeed(ManualClock& clock) : m_clock(clock) {}

    mesh::SnapshotPtr newerThan(std::optional<ServerTime> after, Duration limit, const std::stop_token&) override {
        if (silentFrom && m_clock.now() >= *silentFrom) {
            m_clock.advance(limit);
            return nullptr;
        }
        if (after || !m_begun) {
            m_clock.advance(std::chrono::seconds(15));
            m_begun = true;
        }
        return snapshotOf(m_clock.wallTime() + std::chrono::hours(1), window(), traffic());
    }
    std::function<Traffic()> traffic = [] { return Traffic{}; };
    std::function<Duration()> window = [] { return Duration(std::chrono::minutes(1)); };
    std::optional<MonotonicTime> silentFrom;

private:
    ManualClock& m_clock;
    bool m_begun = false;
};

} // namespace meshdeck::change
