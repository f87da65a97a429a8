#include "sources/prometheus/prometheus_source.h"

#include <QtCore/QUrl>

#include "sources/prometheus/engine.h"

namespace meshdeck::sources {
namespace {

std::pair<HttpTransport, std::unique_ptr<HttpClient>> overNetwork(const HttpOptions& options) {
    auto client = std::make_unique<HttpClient>(options);
    HttpClient* const raw = client.get();
    return {[raw](HttpRequest request, std::function<void(Result<HttpResponse>)> done) {
                raw->sendAsync(std::move(request), std::move(done));
            },
            std::move(client)};
}

} // namespace

bool maySendBearer(const std::string& url) {
    const QUrl parsed = QUrl::fromEncoded(QByteArray::fromStdString(url), QUrl::StrictMode);
    const QString host = parsed.host();
    return parsed.scheme() == QStringLiteral("https") || host == QStringLiteral("localhost") ||
           host == QStringLiteral("::1") || host == QStringLiteral("127.0.0.1");
}

PrometheusSource::PrometheusSource(PrometheusOptions options, const Clock& clock) {
    auto [transport, client] = overNetwork(options.http);
    m_engine = std::make_unique<Engine>(std::move(options), clock, std::move(transport), std::move(client));
}

PrometheusSource::PrometheusSource(PrometheusOptions options, const Clock& clock, HttpTransport transport)
    : m_engine(std::make_unique<Engine>(std::move(options), clock, std::move(transport), nullptr)) {}

PrometheusSource::~PrometheusSource() = default;

void PrometheusSource::start(DeltaSink& sink) {
    m_engine->start(sink);
}

void PrometheusSource::refresh() {
    m_engine->wish();
}

void PrometheusSource::setInView(std::vector<std::string> namespaces) {
    m_engine->setInView(std::move(namespaces));
}

void PrometheusSource::stop() {
    m_engine->stop();
}

} // namespace meshdeck::sources
