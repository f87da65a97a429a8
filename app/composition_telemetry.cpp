#include "composition_telemetry.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/redaction.h"
#include "config/json.h"
#include "sources/fallback_source.h"
#include "sources/kubernetes/api_status.h"
#include "sources/prometheus/prometheus_source.h"
#include "sources/scrape/scrape_source.h"

namespace meshdeck::app {
namespace {

constexpr const char* kServices = "/api/v1/services?labelSelector=app.kubernetes.io%2Fname%3Dprometheus";

std::string textAt(const config::Json& json, std::string_view pointer) {
    const config::Json* found = config::at(json, pointer);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::string portOf(const config::Json& service) {
    const config::Json* ports = config::at(service, "/spec/ports");
    if (ports == nullptr || !ports->is_array() || ports->empty()) {
        return "9090";
    }
    const auto rank = [](const config::Json& port) {
        const std::string name = textAt(port, "/name");
        const bool named = name == "http" || name == "web" || name == "http-web";
        return named ? 0 : port.value("port", 0) == 9090 ? 1 : 2;
    };
    const auto best = std::min_element(ports->begin(), ports->end(), [&](const config::Json& a, const config::Json& b) {
        return rank(a) < rank(b);
    });
    return std::to_string(best->is_object() ? best->value("port", 9090) : 9090);
}

sources::PrometheusOptions prometheusOptions(const ConnectionOptions& options, std::string url) {
    sources::PrometheusOptions prometheus;
    prometheus.url = std::move(url);
    prometheus.window = options.window;
    prometheus.interval = options.refresh;
    prometheus.time = options.time;
    prometheus.idleEdges = options.graph.idleEdges;
    return prometheus;
}

// Pods' metrics pages through the API server. An answer after the end finds the gate shut.
class ProxyFetcher final : public sources::PodPageFetcher {
public:
    explicit ProxyFetcher(sources::KubernetesClient& client) : m_client(client) {}
    ~ProxyFetcher() override { m_stop.request_stop(); }

    void fetch(const sources::PodPage& page, std::function<void(Result<std::string>)> done) override {
        sources::ApiRequest request;
        request.path = sources::KubernetesClient::podProxyPath(page.ns, page.pod, page.port, page.path);
        m_client.sendAsync(
            std::move(request),
            [done = std::move(done)](Result<sources::HttpResponse> answer) {
                const Status good = answer ? sources::kubernetes::check(*answer) : tl::unexpected(answer.error());
                done(good ? Result<std::string>(std::move(answer->body)) : tl::unexpected(good.error()));
            },
            m_stop.get_token());
    }

private:
    sources::KubernetesClient& m_client;
    std::stop_source m_stop;
};

std::string namedPrometheus(const ConnectionOptions& options, const sources::KubernetesClient& client) {
    return options.prometheus.value_or(client.context().endpoints.prometheus);
}

// What a query API answers to the smallest of questions: JSON, and no refusal.
Status isPrometheus(const sources::HttpResponse& answer) {
    const config::Json json = config::Json::parse(answer.body, nullptr, false);
    if (answer.status == 200 && textAt(json, "/status") == "success") {
        return {};
    }
    return fail(ErrorKind::Protocol, answer.status == 200 ? std::string("it does not answer as a Prometheus does")
                                                          : "it answers with HTTP " + std::to_string(answer.status));
}

// What telemetry is made of; shared by the two ways to get it.
struct Parts {
    ConnectionOptions options;
    sources::KubernetesClient& client;
    std::function<std::vector<mesh::Pod>()> pods;
    const Clock& clock;
    ProxyFetcher fetcher{client};
};

// A Prometheus in the cluster that answers a first question through the API server's service proxy.
Result<std::unique_ptr<sources::Source>> viaService(const Parts& parts, const std::stop_token& stop) {
    sources::KubernetesClient& client = parts.client;
    const auto services = client.send({"GET", kServices, {}, {}}, stop);
    if (!services) {
        return tl::unexpected(services.error());
    }
    const auto found = choosePrometheus(services->body);
    if (!found) {
        return fail(ErrorKind::NotFound, "no Service with label app.kubernetes.io/name=prometheus");
    }
    const std::string path = found->proxyPath();
    if (const auto answer = client.send({"GET", path + "/api/v1/query?query=1", {}, {}}, stop); !answer) {
        return fail(answer.error().kind, "Service " + found->ns + "/" + found->name + ": " + answer.error().what,
                    "get and create on services/proxy are needed, or --prometheus URL");
    }
    const std::string server = client.context().cluster.server;
    auto transport = [&client, server, stop](sources::HttpRequest request,
                                             std::function<void(Result<sources::HttpResponse>)> done) {
        sources::ApiRequest through;
        through.method = std::move(request.method);
        through.path = request.url.substr(std::min(server.size(), request.url.size()));
        through.headers = std::move(request.headers);
        through.body = std::move(request.body);
        through.timeout = request.timeout;
        client.sendAsync(std::move(through), std::move(done), stop);
    };
    return std::make_unique<sources::PrometheusSource>(prometheusOptions(parts.options, server + path), parts.clock,
                                                       std::move(transport));
}

// The Prometheus that somebody named, if it answers a first question.
Result<std::unique_ptr<sources::Source>> byAddress(const Parts& parts, const std::string& url,
                                                   const std::stop_token& stop) {
    sources::HttpClient http{sources::HttpOptions()};
    sources::HttpRequest request;
    request.url = url.substr(0, url.find_last_not_of('/') + 1) + "/api/v1/query?query=1";
    request.timeout = std::chrono::seconds(10);
    const auto answer = http.send(std::move(request), stop);
    const Status usable = answer ? isPrometheus(*answer) : Status(tl::unexpected(answer.error()));
    if (!usable) {
        const Error& error = usable.error();
        return fail(error.kind, redact(url) + ": " + error.what,
                    error.hint.empty() ? "check the address given with --prometheus" : error.hint);
    }
    return std::make_unique<sources::PrometheusSource>(prometheusOptions(parts.options, url), parts.clock);
}

std::unique_ptr<sources::Source> scraping(Parts& parts) {
    sources::ScrapeOptions scrape;
    scrape.window = parts.options.window;
    scrape.interval = parts.options.refresh;
    scrape.idleEdges = parts.options.graph.idleEdges;
    return std::make_unique<sources::ScrapeSource>(scrape, parts.fetcher, parts.pods, parts.clock);
}

} // namespace

std::string FoundPrometheus::proxyPath() const {
    return "/api/v1/namespaces/" + ns + "/services/" + name + ":" + port + "/proxy";
}

std::optional<FoundPrometheus> choosePrometheus(const std::string& serviceList) {
    const config::Json json = config::Json::parse(serviceList, nullptr, false);
    const config::Json* items = config::at(json, "/items");
    if (items == nullptr || !items->is_array()) {
        return std::nullopt;
    }
    std::optional<FoundPrometheus> best;
    const auto rank = [](const FoundPrometheus& one) { return std::tuple(one.ns != "istio-system", one.ns, one.name); };
    for (const config::Json& item : *items) {
        FoundPrometheus one{textAt(item, "/metadata/namespace"), textAt(item, "/metadata/name"), portOf(item)};
        if (!one.ns.empty() && !one.name.empty() && (!best || rank(one) < rank(*best))) {
            best = std::move(one);
        }
    }
    return best;
}

std::unique_ptr<sources::Source> makeTelemetrySource(const ConnectionOptions& options, sources::KubernetesClient& client,
                                                     std::function<std::vector<mesh::Pod>()> pods, const Clock& clock) {
    const std::string url = namedPrometheus(options, client);
    if (!url.empty() && options.time) {
        return std::make_unique<sources::PrometheusSource>(prometheusOptions(options, url), clock);
    }
    const auto parts = std::shared_ptr<Parts>(new Parts{options, client, std::move(pods), clock});
    return std::make_unique<sources::FallbackSource>(
        [parts, url](const std::stop_token& stop) {
            return url.empty() ? viaService(*parts, stop) : byAddress(*parts, url, stop);
        },
        [parts] { return scraping(*parts); });
}

} // namespace meshdeck::app
