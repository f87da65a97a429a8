// Whatever a pod's page holds: lines are read or counted as bad, and rates are never negative.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/scrape/counter_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    meshdeck::mesh::Pod pod;
    pod.ns = "n";
    pod.name = "p";
    meshdeck::sources::CounterStore store(std::chrono::seconds(60));
    const meshdeck::MonotonicTime start{std::chrono::hours(1)};
    store.add(pod, text.substr(0, size / 2), start);
    store.add(pod, text, start + std::chrono::seconds(5));
    store.add(pod, text.substr(size / 2), start + std::chrono::seconds(9));
    const auto samples = store.rates();
    for (const auto& sample : samples->samples) {
        if (!(sample.value >= 0)) {
            std::abort();
        }
    }
    return 0;
}
