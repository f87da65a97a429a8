#include "sources/kubernetes/credentials.h"

#include <atomic>
#include <mutex>
#include <optional>

#include <QtCore/QByteArray>
#include <QtCore/QUrl>

#include "base/text.h"
#include "sources/kubernetes/exec_plugin.h"
#include "sources/kubernetes/files.h"

namespace meshdeck::sources {
namespace {

constexpr Duration kPluginTimeout = std::chrono::seconds(60);
constexpr Duration kFileAge = std::chrono::seconds(60); // how long a token file's content is trusted
constexpr Duration kExpirySlack = std::chrono::seconds(20);
constexpr std::size_t kMaxSecret = std::size_t(1) << 20U;

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string::npos ? std::string()
                                      : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<std::string> dataOrFile(const std::string& data, const std::string& file, const char* what) {
    if (!data.empty() || file.empty()) {
        return data;
    }
    auto content = kubernetes::readFile(file, kMaxSecret);
    if (!content) {
        return fail(ErrorKind::Io, std::string("the ") + what + " " + text::safe(file) + " cannot be read: " +
                                       content.error().what,
                    "check the path in the kubeconfig and its permissions");
    }
    return content;
}

void addImpersonation(const Impersonation& as, Headers& headers) {
    if (as.user.empty()) {
        return;
    }
    headers.emplace_back("Impersonate-User", as.user);
    if (!as.uid.empty()) {
        headers.emplace_back("Impersonate-Uid", as.uid);
    }
    for (const std::string& group : as.groups) {
        headers.emplace_back("Impersonate-Group", group);
    }
    for (const auto& [key, value] : as.extra) {
        headers.emplace_back("Impersonate-Extra-" + QUrl::toPercentEncoding(QString::fromStdString(key)).toStdString(),
                             value);
    }
}

} // namespace

class Credentials::State {
public:
    State(ContextConfig context, ExecConsent consent, const Clock& clock)
        : m_context(std::move(context)), m_consent(std::move(consent)), m_clock(clock) {}

    Result<Credential> get(const std::stop_token& stop) {
        const std::lock_guard lock(m_mutex); // one plugin run, whoever asks meanwhile waits for it
        const bool wasRefused = m_cached && m_refusedGeneration >= m_cached->generation;
        if (m_cached && !wasRefused && m_clock.now() < m_goodUntil &&
            (!m_expiry || m_clock.wallTime() < *m_expiry - kExpirySlack)) {
            return *m_cached;
        }
        auto fresh = fetch(stop);
        if (!fresh) {
            return fresh;
        }
        addImpersonation(m_context.user.impersonate, fresh->headers);
        const bool changed = !m_cached || m_cached->headers != fresh->headers ||
                             m_cached->clientCertificatePem != fresh->clientCertificatePem || wasRefused;
        fresh->generation = changed ? ++m_generation : m_generation;
        m_cached = *fresh;
        return fresh;
    }

    // Takes no lock: it is told on the I/O thread, and get may wait for a plugin.
    bool refused(std::uint64_t generation) {
        const UserEntry& user = m_context.user;
        if (!usesExec() && user.tokenFile.empty() && user.clientCertificateFile.empty()) {
            return false;
        }
        std::uint64_t known = m_refusedGeneration;
        while (known < generation && !m_refusedGeneration.compare_exchange_weak(known, generation)) {
        }
        return true;
    }

private:
    // A static secret of the same user disables the plugin.
    [[nodiscard]] bool usesExec() const {
        const UserEntry& user = m_context.user;
        return user.exec && user.token.empty() && user.tokenFile.empty() && user.username.empty() &&
               user.clientCertificateData.empty() && user.clientCertificateFile.empty();
    }

    Result<Credential> fetch(const std::stop_token& stop) {
        m_expiry.reset();
        m_goodUntil = m_clock.now() + std::chrono::hours(24 * 365);
        if (!m_context.cluster.server.starts_with("https://")) {
            return Credential{}; // credentials never travel in the clear
        }
        return usesExec() ? fromPlugin(stop) : fromUser();
    }

