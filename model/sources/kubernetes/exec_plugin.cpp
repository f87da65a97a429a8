#include "sources/kubernetes/exec_plugin.h"

#include <chrono>

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>

#include "base/redaction.h"
#include "base/text.h"
#include "sources/kubernetes/login_path.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr qint64 kMaxOutput = qint64(1) << 20U;
constexpr int kPollMs = 100;

QStringList pathList(const std::string& path) {
    return QString::fromStdString(path).split(QLatin1Char(':'), Qt::SkipEmptyParts);
}

QString findCommand(const std::string& command) {
    const QString name = QString::fromStdString(command);
    if (command.find('/') != std::string::npos) {
        const QFileInfo info(name);
        return info.isFile() && info.isExecutable() ? info.absoluteFilePath() : QString();
    }
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, pathList(loginShellPath())) : found;
}

std::string hashOf(const QString& path) {
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
        return {};
    }
    return hash.result().toHex().toStdString();
}

Error execError(std::string what, std::string hint = {}) {
    return {ErrorKind::Unauthenticated, std::move(what), std::move(hint), {}};
}

QProcessEnvironment environment(const ContextConfig& context) {
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    for (const auto& [name, value] : context.user.exec->env) {
        variables.insert(QString::fromStdString(name), QString::fromStdString(value));
    }
    variables.insert(QStringLiteral("KUBERNETES_EXEC_INFO"), QString::fromStdString(execInfo(context)));
    return variables;
}

// Reads both channels until the end; an Error when it ran too long, said too much, or was cancelled.
Status collect(QProcess& process, const std::string& name, Duration timeout, const std::stop_token& stop,
               QByteArray& output, QByteArray& complaints) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (process.state() != QProcess::NotRunning) {
        process.waitForFinished(kPollMs);
        output += process.readAllStandardOutput();
        complaints += process.readAllStandardError().left(kMaxOutput - complaints.size());
        if (stop.stop_requested()) {
            return fail(ErrorKind::Cancelled, "cancelled");
        }
        if (output.size() > kMaxOutput) {
            return tl::unexpected(execError("the credential plugin " + name + " printed more than 1 MiB"));
        }
        if (std::chrono::steady_clock::now() > deadline) {
            return tl::unexpected(
                execError("the credential plugin " + name + " did not end within " +
                              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(timeout).count()) + " s",
                          "run it in a terminal; it may want you to log in"));
        }
    }
    output += process.readAllStandardOutput();
    complaints += process.readAllStandardError();
    return {};
}

