// Debian's own prometheus, scraping the mesh's proxies, for as long as the mesh runs.
#pragma once

#include <memory>
#include <string>

#include "app/demo/api/child_process.h"
#include "app/demo/contract.h"

namespace meshdeck::demo::api {

class PrometheusServer {
public:
    // Waits until it answers. Null, with one sentence in error, when prometheus is not installed or does not get ready.
    // directory must exist; data, configuration and log go there.
    [[nodiscard]] static std::unique_ptr<PrometheusServer> start(const Simulation::ScrapeTargets& targets,
                                                                 const std::string& directory, std::string& error);
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
    PrometheusServer() = default;
    ChildProcess m_process;
    unsigned short m_port = 0;
};

// The configuration: one job, one target a pod; the pod's path is its __metrics_path__, and its labels are namespace
// and pod, as a cluster's scrape job sets them.
[[nodiscard]] std::string prometheusConfig(const Simulation::ScrapeTargets& targets);

} // namespace meshdeck::demo::api