    Result<Credential> fromUser() {
        const UserEntry& user = m_context.user;
        Credential credential;
        std::string token = user.token;
        if (!user.tokenFile.empty()) {
            m_goodUntil = m_clock.now() + kFileAge;
            const auto content = kubernetes::readFile(user.tokenFile, kMaxSecret);
            if (content) {
                m_lastFileToken = trimmed(*content);
            } else if (m_lastFileToken.empty() && token.empty()) {
                return fail(ErrorKind::Unauthenticated,
                            "the token file " + text::safe(user.tokenFile) + " cannot be read: " + content.error().what,
                            "check the path in the kubeconfig and its permissions");
            }
            token = m_lastFileToken.empty() ? token : m_lastFileToken;
        }
        if (!token.empty()) {
            credential.headers.emplace_back("Authorization", "Bearer " + token);
        } else if (!user.username.empty()) {
            const std::string pair = user.username + ":" + user.password;
            credential.headers.emplace_back("Authorization",
                                            "Basic " + QByteArray::fromStdString(pair).toBase64().toStdString());
        }
        auto certificate = dataOrFile(user.clientCertificateData, user.clientCertificateFile, "client certificate");
        auto key = dataOrFile(user.clientKeyData, user.clientKeyFile, "client key");
        if (!certificate || !key) {
            return tl::unexpected(certificate ? key.error() : certificate.error());
        }
        credential.clientCertificatePem = std::move(*certificate);
        credential.clientKeyPem = std::move(*key);
        return credential;
    }

    Result<Credential> fromPlugin(const std::stop_token& stop) {
        auto request = kubernetes::prepareExec(*m_context.user.exec);
        if (!request) {
            return tl::unexpected(request.error());
        }
        const std::string identity = identityOf(*request);
        if (m_consented != identity) {
            if (!m_consent || !m_consent(*request)) {
                return fail(ErrorKind::Unauthenticated,
                            "the credential plugin " + text::safe(request->command) + " was not allowed to run",
                            "a kubeconfig can name any program; allow it if you know it");
            }
            m_consented = identity;
        }
        auto result = kubernetes::runExec(*request, m_context, kPluginTimeout, stop);
        if (!result) {
            return tl::unexpected(result.error());
        }
        m_expiry = result->expiry;
        Credential credential;
        if (!result->token.empty()) {
            credential.headers.emplace_back("Authorization", "Bearer " + result->token);
        }
        credential.clientCertificatePem = std::move(result->clientCertificatePem);
        credential.clientKeyPem = std::move(result->clientKeyPem);
        return credential;
    }

    [[nodiscard]] std::string identityOf(const ExecRequest& request) const {
        std::string identity = request.command + '\0' + request.sha256;
        for (const std::string& argument : request.args) {
            identity += '\0' + argument;
        }
        for (const auto& [name, value] : m_context.user.exec->env) {
            identity += '\0' + name + '=' + value;
        }
        return identity;
    }

    const ContextConfig m_context;
    const ExecConsent m_consent;
    const Clock& m_clock;
    std::mutex m_mutex;
    std::optional<Credential> m_cached;
    MonotonicTime m_goodUntil{};
    std::optional<ServerTime> m_expiry;
    std::uint64_t m_generation = 0;
    std::atomic<std::uint64_t> m_refusedGeneration = 0;
    std::string m_lastFileToken;
    std::string m_consented;
};

Credentials::Credentials(ContextConfig context, ExecConsent consent, const Clock& clock)
    : m_state(std::make_unique<State>(std::move(context), std::move(consent), clock)) {}
Credentials::~Credentials() = default;

Result<Credential> Credentials::get(std::stop_token stop) {
    return m_state->get(stop);
}

bool Credentials::refused(std::uint64_t generation) {
    return m_state->refused(generation);
}

} // namespace meshdeck::sources
