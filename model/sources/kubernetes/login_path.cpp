#include "sources/kubernetes/login_path.h"

#include <cstdlib>

#include <QtCore/QProcess>
#include <QtCore/QStringList>

namespace meshdeck::sources::kubernetes {
namespace {

constexpr int kShellMs = 5000;

// Start-up files print what they like, so the answer stands between two marks.
std::string askShell() {
    const char* shell = std::getenv("SHELL");
    if (shell == nullptr || *shell != '/') {
        return {};
    }
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(QString::fromLocal8Bit(shell),
                  {QStringLiteral("-l"), QStringLiteral("-i"), QStringLiteral("-c"),
                   QStringLiteral("printf '<meshdeck>%s</meshdeck>' \"$PATH\"")});
    if (!process.waitForFinished(kShellMs)) {
        process.kill();
        process.waitForFinished(1000);
        return {};
    }
    const QByteArray output = process.readAllStandardOutput();
    const auto begin = output.indexOf("<meshdeck>");
    const auto end = output.indexOf("</meshdeck>", begin);
    return begin < 0 || end < 0 ? std::string() : output.mid(begin + 10, end - begin - 10).toStdString();
}

} // namespace

const std::string& loginShellPath() {
    static const std::string path = askShell();
    return path;
}

} // namespace meshdeck::sources::kubernetes
