#include "policy/expectations/request_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "policy/expectations/sender.h"

namespace meshdeck::policy {
namespace {

using config::Json;

tl::unexpected<Error> wrong(std::string field, const std::string& what, std::string hint = {}) {
    return fail(ErrorKind::InvalidArgument, std::move(field) + ": " + what, std::move(hint));
}

// Reads the fields of one object; keeps the first thing that is wrong.
class Fields {
public:
    explicit Fields(const Json& object, std::string path = {}) : m_object(object), m_path(std::move(path)) {}

    void text(const char* key, std::string& into) {
        if (const Json* value = member(key)) {
            if (value->is_string()) {
                into = value->get<std::string>();
            } else if (value->is_number() || value->is_boolean()) {
                into = value->dump();
            } else {
                wrongType(key, "is no text");
            }
        }
    }
    template <typename Enum, std::size_t N>
    void word(const char* key, const std::array<std::pair<std::string_view, Enum>, N>& words, Enum& into) {
        std::string text;
        this->text(key, text);
        if (text.empty()) {
            return;
        }
        const auto found = std::ranges::find(words, text, &std::pair<std::string_view, Enum>::first);
        if (found != words.end()) {
            into = found->second;
            return;
        }
        std::string known;
        for (const auto& [name, value] : words) {
            known += (known.empty() ? "" : ", ") + std::string(name);
        }
        note(wrong(m_path + key, "\"" + text + "\" is none of the possible words", known).value());
    }
    void port(const char* key, std::uint32_t& into) {
        if (const Json* value = member(key)) {
            const bool fits = value->is_number_integer() && *value >= 0 && *value <= 65535;
            if (fits) {
                into = value->get<std::uint32_t>();
            } else {
                wrongType(key, value->dump() + " is no port");
            }
        }
    }
    [[nodiscard]] const Json* member(const char* key) {
        const auto found = m_object.find(key);
        return found == m_object.end() || found->is_null() ? nullptr : &*found;
    }
    void only(std::span<const std::string_view> known) {
        for (const auto& [key, value] : m_object.items()) {
            if (std::ranges::find(known, key) == known.end()) {
                note(wrong(m_path + key, "is no field of a request").value());
            }
        }
    }
    void wrongType(const char* key, const std::string& what) { note(wrong(m_path + key, what).value()); }
    void note(Error error) {
        if (!m_error) {
            m_error = std::move(error);
        }
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    const Json& m_object;
    std::string m_path;
    std::optional<Error> m_error;
};

constexpr std::array<std::pair<std::string_view, Request::Direction>, 4> kDirections{{
    {"outbound", Request::Direction::Outbound}, {"inbound", Request::Direction::Inbound},
    {"gateway", Request::Direction::Gateway}, {"waypoint", Request::Direction::Waypoint}}};
constexpr std::array<std::pair<std::string_view, Request::Tls>, 3> kTls{{
    {"none", Request::Tls::None}, {"tls", Request::Tls::Tls}, {"mtls", Request::Tls::Mtls}}};
constexpr std::array<std::pair<std::string_view, Jwt::State>, 4> kStates{{
    {"valid", Jwt::State::Valid}, {"expired", Jwt::State::Expired},
    {"badSignature", Jwt::State::BadSignature}, {"malformed", Jwt::State::Malformed}}};
constexpr auto kFields = std::to_array<std::string_view>(
    {"name", "from", "direction", "address", "port", "protocol", "tls", "sni", "alpn", "host", "path", "method", "headers",
     "sourcePrincipal", "sourceAddress", "jwt", "answer", "url", "scheme"});
constexpr auto kJwtFields = std::to_array<std::string_view>({"issuer", "subject", "audiences", "claims", "state"});
constexpr auto kAnswerFields = std::to_array<std::string_view>({"status", "delayMs"});

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

void readHeaders(Fields& fields, Request& request) {
    const Json* headers = fields.member("headers");
    if (headers == nullptr) {
        return;
    }
    if (!headers->is_object()) {
        fields.wrongType("headers", "is no map of names and values");
        return;
    }
    for (const auto& [name, value] : headers->items()) {
        for (const Json& each : value.is_array() ? value : Json::array({value})) {
            const std::string text = each.is_string() ? each.get<std::string>() : each.is_null() ? "" : each.dump();
            if (lower(name) == "host") {
                request.host = text; // what a client calls Host is the request's host
            } else {
                request.headers.emplace_back(lower(name), text);
            }
        }
    }
}

void readJwt(Fields& fields, bool strict, Request& request) {
    const Json* json = fields.member("jwt");
    if (json == nullptr) {
        return;
    }
    if (!json->is_object()) {
        fields.wrongType("jwt", "is no object");
        return;
    }
    Jwt token;
    Fields inner(*json, "jwt.");
    inner.text("issuer", token.issuer);
    inner.text("subject", token.subject);
    inner.word("state", kStates, token.state);
    if (const Json* audiences = inner.member("audiences")) {
        for (const Json& each : audiences->is_array() ? *audiences : Json::array({*audiences})) {
            token.audiences.push_back(each.is_string() ? each.get<std::string>() : each.dump());
        }
    }
    if (const Json* claims = inner.member("claims")) {
        if (claims->is_object()) {
            token.claims = *claims;
        } else {
            inner.wrongType("claims", "is no map");
        }
    }
    if (strict) {
        inner.only(kJwtFields);
    }
    if (inner.error()) {
        fields.note(*inner.error());
    }
    request.jwt = std::move(token);
}

void readAnswer(Fields& fields, bool strict, Request& request) {
    const Json* json = fields.member("answer");
    if (json == nullptr) {
        return;
    }
    if (!json->is_object()) {
        fields.wrongType("answer", "is no object");
        return;
    }
    Fields inner(*json, "answer.");
    if (const Json* status = inner.member("status")) {
        if (status->is_number_integer() && *status >= 100 && *status <= 599) {
            request.answerStatus = status->get<int>();
        } else {
            inner.wrongType("status", status->dump() + " is no status");
        }
    }
    if (const Json* delay = inner.member("delayMs")) {
        if (delay->is_number() && *delay >= 0) {
            request.answerDelayMs = delay->get<double>();
        } else {
            inner.wrongType("delayMs", delay->dump() + " is no number of milliseconds");
        }
    }
    if (strict) {
        inner.only(kAnswerFields);
    }
    if (inner.error()) {
        fields.note(*inner.error());
    }
}

Request::Direction directionOf(const Proxy& proxy) {
    if (proxy.type == Proxy::Type::Router) {
        return Request::Direction::Gateway;
    }
    return proxy.type == Proxy::Type::Waypoint ? Request::Direction::Waypoint : Request::Direction::Outbound;
}

void readSenderInto(Fields& fields, const RequestContext& context, Request& request) {
    const Json* from = fields.member("from");
    if (from == nullptr) {
        request.outside = true; // nobody said who asks
        return;
    }
    auto sender = readSender(*from, context.world, context.defaultNamespace);
    if (!sender) {
        fields.note(sender.error());
        return;
    }
    request.from = std::move(sender->proxy);
    request.outside = sender->outside;
    request.direction = directionOf(request.from);
}

} // namespace

Status readUrl(const std::string& url, Request& into) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string::npos) {
        into.scheme = lower(url.substr(0, scheme));
    }
    if (into.scheme != "http" && into.scheme != "https" && into.scheme != "tcp" && into.scheme != "tls") {
        return wrong("url", "\"" + url + "\" has a scheme that is not known", "http://, https://, tcp:// or tls://");
    }
    std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
    rest.erase(std::min(rest.find('#'), rest.size())); // a client keeps the fragment to itself
    const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
    into.host = rest.substr(0, slash);
    into.path = slash == rest.size() ? "/" : rest.substr(slash);
    if (into.path.starts_with('?')) {
        into.path.insert(0, "/");
    }
    if (into.host.empty()) {
        return wrong("url", "\"" + url + "\" has no host");
    }
    const bool secure = into.scheme == "https" || into.scheme == "tls";
    into.port = secure ? 443 : 80;
    const std::size_t colon = into.host.rfind(':');
    std::string name = into.host;
    if (colon != std::string::npos && into.host.find(']', colon) == std::string::npos) {
        const std::string port = into.host.substr(colon + 1);
        const auto parsed = std::from_chars(port.data(), port.data() + port.size(), into.port);
        if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || into.port == 0 || into.port > 65535) {
            return wrong("url", "\"" + port + "\" is no port");
        }
        name = into.host.substr(0, colon);
    }
    if (secure) {
        into.tls = Request::Tls::Tls;
        into.sni = name;
    }
    if (into.scheme == "tcp" || into.scheme == "tls") {
        into.protocol = "tcp";
    }
    return {};
}

