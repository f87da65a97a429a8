// One refresh: its queries go out together, its answers are folded into one set of samples as they come.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sources/http/http_client.h"
#include "sources/prometheus/promql.h"
#include "traffic/series.h"

namespace meshdeck::sources {

enum class RefreshKind { FirstOverview, Overview, Full };

// Of one thread at a time.
class Refresh {
public:
    Refresh(RefreshKind kind, std::vector<PromQuery> queries);

    [[nodiscard]] RefreshKind kind() const { return m_kind; }
    [[nodiscard]] const std::vector<PromQuery>& queries() const { return m_queries; }

    // Takes the answer of one query; `took` is the whole call. True when it is worth asking once more, with less.
    bool answer(std::size_t query, Result<HttpResponse> response, Duration took, bool mayRetry);
    [[nodiscard]] bool done() const { return m_open == 0; }
    // The essential query's failure; nothing of the refresh may be shown then.
    [[nodiscard]] const std::optional<Error>& failure() const { return m_failure; }
    [[nodiscard]] Duration cost() const { return m_cost; } // of all queries together, since they share the server
    [[nodiscard]] std::size_t series() const { return m_series; }
    [[nodiscard]] std::optional<ServerTime> serverTime() const { return m_time; }
    [[nodiscard]] std::unique_ptr<traffic::SampleSet> take() { return std::move(m_samples); }

private:
    void note(const std::string& clause);

    RefreshKind m_kind;
    std::vector<PromQuery> m_queries;
    std::unique_ptr<traffic::SampleSet> m_samples;
    std::size_t m_open;
    std::size_t m_series = 0;
    Duration m_cost{};
    std::optional<ServerTime> m_time;
    std::optional<Error> m_failure;
};

// What an HTTP answer that carries no vector means: 401 and 403, 429, pages of proxies, Prometheus's own envelope.
[[nodiscard]] Result<VectorReply> readAnswer(HttpResponse& response, const VectorDefaults& defaults,
                                             traffic::SampleSet& into);

} // namespace meshdeck::sources
