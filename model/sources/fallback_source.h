// One source in another's place: the preferred one while it answers, else the fallback, and back again as soon as the
// preferred one does. So that a Prometheus that starts late, or goes and comes back, needs no new window.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "sources/interfaces.h"

namespace meshdeck::sources {

struct FallbackOptions {
    std::string preferred = "prometheus"; // names of their healths
    std::string fallback = "scrape";
    std::string consequence = "no Prometheus, the pods are scraped"; // said of the preferred one, before the reason
    std::string meanwhile = "the pods are scraped";                  // said of the fallback until it speaks
    std::string hint = "name one with --prometheus URL";             // where the reason brings none of its own
    Duration probeEvery = std::chrono::seconds(30);        // while the fallback serves
    Duration probeRefused = std::chrono::minutes(5);       // likewise, where a right is missing
    Duration patience = std::chrono::seconds(60);          // the preferred one may fail for so long
};

class FallbackSource final : public Source {
public:
    // Asks whether the preferred source answers now, and makes it. Called on this source's thread, again and again; the
    // token is the source's own, for all that is asked until stop().
    using Preferred = std::function<Result<std::unique_ptr<Source>>(const std::stop_token&)>;
    using Fallback = std::function<std::unique_ptr<Source>()>;

    FallbackSource(Preferred preferred, Fallback fallback, FallbackOptions options = {});
    ~FallbackSource() override;

    [[nodiscard]] std::string name() const override { return m_options.preferred; }
    void start(DeltaSink& sink) override;
    // Of the one that serves; while that is the fallback the preferred one is tried at once, too.
    void refresh() override;
    void setInView(std::vector<std::string> namespaces) override;
    void stop() override;

private:
    class Watch; // stands between the serving source and the sink, and hears how it does

    void run(const std::stop_token& stop);
    void serveFallback(const Error& why);
    void servePreferred(std::unique_ptr<Source> source);
    void serve(std::unique_ptr<Source> source);
    // Returns at the end, or when the preferred source has failed for too long: with its own words.
    [[nodiscard]] std::optional<Error> waitForTrouble(const std::stop_token& stop);
    void waitForProbe(const std::stop_token& stop, const Error& why);
    void say(const std::string& name, mesh::SourceState state, std::string detail, std::string hint);

    const Preferred m_makePreferred;
    const Fallback m_makeFallback;
    const FallbackOptions m_options;
    DeltaSink* m_sink = nullptr;
    std::unique_ptr<Watch> m_watch;
    bool m_falling = false; // the fallback serves; of the thread
    int m_vain = 0;         // times in a row that the preferred one was chosen and never answered

    std::mutex m_mutex; // of what follows
    std::condition_variable_any m_wake;
    std::unique_ptr<Source> m_inner;
    std::vector<std::string> m_inView;
    bool m_probeNow = false;
    bool m_stopped = false;
    std::jthread m_thread;
};

} // namespace meshdeck::sources
