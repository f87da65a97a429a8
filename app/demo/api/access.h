// Who asks, and what they may do: static tokens, client certificates, service account tokens, impersonation, and a
// table of roles. admin may do everything, viewer reads one namespace, service accounts nothing at all.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/demo/api/request.h"
#include "app/demo/api/request_info.h"
#include "app/demo/contract.h"

namespace meshdeck::demo::api {

using WallClock = std::function<std::chrono::system_clock::time_point()>;

struct User {
    std::string name;
    std::string uid;
    std::vector<std::string> groups;
};

// An unguessable token of the given number of random bytes, in hex.
[[nodiscard]] std::string randomHex(std::size_t bytes);
// RFC 4122 version 4.
[[nodiscard]] std::string randomUuid();

// Tokens of service accounts, made by TokenRequest and known by heart: their signature is never verified, since nobody
// else can have issued them. Thread safe.
class TokenBook {
public:
    explicit TokenBook(WallClock clock)
        : m_clock(std::move(clock)) {}

    struct Issued {
        std::string token; // has the shape of a JWT with the usual claims
        std::chrono::system_clock::time_point expiry;
    };
    [[nodiscard]] Issued issue(const TokenIdentity& identity, const std::string& accountUid, std::chrono::seconds life);
    // Nothing for an unknown or expired token.
    [[nodiscard]] std::optional<TokenIdentity> review(const std::string& token) const;

private:
    struct Entry {
        TokenIdentity identity;
        std::chrono::system_clock::time_point expiry;
    };
    WallClock m_clock;
    mutable std::mutex m_mutex;
    std::map<std::string, Entry> m_entries;
};

inline constexpr const char* kApiAudience = "https://kubernetes.default.svc";

class Authenticator {
public:
    explicit Authenticator(const TokenBook& tokens)
        : m_tokens(tokens) {}
    void addToken(const std::string& token, User user) { m_users[token] = std::move(user); }
    // Nothing when no credential, or a wrong one, was presented: 401.
    [[nodiscard]] std::optional<User> userOf(const Request& request) const;

private:
    const TokenBook& m_tokens;
    std::map<std::string, User> m_users;
};

class Authorizer {
public:
    struct Decision {
        bool allowed = false;
        std::string reason;
    };
    explicit Authorizer(std::string viewerNamespace)
        : m_viewerNamespace(std::move(viewerNamespace)) {}

    [[nodiscard]] Decision decide(const User& user, const RequestInfo& info) const;
    // The status of a SelfSubjectRulesReview.
    [[nodiscard]] Json rulesFor(const User& user, const std::string& ns) const;
    [[nodiscard]] const std::string& viewerNamespace() const { return m_viewerNamespace; }

private:
    std::string m_viewerNamespace;
};

// 403 in the words of the real server.
[[nodiscard]] Reply forbidden(const User& user, const RequestInfo& info);

} // namespace meshdeck::demo::api
