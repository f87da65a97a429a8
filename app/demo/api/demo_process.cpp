#include "app/demo/api/demo_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/demo/api/demo_cluster.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/prometheus_server.h"

namespace meshdeck::demo::api {

namespace {

int failed(const std::string& sentence) {
    std::fprintf(stderr, "meshdeck-demo: %s\n", sentence.c_str());
    return 2;
}

// A directory of our own in the temporary folder, removed with everything in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "meshdeck-demo-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) {
            m_path = pattern;
        }
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        if (!m_path.empty()) {
            std::filesystem::remove_all(m_path, ignored);
        }
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

// SIGTERM and SIGINT as a file that can be polled. Must be made before the first thread, which inherits the mask.
int blockedSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return ::signalfd(-1, &signals, SFD_CLOEXEC);
}

void waitForEnd(int signals, bool untilEof) {
    pollfd files[2] = {{signals, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    for (;;) {
        const int ready = ::poll(files, untilEof ? 2 : 1, -1);
        if (ready < 0 && errno != EINTR) {
            return;
        }
        if ((files[0].revents & POLLIN) != 0) {
            return;
        }
        char ignored[256];
        if (untilEof && files[1].revents != 0 && ::read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
            return;
        }
    }
}

void switchOn(const std::vector<std::string>& faults, DemoCluster& cluster) {
    for (const std::string& fault : faults) {
        if (fault == "cut-watch") {
            cluster.faults().cutWatches = 1;
        } else if (fault == "expire-versions") {
            cluster.store().forgetHistory();
        } else if (fault == "429") {
            cluster.faults().tooManyRequests = 1;
        } else if (fault == "hang") {
            cluster.faults().hang = true;
        } else if (fault == "expired-token") {
            cluster.faults().expireTokens = true;
        } else if (fault.starts_with("forbid=")) {
            cluster.faults().forbid(fault.substr(7));
        }
    }
}

unsigned short portOf(const std::string& address) {
    return static_cast<unsigned short>(std::strtoul(address.c_str() + address.rfind(':') + 1, nullptr, 10));
}

// How a Prometheus is found in a cluster: by its Service, which leads to the one that runs beside us.
Json prometheusService() {
    return {{"apiVersion", "v1"},
            {"kind", "Service"},
            {"metadata",
             {{"name", "prometheus"},
              {"namespace", "istio-system"},
              {"labels", {{"app.kubernetes.io/name", "prometheus"}, {"app.kubernetes.io/component", "server"}}}}},
            {"spec",
             {{"type", "ClusterIP"},
              {"ports", Json::array({{{"name", "http"}, {"port", 9090}, {"protocol", "TCP"}, {"targetPort", 9090}}})},
              {"selector", {{"app.kubernetes.io/name", "prometheus"}}}}}};
}

bool has(const std::vector<std::string>& faults, const std::string& fault) {
    return std::find(faults.begin(), faults.end(), fault) != faults.end();
}

} // namespace

int runDemo(const Options& options) {
    const int signals = blockedSignals();
    const TemporaryDirectory directory;
    std::optional<std::vector<Json>> objects = initialObjects(options.mesh, options.seed);
    if (!objects) {
        return failed("there is no mesh \"" + options.mesh + "\": bookinfo, boutique or fleet:N");
    }
    ClusterOptions clusterOptions;
    clusterOptions.mesh = options.mesh;
    clusterOptions.viewerNamespace = viewerNamespaceOf(*objects);
    clusterOptions.wrongAuthority = has(options.faults, "wrong-ca");
    if (options.prometheus) {
        objects->push_back(prometheusService());
    }
    std::string error;
    const std::unique_ptr<DemoCluster> cluster = DemoCluster::create(clusterOptions, error);
    if (!cluster) {
        return failed(error);
    }
    for (const std::string& refused : cluster->seed(std::move(*objects))) {
        std::fprintf(stderr, "meshdeck-demo: %s is of no kind that is served, or there twice\n", refused.c_str());
    }
    const std::unique_ptr<Simulation> simulation =
        startSimulation(cluster->store(), {options.mesh, options.seed, options.speed});
    if (!cluster->serve(simulation.get(), error)) {
        return failed("cannot serve the Kubernetes API: " + error);
    }
    const Simulation::Endpoints endpoints = simulation->serve(cluster->istiodCertificate(), cluster->tokenReview());
    const Simulation::ScrapeTargets scrape = simulation->serveScrape();
    cluster->backends().setPods("istio-system", "istiod", 15012, portOf(endpoints.xds));
    KubeconfigContent kubeconfig = cluster->kubeconfig();
    kubeconfig.istiod = endpoints.xds;
    kubeconfig.jaeger = endpoints.jaeger;
    std::unique_ptr<PrometheusServer> prometheus;
    if (options.prometheus) {
        prometheus = PrometheusServer::start(scrape, directory.path(), error);
        if (!prometheus) {
            return failed(error);
        }
        kubeconfig.prometheus = prometheus->url();
        for (const char* port : {"", "9090", "http"}) {
            cluster->backends().setService("istio-system", "prometheus", port, portOf(prometheus->url()));
        }
    }
    const std::string path = options.kubeconfigOut.empty() ? directory.path() + "/kubeconfig" : options.kubeconfigOut;
    if (!writePrivateFile(path, kubeconfigText(kubeconfig), error)) {
        return failed(error);
    }
    switchOn(options.faults, *cluster);
    Json scrapeUrls = Json::array();
    for (const std::string& page : scrape.paths) {
        scrapeUrls.push_back("http://" + scrape.address + page);
    }
    const Json ready = {{"ready", true},
                        {"kubeconfig", path},
                        {"apiServer", cluster->url()},
                        {"xds", endpoints.xds},
                        {"jaeger", endpoints.jaeger},
                        {"prometheus", prometheus ? Json(prometheus->url()) : Json()},
                        {"scrape", scrapeUrls}};
    std::printf("%s\n", textOf(ready).c_str());
    std::fflush(stdout);
    waitForEnd(signals, options.untilEof);
    cluster->stop();
    return 0;
}

} // namespace meshdeck::demo::api