Result<Request> readRequest(const Json& json, const RequestContext& context) {
    if (!json.is_object()) {
        return wrong("request", "is no object");
    }
    Request request;
    Fields fields(json);
    for (const auto& [key, value] : json.items()) {
        if (context.strict && std::ranges::find(kFields, key) == kFields.end()) {
            return wrong(key, "is no field of a request");
        }
    }
    std::string url;
    fields.text("url", url);
    if (!url.empty()) {
        if (const Status read = readUrl(url, request); !read) {
            return tl::unexpected(read.error());
        }
    }
    readSenderInto(fields, context, request);
    fields.text("name", request.name);
    fields.word("direction", kDirections, request.direction);
    fields.text("address", request.address);
    fields.word("tls", kTls, request.tls);
    if (url.empty() && request.tls != Request::Tls::None) {
        request.port = 443;
        request.scheme = "https";
    }
    fields.port("port", request.port);
    fields.text("protocol", request.protocol);
    fields.text("scheme", request.scheme);
    fields.text("alpn", request.alpn);
    readHeaders(fields, request);
    fields.text("host", request.host);
    fields.text("sni", request.sni);
    fields.text("path", request.path);
    fields.text("method", request.method);
    fields.text("sourceAddress", request.sourceAddress);
    std::string principal;
    fields.text("sourcePrincipal", principal);
    if (!principal.empty()) {
        request.sourcePrincipal = principal.starts_with("spiffe://") ? principal.substr(9) : principal;
    }
    readJwt(fields, context.strict, request);
    readAnswer(fields, context.strict, request);
    if (request.protocol != "http" && request.protocol != "http2" && request.protocol != "tcp") {
        const std::string word = lower(request.protocol);
        if (word != "http" && word != "http2" && word != "tcp" && word != "grpc") {
            return wrong("protocol", "\"" + request.protocol + "\" is not known", "http, http2 or tcp");
        }
        request.protocol = word == "grpc" ? "http2" : word;
    }
    if (fields.error()) {
        return tl::unexpected(*fields.error());
    }
    return request;
}

} // namespace meshdeck::policy