std::string stringOf(const config::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Result<ExecRequest> prepareExec(const ExecConfig& exec) {
    const std::string name = text::safe(exec.command);
    if (!exec.refused.empty()) {
        return tl::unexpected(execError(exec.refused, "make it writable by you alone: chmod 600"));
    }
    if (exec.apiVersion != "client.authentication.k8s.io/v1" &&
        exec.apiVersion != "client.authentication.k8s.io/v1beta1") {
        return tl::unexpected(execError("the credential plugin " + name + " wants the API version \"" +
                                            text::safe(exec.apiVersion) + "\", which is not supported",
                                        "update the plugin and the kubeconfig it wrote"));
    }
    if (exec.interactiveMode == "Always") {
        return tl::unexpected(execError("the credential plugin " + name + " insists on a terminal",
                                        "log in with kubectl first, or set interactiveMode: IfAvailable"));
    }
    if (exec.interactiveMode.empty() && exec.apiVersion.ends_with("/v1")) {
        return tl::unexpected(execError("the exec section of the kubeconfig lacks interactiveMode",
                                        "add interactiveMode: IfAvailable"));
    }
    const QString path = findCommand(exec.command);
    if (path.isEmpty()) {
        return tl::unexpected(execError("the credential plugin " + name + " is not installed",
                                        exec.installHint.empty() ? "install it, or put it on the PATH"
                                                                 : text::safe(exec.installHint, true, 1024)));
    }
    ExecRequest request{path.toStdString(), exec.args, {}, hashOf(path)};
    for (const auto& [variable, value] : exec.env) {
        request.envNames.push_back(variable);
    }
    return request;
}

std::string execInfo(const ContextConfig& context) {
    const ExecConfig& exec = *context.user.exec;
    config::Json spec = {{"interactive", false}};
    if (exec.provideClusterInfo) {
        const ClusterEntry& entry = context.cluster;
        config::Json cluster = {{"server", entry.server}};
        if (!entry.tlsServerName.empty()) {
            cluster["tls-server-name"] = entry.tlsServerName;
        }
        if (entry.insecureSkipTlsVerify) {
            cluster["insecure-skip-tls-verify"] = true;
        }
        if (!context.caPem.empty()) {
            cluster["certificate-authority-data"] =
                QByteArray::fromStdString(context.caPem).toBase64().toStdString();
        }
        if (!entry.proxyUrl.empty()) {
            cluster["proxy-url"] = entry.proxyUrl;
        }
        if (entry.disableCompression) {
            cluster["disable-compression"] = true;
        }
        if (!entry.execExtension.is_null()) {
            cluster["config"] = entry.execExtension;
        }
        spec["cluster"] = cluster;
    }
    const config::Json info = {{"kind", "ExecCredential"}, {"apiVersion", exec.apiVersion}, {"spec", spec}};
    return info.dump(-1, ' ', false, config::Json::error_handler_t::replace);
}

Result<ExecCredential> parseExecCredential(const std::string& output, const std::string& apiVersion) {
    const config::Json document = config::Json::parse(output, nullptr, false);
    if (document.is_discarded() || !document.is_object() || stringOf(document, "kind") != "ExecCredential") {
        return tl::unexpected(execError("the credential plugin did not print an ExecCredential"));
    }
    if (stringOf(document, "apiVersion") != apiVersion) {
        return tl::unexpected(execError("the credential plugin answered in the API version \"" +
                                        text::safe(stringOf(document, "apiVersion")) + "\" instead of \"" +
                                        text::safe(apiVersion) + "\""));
    }
    const auto status = document.find("status");
    if (status == document.end() || !status->is_object()) {
        return tl::unexpected(execError("the credential plugin printed no status"));
    }
    ExecCredential credential{stringOf(*status, "token"), stringOf(*status, "clientCertificateData"),
                              stringOf(*status, "clientKeyData"), std::nullopt};
    if (credential.clientCertificatePem.empty() != credential.clientKeyPem.empty() ||
        (credential.token.empty() && credential.clientKeyPem.empty())) {
        return tl::unexpected(execError("the credential plugin gave neither a token nor a certificate with its key"));
    }
    if (const std::string expiry = stringOf(*status, "expirationTimestamp"); !expiry.empty()) {
        credential.expiry = text::parseRfc3339(expiry);
    }
    return credential;
}

Result<ExecCredential> runExec(const ExecRequest& request, const ContextConfig& context, Duration timeout,
                               std::stop_token stop) {
    const std::string name = text::safe(request.command);
    QStringList arguments;
    for (const std::string& argument : request.args) {
        arguments << QString::fromStdString(argument);
    }
    QProcess process;
    process.setProcessEnvironment(environment(context));
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QString::fromStdString(request.command), arguments, QIODevice::ReadOnly);
    if (!process.waitForStarted()) {
        return tl::unexpected(execError("the credential plugin " + name + " cannot be started: " +
                                        text::safe(process.errorString().toStdString())));
    }
    QByteArray output;
    QByteArray complaints;
    if (Status done = collect(process, name, timeout, stop, output, complaints); !done) {
        process.kill();
        process.waitForFinished(1000);
        return tl::unexpected(done.error());
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const std::string said = redact(text::safe(complaints.trimmed().toStdString(), false, 500));
        return tl::unexpected(execError("the credential plugin " + name + " failed" +
                                            (said.empty() ? std::string() : ": " + said),
                                        "run it in a terminal; you may have to log in again"));
    }
    return parseExecCredential(output.toStdString(), context.user.exec->apiVersion);
}

} // namespace meshdeck::sources::kubernetes
