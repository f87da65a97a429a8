// Two meshes as snapshots, as the session would deliver them: for tests of the views and for pictures.
#pragma once

#include "mesh/snapshot.h"

namespace meshdeck::views::sample {

// 2026-11-23T14:32:08Z, the moment of both.
[[nodiscard]] ServerTime moment();

// Istio's bookinfo: reviews in three versions at 80, 10 and 10 %.
[[nodiscard]] mesh::SnapshotPtr bookinfo();
// A shop of eleven services in three namespaces: a canary in trouble, a plaintext caller, a denied call.
[[nodiscard]] mesh::SnapshotPtr boutique();
// The boutique six minutes after Prometheus went away.
[[nodiscard]] mesh::SnapshotPtr boutiqueWithoutPrometheus();

// The id of the node a test means: by namespace and name ("orders", "checkout"), version "" for the service.
[[nodiscard]] std::string idOf(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& name,
                               const std::string& version = {});

} // namespace meshdeck::views::sample
