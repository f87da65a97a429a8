#include "support/prometheus_server.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>

namespace meshdeck::test {
namespace {

constexpr int kPatienceMs = 120'000;

// Nobody else gets it in the moment between: the kernel hands out free ports in turn.
quint16 freePort() {
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, 0) ? probe.serverPort() : quint16(0);
}

Status write(const QString& path, const std::string& text) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0) {
        return fail(ErrorKind::Io, "cannot write " + path.toStdString());
    }
    return {};
}

} // namespace

bool PrometheusServer::isInstalled() {
    return !QStandardPaths::findExecutable(QStringLiteral("prometheus")).isEmpty() &&
           !QStandardPaths::findExecutable(QStringLiteral("promtool")).isEmpty();
}

PrometheusServer::PrometheusServer()
    : m_folder(std::make_unique<QTemporaryDir>()) {}

PrometheusServer::~PrometheusServer() {
    if (m_process) {
        m_process->terminate();
        if (!m_process->waitForFinished(10'000)) {
            m_process->kill();
            m_process->waitForFinished();
        }
    }
}

Result<std::unique_ptr<PrometheusServer>> PrometheusServer::start(const std::string& openMetrics) {
    std::unique_ptr<PrometheusServer> server(new PrometheusServer);
    if (const Status filled = server->fill(openMetrics); !filled) {
        return tl::unexpected(filled.error());
    }
    if (const Status launched = server->launch(); !launched) {
        return tl::unexpected(launched.error());
    }
    return server;
}

Status PrometheusServer::fill(const std::string& openMetrics) {
    const QString text = m_folder->filePath(QStringLiteral("series.txt"));
    if (const Status written = write(text, openMetrics); !written) {
        return written;
    }
    QProcess promtool;
    promtool.setProcessChannelMode(QProcess::MergedChannels);
    promtool.start(QStringLiteral("promtool"),
                   {QStringLiteral("tsdb"), QStringLiteral("create-blocks-from"), QStringLiteral("openmetrics"), text,
                    m_folder->filePath(QStringLiteral("data"))});
    if (!promtool.waitForFinished(kPatienceMs) || promtool.exitCode() != 0) {
        return fail(ErrorKind::Internal, "promtool: " + promtool.readAll().toStdString());
    }
    return {};
}

Status PrometheusServer::launch() {
    const QString config = m_folder->filePath(QStringLiteral("prometheus.yml"));
    if (const Status written = write(config, "global: {}\n"); !written) {
        return written;
    }
    const QString address = QStringLiteral("127.0.0.1:") + QString::number(freePort());
    m_url = "http://" + address.toStdString();
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::MergedChannels);
    m_process->start(QStringLiteral("prometheus"),
                     {QStringLiteral("--config.file=") + config,
                      QStringLiteral("--storage.tsdb.path=") + m_folder->filePath(QStringLiteral("data")),
                      QStringLiteral("--storage.tsdb.retention.time=100y"),
                      QStringLiteral("--web.listen-address=") + address});
    QByteArray said;
    while (m_process->waitForReadyRead(kPatienceMs)) {
        said += m_process->readAll();
        if (said.contains("ready to receive web requests")) {
            return {};
        }
    }
    return fail(ErrorKind::Internal, "prometheus did not start: " + said.toStdString());
}

} // namespace meshdeck::test
