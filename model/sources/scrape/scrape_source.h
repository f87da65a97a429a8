// Telemetry without a Prometheus: the pods' own metrics pages, read one after the other, rates computed here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "mesh/inventory.h"
#include "sources/interfaces.h"

namespace meshdeck::sources {

// Ports and pages as Istio's injected sidecars have them (facts/wire.md 2.1): Envoy's own page takes a filter on names
// of statistics (facts/wire.md 2.2), an agent's merged page passes over it.
struct PodPage {
    std::string ns;
    std::string pod;
    std::uint16_t port = 0;
    std::string path; // begins with '/'; with its query
};

// How pages are reached: through the API server's pod proxy, or directly in tests and recordings.
class PodPageFetcher {
public:
    virtual ~PodPageFetcher() = default;
    // Answers exactly once with the body of a 200, on any thread, or not at all once the fetcher is being destroyed.
    virtual void fetch(const PodPage& page, std::function<void(Result<std::string>)> done) = 0;
};

struct ScrapeOptions {
    Duration interval = std::chrono::seconds(15);
    Duration firstInterval = std::chrono::seconds(1); // to the second reading; doubled from then on up to interval
    Duration window = std::chrono::minutes(1);        // rates are taken over this, once known
    std::size_t atOnce = 16;
    std::size_t maxPods = 3000; // pods in view first; the rest is left out and said so
    // What is out of view is read so seldom that the API server passes on no more pages than these, on average.
    std::size_t pagesPerSecond = 20;
    bool idleEdges = false;
    // With more pods than these, histograms (nine tenths of a page) are not read each time: durations in the first two
    // readings, durations and sizes in the third, the fourth, and from then on in one reading of four.
    std::size_t allFamiliesUpTo = 100;
};

class ScrapeSource final : public Source {
public:
    // `pods` is asked on the source's thread before every reading; pods without a metrics port are passed over.
    // `fetcher` and `clock` outlive the source.
    ScrapeSource(ScrapeOptions options, PodPageFetcher& fetcher, std::function<std::vector<mesh::Pod>()> pods,
                 const Clock& clock);
    ~ScrapeSource() override;

    [[nodiscard]] std::string name() const override { return "scrape"; }
    void start(DeltaSink& sink) override;
    void refresh() override;
    void setInView(std::vector<std::string> namespaces) override;
    void stop() override;

private:
    class Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace meshdeck::sources
