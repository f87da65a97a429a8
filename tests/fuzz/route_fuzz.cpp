// A mesh and requests to it, whatever they say: each request ends in a verdict, the same one twice. The text is YAML, a
// line "%%", then a request a line: DIRECTION PROXY TLS PROTOCOL METHOD PORT HOST PATH [name=value]..., the first three
// as single digits.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "policy/request_path.h"

namespace {

using namespace meshdeck;

constexpr std::size_t kMostRequests = 8;
constexpr std::size_t kMostBytes = 16384;

policy::Request requestOf(const std::string& line) {
    std::istringstream words(line);
    unsigned direction = 0;
    unsigned proxy = 0;
    unsigned tls = 0;
    policy::Request request;
    words >> direction >> proxy >> tls >> request.protocol >> request.method >> request.port >> request.host >> request.path;
    request.direction = static_cast<policy::Request::Direction>(direction % 4);
    request.from.type = static_cast<policy::Proxy::Type>(proxy % 5);
    request.outside = proxy > 4;
    request.tls = static_cast<policy::Request::Tls>(tls % 3);
    request.from.ns = "shop";
    request.from.name = "web";
    request.from.labels = {{"app", "web"}, {"istio", "ingressgateway"}};
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos) {
            request.headers.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
    }
    return request;
}

void check(const policy::Simulator& simulator, const policy::Request& request) {
    const policy::RequestResult once = simulator.run(request);
    const policy::RequestResult twice = simulator.run(request);
    const bool explained = once.verdict != policy::Verdict::CannotTell || !once.reasons.empty();
    if (!explained || policy::name(once.verdict).empty() || !std::isfinite(once.delayMs) || once.verdict != twice.verdict ||
        once.status != twice.status || once.cluster != twice.cluster) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = text.find("\n%%\n");
    if (cut == std::string::npos || size > kMostBytes) {
        return 0;
    }
    auto source = std::make_shared<config::SourceText>();
    source->text = text.substr(0, cut + 1);
    auto objects = config::readConfig(source, "shop");
    if (!objects) {
        return 0;
    }
    const policy::Simulator simulator(policy::World::build(std::move(*objects)));
    std::istringstream lines(text.substr(cut + 4));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line) && count < kMostRequests; ++count) {
        check(simulator, requestOf(line));
    }
    return 0;
}
