// Where the traffic's numbers come from: a Prometheus that was named, one that is found in the cluster, or the pods
// themselves.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "composition.h"
#include "sources/interfaces.h"
#include "sources/kubernetes/kubernetes_client.h"
#include "sources/scrape/scrape_source.h"

namespace meshdeck::app {

// A Service that leads to Prometheus' query API through the API server.
struct FoundPrometheus {
    std::string ns;
    std::string name;
    std::string port;
    [[nodiscard]] std::string proxyPath() const; // "/api/v1/namespaces/NS/services/NAME:PORT/proxy"
};
// The best of a ServiceList's JSON (label app.kubernetes.io/name=prometheus): istio-system first, then by name; the port
// named http or web, else 9090, else the first.
[[nodiscard]] std::optional<FoundPrometheus> choosePrometheus(const std::string& serviceList);

// A TelemetryFinder; for a moment of the past, which no pod remembers, the Prometheus that is named itself.
// `pods` tells what can be scraped; it is called on the source's threads. All references outlive the source.
[[nodiscard]] std::unique_ptr<sources::Source> makeTelemetrySource(const ConnectionOptions& options,
                                                                   sources::KubernetesClient& client,
                                                                   std::function<std::vector<mesh::Pod>()> pods,
                                                                   const Clock& clock);

// Looks for a Prometheus once it is started: the one of --prometheus or of the endpoints extension, else a Service in
// the cluster. Becomes that source, or the scraping one when it does not answer; then says so as "prometheus".
class TelemetryFinder final : public sources::Source {
public:
    TelemetryFinder(const ConnectionOptions& options, sources::KubernetesClient& client,
                    std::function<std::vector<mesh::Pod>()> pods, const Clock& clock);
    ~TelemetryFinder() override;

    [[nodiscard]] std::string name() const override { return "prometheus"; }
    void start(sources::DeltaSink& sink) override;
    void refresh() override;
    void setInView(std::vector<std::string> namespaces) override;
    void stop() override;

private:
    void find(sources::DeltaSink& sink, const std::stop_token& stop);
    [[nodiscard]] Result<std::unique_ptr<sources::Source>> viaService(const std::stop_token& stop);
    [[nodiscard]] Result<std::unique_ptr<sources::Source>> byAddress(const std::string& url, const std::stop_token& stop);
    [[nodiscard]] std::unique_ptr<sources::Source> scraping();

    const ConnectionOptions m_options;
    sources::KubernetesClient& m_client;
    const std::function<std::vector<mesh::Pod>()> m_pods;
    const Clock& m_clock;
    const std::unique_ptr<sources::PodPageFetcher> m_fetcher;

    std::mutex m_mutex;
    std::unique_ptr<sources::Source> m_inner; // once chosen
    std::vector<std::string> m_inView;
    bool m_stopped = false;
    std::jthread m_search;
};

} // namespace meshdeck::app
