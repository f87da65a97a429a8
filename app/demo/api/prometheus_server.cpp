#include "app/demo/api/prometheus_server.h"

#include <chrono>
#include <fstream>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

constexpr auto kStartLimit = std::chrono::seconds(30);
constexpr std::size_t kManyPods = 500; // more cannot be scraped every two seconds beside everything else
constexpr int kAttempts = 3;           // another program may take the port between our look and prometheus's bind

sockaddr_in loopback(unsigned short port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Prometheus cannot bind port zero, so one is taken, seen to be free, and given back.
unsigned short freePort() {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    const bool bound = ::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                       ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(file);
    return bound ? ntohs(address.sin_port) : 0;
}

bool isReady(unsigned short port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{2, 0};
    ::setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const sockaddr_in address = loopback(port);
    const std::string request = "GET /-/ready HTTP/1.0\r\n\r\n";
    char answer[64] = {};
    const bool answered = ::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                          ::send(file, request.data(), request.size(), MSG_NOSIGNAL) > 0 &&
                          ::recv(file, answer, sizeof answer - 1, MSG_WAITALL) > 0;
    ::close(file);
    return answered && std::string(answer).find(" 200 ") != std::string::npos;
}

bool becomesReady(ChildProcess& process, unsigned short port) {
    for (const auto until = std::chrono::steady_clock::now() + kStartLimit; std::chrono::steady_clock::now() < until;) {
        if (!process.running()) {
            return false;
        }
        if (isReady(port)) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

std::string lastLineOf(const std::string& path) {
    std::ifstream file(path);
    std::string last;
    for (std::string line; std::getline(file, line);) {
        last = line.empty() ? last : line;
    }
    return last;
}

} // namespace

std::string prometheusConfig(const Simulation::ScrapeTargets& targets) {
    const std::string interval = targets.paths.size() > kManyPods ? "15s" : "2s";
    std::string text = "global:\n  scrape_interval: " + interval + "\n  scrape_timeout: " + interval +
                       "\n  evaluation_interval: 1h\nscrape_configs:\n- job_name: envoy-stats\n  static_configs:\n";
    for (const std::string& path : targets.paths) { // "/pods/<namespace>/<pod>/stats/prometheus"
        const std::size_t ns = path.find('/', 1) + 1;
        const std::size_t pod = path.find('/', ns) + 1;
        const std::size_t end = path.find('/', pod);
        text += "  - targets: [" + inQuotes(targets.address) + "]\n    labels: {__metrics_path__: " + inQuotes(path) +
                ", namespace: " + inQuotes(path.substr(ns, pod - 1 - ns)) +
                ", pod: " + inQuotes(path.substr(pod, end - pod)) + "}\n";
    }
    // All pods share one address; the pod's name tells them apart, as the pod's address does in a cluster.
    text += "  relabel_configs:\n  - {source_labels: [pod], target_label: instance}\n";
    return text;
}

std::unique_ptr<PrometheusServer> PrometheusServer::start(const Simulation::ScrapeTargets& targets,
                                                          const std::string& directory, std::string& error) {
    const std::string program = findProgram("prometheus");
    if (program.empty()) {
        error = "prometheus is not installed. Hint: apt-get install prometheus";
        return nullptr;
    }
    const std::string config = directory + "/prometheus.yml";
    std::ofstream(config) << prometheusConfig(targets);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::unique_ptr<PrometheusServer> server(new PrometheusServer);
        server->m_port = freePort();
        const std::vector<std::string> command = {program,
                                                  "--config.file=" + config,
                                                  "--storage.tsdb.path=" + directory + "/data",
                                                  "--storage.tsdb.retention.time=6h",
                                                  "--web.listen-address=127.0.0.1:" + std::to_string(server->m_port),
                                                  "--log.level=warn"};
        if (!server->m_process.start(command, directory + "/prometheus.log", error)) {
            return nullptr;
        }
        if (becomesReady(server->m_process, server->m_port)) {
            return server;
        }
    }
    error = "prometheus does not get ready: " + lastLineOf(directory + "/prometheus.log");
    return nullptr;
}

} // namespace meshdeck::demo::api
