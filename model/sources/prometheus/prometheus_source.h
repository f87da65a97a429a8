// Telemetry from a Prometheus (or what speaks its query API): overview first, full labels for what is in view, and an
// interval that never asks more of the server than a tenth of its time (facts/real-servers.md 5).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "sources/http/http_client.h"
#include "sources/interfaces.h"

namespace meshdeck::sources {

struct PrometheusOptions {
    std::string url;    // base, with any path: "http://prometheus.monitoring:9090"
    Headers headers;    // sent with every query
    std::string bearer; // never sent over plain HTTP except to this machine
    Duration window = std::chrono::minutes(1);
    std::optional<ServerTime> time; // a fixed instant; then nothing is repeated by itself
    Duration interval = std::chrono::seconds(15);
    Duration timeout = std::chrono::seconds(30); // of one query
    bool idleEdges = false;                      // also ask for what does not move
    HttpOptions http;
};

// Answers exactly once, on any thread.
using HttpTransport = std::function<void(HttpRequest, std::function<void(Result<HttpResponse>)>)>;

class PrometheusSource final : public Source {
public:
    // The clock outlives the source.
    PrometheusSource(PrometheusOptions options, const Clock& clock);
    // Over a transport of the caller's, which must not answer after it has been told to stop by its own means.
    PrometheusSource(PrometheusOptions options, const Clock& clock, HttpTransport transport);
    ~PrometheusSource() override;

    [[nodiscard]] std::string name() const override { return "prometheus"; }
    void start(DeltaSink& sink) override;
    void refresh() override;
    void setInView(std::vector<std::string> namespaces) override;
    void stop() override;

private:
    class Engine;
    std::unique_ptr<Engine> m_engine;
};

// Whether a bearer token may go to that URL: over TLS, or to this machine.
[[nodiscard]] bool maySendBearer(const std::string& url);

} // namespace meshdeck::sources
