#include "unit/traffic/fixtures.h"

#include <fstream>
#include <set>

namespace meshdeck::traffic::test {
namespace {

Measure measureOf(const std::string& query) {
    const auto asks = [&](const char* metric) { return query.find(metric) != std::string::npos; };
    if (asks("istio_request_messages_total")) {
        return Measure::GrpcSentMessages;
    }
    if (asks("istio_response_messages_total")) {
        return Measure::GrpcReceivedMessages;
    }
    if (asks("istio_tcp_received_bytes_total")) {
        return Measure::TcpSentBytes; // named from the server's side, istio#32399
    }
    return asks("istio_tcp_sent_bytes_total") ? Measure::TcpReceivedBytes : Measure::Requests;
}

// reporter="X" or reporter=~"waypoint|X"
Reporter reporterOf(const std::string& query) {
    const std::size_t begin = query.find("reporter=");
    const std::string matcher = query.substr(begin, query.find(',', begin) - begin);
    return matcher.find("destination") != std::string::npos ? Reporter::Destination : Reporter::Source;
}

} // namespace

nlohmann::json readGoldenFile(const std::string& name) {
    std::ifstream file(std::string(MESHDECK_TEST_DATA) + "/traffic-graphs/" + name);
    return nlohmann::json::parse(file);
}

std::unique_ptr<SampleSet> fixtureSamples(const std::string& set) {
    auto samples = std::make_unique<SampleSet>();
    samples->time = ServerTime(std::chrono::seconds(1523364075));
    samples->window = std::chrono::seconds(600);
    std::set<std::string> seen;
    const nlohmann::json all = readGoldenFile("fixtures.json");
    for (const auto& fixture : all.at(set)) {
        const auto query = fixture.at("query").get<std::string>();
        for (const auto& series : fixture.at("vector")) {
            Sample sample;
            sample.measure = measureOf(query);
            sample.reporter = reporterOf(query);
            sample.value = series.at("value").get<double>();
            for (std::size_t i = 0; i < kLabelCount; ++i) {
                const auto found = series.at("metric").find(labelName(static_cast<Label>(i)));
                if (found != series.at("metric").end()) {
                    sample.labels[i] = samples->strings.intern(found->get<std::string>());
                }
            }
            const auto key = std::to_string(int(sample.measure)) + std::to_string(int(sample.reporter)) + series.dump();
            if (seen.insert(key).second) {
                samples->samples.push_back(sample);
            }
        }
    }
    return samples;
}

} // namespace meshdeck::traffic::test
