#include "sources/kubernetes/watch_binding.h"

#include <QtCore/QUrl>

namespace meshdeck::sources::kubernetes {
namespace {

constexpr Duration kListTimeout = std::chrono::seconds(60);
constexpr Duration kWatchHeaders = std::chrono::seconds(30);

std::string encoded(const std::string& value) {
    return QUrl::toPercentEncoding(QString::fromStdString(value)).toStdString();
}

} // namespace

WatchBinding::WatchBinding(ServedKind served, const config::Kind& kind, const std::string& scope,
                           const BindingContext& context)
    : m_served(std::move(served)), m_context(context), m_reflector(kind, scope, *this, context.clock, context.random) {}

void WatchBinding::list(const ListQuery& query) {
    std::string path = m_served.collectionPath(m_reflector.scope());
    char separator = '?';
    const auto add = [&](const char* name, const std::string& value) {
        path += separator + std::string(name) + "=" + encoded(value);
        separator = '&';
    };
    if (query.limit > 0) {
        add("limit", std::to_string(query.limit));
    }
    if (!query.continueToken.empty()) {
        add("continue", query.continueToken);
    } else if (!query.resourceVersion.empty()) {
        add("resourceVersion", query.resourceVersion);
    }
    m_context.client.sendAsync(
        {"GET", path, {}, {}, kListTimeout},
        [this, gate = m_context.gate, epoch = query.epoch](Result<HttpResponse> answer) {
            gate->post([this, epoch, answer = std::move(answer)]() mutable {
                m_reflector.onList(epoch, std::move(answer));
            });
        },
        m_context.stop);
}

void WatchBinding::watch(const WatchQuery& query) {
    const std::string path = m_served.collectionPath(m_reflector.scope()) +
                             "?watch=true&allowWatchBookmarks=true&resourceVersion=" + encoded(query.resourceVersion) +
                             "&timeoutSeconds=" + std::to_string(query.timeoutSeconds);
    const auto gate = m_context.gate;
    const std::uint64_t epoch = query.epoch;
    StreamEvents events;
    events.onHead = [this, gate, epoch](const HttpResponse& head) {
        gate->post([this, epoch, head] { m_reflector.onWatchHead(epoch, head); });
    };
    events.onBytes = [this, gate, epoch](std::string_view bytes) {
        gate->post([this, epoch, text = std::string(bytes)] { m_reflector.onWatchBytes(epoch, text); });
    };
    events.onEnd = [this, gate, epoch](Status end) {
        gate->post([this, epoch, end = std::move(end)] { m_reflector.onWatchEnd(epoch, end); });
    };
    auto stream = m_context.client.openStream({"GET", path, {}, {}, kWatchHeaders}, std::move(events), m_context.stop);
    if (stream) {
        m_stream = std::move(*stream);
        return;
    }
    gate->post([this, epoch, error = stream.error()] { m_reflector.onWatchEnd(epoch, tl::unexpected(error)); });
}

void WatchBinding::wakeAfter(std::uint64_t epoch, Duration delay) {
    m_context.gate->postAfter(delay, [this, epoch] { m_reflector.onWake(epoch); });
}

} // namespace meshdeck::sources::kubernetes
