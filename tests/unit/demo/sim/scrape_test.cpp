// The plain HTTP port for Prometheus: the pods' pages, the truth, and what is not there.
#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gtest/gtest.h>

#include "unit/demo/sim/mesh_run.h"
#include "unit/demo/sim/prometheus_text.h"

namespace meshdeck::demo {

namespace {

namespace http = boost::beast::http;

// One connection that asks one request after the other, as scrapers do.
class Client {
public:
    explicit Client(const std::string& address)
        : m_stream(m_io) {
        const auto port = static_cast<unsigned short>(std::stoi(address.substr(address.find(':') + 1)));
        m_stream.connect({boost::asio::ip::address_v4::loopback(), port});
    }
    http::response<http::string_body> ask(http::verb verb, const std::string& target) {
        http::request<http::string_body> request(verb, target, 11);
        request.set(http::field::host, "localhost");
        http::write(m_stream, request);
        http::response<http::string_body> response;
        http::read(m_stream, m_buffer, response);
        return response;
    }

private:
    boost::asio::io_context m_io;
    boost::beast::tcp_stream m_stream;
    boost::beast::flat_buffer m_buffer;
};

} // namespace

TEST(Scrape, Targets_serveTheSamePagesAsThePodProxy) {
    MeshRun mesh("bookinfo");
    mesh.run(10);
    const Simulation::ScrapeTargets targets = mesh.simulation.serveScrape();
    EXPECT_EQ(targets.paths.size(), 7U);
    Client client(targets.address);
    double requests = 0;
    for (const std::string& path : targets.paths) {
        const auto response = client.ask(http::verb::get, path);
        ASSERT_EQ(response.result(), http::status::ok) << path;
        EXPECT_TRUE(response[http::field::content_type].starts_with("text/plain; version=0.0.4"));
        const PrometheusText text(response.body());
        EXPECT_TRUE(text.faults.empty()) << path;
        requests += text.sum("istio_requests_total", {{"reporter", "source"}});
    }
    const auto truth = client.ask(http::verb::get, "/truth");
    ASSERT_EQ(truth.result(), http::status::ok);
    const Json document = Json::parse(truth.body());
    double sent = 0;
    for (const Json& edge : document["edges"]) {
        sent += edge["requests"].get<double>();
    }
    EXPECT_EQ(document["seconds"], 10.0);
    EXPECT_EQ(sent, requests);
    EXPECT_GT(sent, 2000);
}

TEST(Scrape, OtherPathsAndMethods_areRefused) {
    MeshRun mesh("bookinfo");
    const Simulation::ScrapeTargets targets = mesh.simulation.serveScrape();
    Client client(targets.address);
    EXPECT_EQ(client.ask(http::verb::get, "/").result(), http::status::not_found);
    EXPECT_EQ(client.ask(http::verb::get, "/pods/bookinfo").result(), http::status::not_found);
    EXPECT_EQ(client.ask(http::verb::get, "/pods/bookinfo/nobody/stats/prometheus").result(), http::status::not_found);
    EXPECT_EQ(client.ask(http::verb::post, "/truth").result(), http::status::method_not_allowed);
}

TEST(Simulation, Thread_runsAndEndsWithOpenConnections) {
    FakeStore store("bookinfo", 1);
    const auto simulation = startSimulation(store, {"bookinfo", 1, 20});
    ASSERT_TRUE(simulation);
    const Simulation::ScrapeTargets targets = simulation->serveScrape();
    Client client(targets.address);
    double sent = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (sent < 100 && std::chrono::steady_clock::now() < end) {
        sent = 0;
        const Json document = Json::parse(client.ask(http::verb::get, "/truth").body());
        for (const Json& edge : document["edges"]) {
            sent += edge["requests"].get<double>();
        }
        std::this_thread::yield();
    }
    EXPECT_GE(sent, 100);
    EXPECT_FALSE(startSimulation(store, {"nothing", 1, 1}));
}

} // namespace meshdeck::demo
