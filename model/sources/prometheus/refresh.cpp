#include "sources/prometheus/refresh.h"

#include "base/text.h"

namespace meshdeck::sources {
namespace {

// A refused or overloaded answer, by its status alone; nothing when the body should speak.
std::optional<Error> byStatus(const HttpResponse& response) {
    const std::string status = "Prometheus answers " + std::to_string(response.status);
    switch (response.status) {
    case 401:
        return Error{ErrorKind::Unauthenticated, "Prometheus asks for credentials", "give a token or a user in the URL",
                     ""};
    case 403:
        return Error{ErrorKind::Forbidden, "Prometheus refuses to answer us", "ask for the right to query it", ""};
    case 404:
        return Error{ErrorKind::NotFound, "there is no query API at this address", "check the path of the URL", ""};
    case 429:
        return Error{ErrorKind::TooManyRequests, status + ": too many requests", "", ""};
    default:
        break;
    }
    if (response.status >= 300 && response.status < 400) {
        return Error{ErrorKind::Protocol, status + " and points elsewhere",
                     "give the final address, past any login page", ""};
    }
    return std::nullopt;
}

} // namespace

Result<VectorReply> readAnswer(HttpResponse& response, const VectorDefaults& defaults, traffic::SampleSet& into) {
    if (auto error = byStatus(response)) {
        return tl::unexpected(std::move(*error));
    }
    if (response.header("content-type").find("json") != std::string::npos) {
        Result<VectorReply> reply = parseVector(response.body, defaults, into);
        if (reply && response.status / 100 != 2) {
            return fail(ErrorKind::Protocol,
                        "Prometheus answers " + std::to_string(response.status) + " with a vector");
        }
        return reply;
    }
    const std::string type = text::safe(response.header("content-type"), false, 60);
    const std::string what =
        "HTTP " + std::to_string(response.status) + " without JSON" + (type.empty() ? "" : " (" + type + ")");
    if (response.status == 503 || response.status == 504) {
        return fail(ErrorKind::Timeout, what, "the server or a proxy before it is overloaded");
    }
    return fail(response.status >= 500 ? ErrorKind::Server : ErrorKind::Protocol, what,
                "is this the address of Prometheus?");
}

Refresh::Refresh(RefreshKind kind, std::vector<PromQuery> queries)
    : m_kind(kind)
    , m_queries(std::move(queries))
    , m_samples(std::make_unique<traffic::SampleSet>())
    , m_open(m_queries.size()) {}

bool Refresh::answer(std::size_t query, Result<HttpResponse> response, Duration took, bool mayRetry) {
    const PromQuery& asked = m_queries[query];
    m_cost += took;
    Result<VectorReply> reply = response ? readAnswer(*response, asked.defaults, *m_samples)
                                         : Result<VectorReply>(tl::unexpected(response.error()));
    if (!reply && reply.error().kind == ErrorKind::Timeout && mayRetry) {
        return true;
    }
    --m_open;
    if (!reply) {
        if (asked.essential) {
            m_failure = std::move(reply.error());
        } else {
            note("no " + asked.name + ": " + reply.error().what);
        }
        return false;
    }
    m_series += reply->series;
    m_time = m_time ? m_time : reply->time;
    if (!reply->partial.empty()) {
        note(asked.name + ": " + reply->partial);
    }
    return false;
}

void Refresh::note(const std::string& clause) {
    m_samples->partial += (m_samples->partial.empty() ? "" : "; ") + clause;
}

} // namespace meshdeck::sources
