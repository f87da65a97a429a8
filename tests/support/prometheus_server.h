// A real Prometheus (Debian's package) on a free port, holding given series.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

class QProcess;
class QTemporaryDir;

namespace meshdeck::test {

class PrometheusServer {
public:
    // Both `prometheus` and `promtool` are there.
    [[nodiscard]] static bool isInstalled();
    // Fills a fresh folder with the series (OpenMetrics text with timestamps) and waits until the server is ready.
    [[nodiscard]] static Result<std::unique_ptr<PrometheusServer>> start(const std::string& openMetrics);
    ~PrometheusServer(); // ends the server and removes its folder

    [[nodiscard]] const std::string& url() const { return m_url; }

private:
    PrometheusServer();
    [[nodiscard]] Status fill(const std::string& openMetrics);
    [[nodiscard]] Status launch();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QProcess> m_process;
    std::string m_url;
};

} // namespace meshdeck::test
