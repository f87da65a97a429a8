// A small graph with one of everything that the writers treat differently.
#pragma once

#include "mesh/graph.h"
#include "mesh/snapshot.h"

namespace meshdeck::cli::test {

inline mesh::Graph sampleGraph() {
    mesh::Graph graph;
    graph.type = mesh::GraphType::VersionedApp;
    graph.time = ServerTime(std::chrono::seconds(1'523'364'075));
    graph.window = std::chrono::minutes(10);
    graph.reporter = "source, else destination";

    mesh::Node caller;
    caller.id = "a1";
    caller.kind = mesh::NodeKind::App;
    caller.ns = "bookinfo";
    caller.workload = "productpage-v1";
    caller.app = "productpage";
    caller.version = "v1";
    caller.health = mesh::Health::Healthy;
    caller.set(mesh::NodeFlag::Root);
    mesh::Node service;
    service.id = "b2";
    service.kind = mesh::NodeKind::Service;
    service.ns = "bookinfo";
    service.service = "reviews";
    service.health = mesh::Health::Degraded;
    service.reason = "6.0 % of 12.2 req/s fail with 500";
    mesh::Node database;
    database.id = "c3";
    database.kind = mesh::NodeKind::Workload;
    database.ns = "data";
    database.workload = "=mongo\"db";
    database.health = mesh::Health::Unknown;
    graph.nodes = {caller, service, database};

    mesh::Edge call;
    call.id = "e1";
    call.source = 0;
    call.target = 1;
    call.protocol = mesh::Protocol::Http;
    call.rates = {.total = 12.5, .noResponse = 0, .redirect = 0, .clientError = 0, .serverError = 0.75, .grpcError = 0};
    call.mtls = Percent(100);
    call.latency.p50 = Milliseconds(4);
    call.latency.p95 = Milliseconds(22);
    call.sourcePrincipal = "spiffe://cluster.local/ns/bookinfo/sa/productpage";
    call.responses = {{"200", "-", "reviews", 11.75}, {"500", "UF", "reviews", 0.75}};
    call.weight = {Percent(80), Percent(81.25)};
    call.health = mesh::Health::Degraded;
    mesh::Edge bytes;
    bytes.id = "e2";
    bytes.source = 1;
    bytes.target = 2;
    bytes.protocol = mesh::Protocol::Tcp;
    bytes.rates.total = 2048;
    bytes.mtls = Percent(0);
    bytes.health = mesh::Health::Healthy;
    graph.edges = {call, bytes};
    return graph;
}

inline std::vector<mesh::SourceHealth> sampleSources(const mesh::Graph& graph) {
    mesh::SourceHealth live;
    live.name = "prometheus";
    live.state = mesh::SourceState::Live;
    live.lastSuccess = graph.time - std::chrono::seconds(4);
    mesh::SourceHealth absent;
    absent.name = "istiod";
    absent.state = mesh::SourceState::Absent;
    absent.detail = "no istiod was found";
    absent.hint = "name it with --istiod";
    return {live, absent};
}

} // namespace meshdeck::cli::test
