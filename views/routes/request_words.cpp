#include "routes/request_words.h"

#include <algorithm>

#include "common/safe_label.h"
#include "policy/expectations/request_json.h"

namespace meshdeck::views {
namespace {

using config::Json;

std::string shellWord(const std::string& word) {
    const bool plain = !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("-_./:=@%+,").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

std::string textOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Host, port and path of requests that were not written as a URL.
std::string urlOf(const Json& request) {
    if (const std::string url = textOf(request, "url"); !url.empty()) {
        return url;
    }
    const std::string tls = textOf(request, "tls");
    const std::string host = textOf(request, "host").empty() ? textOf(request, "address") : textOf(request, "host");
    if (host.empty()) {
        return {};
    }
    std::string url = (tls.empty() || tls == "none" ? "http://" : "https://") + host;
    const auto port = request.find("port");
    if (port != request.end() && port->is_number_integer() && host.find(':') == std::string::npos) {
        url += ":" + std::to_string(port->get<int>());
    }
    const std::string path = textOf(request, "path");
    return url + (path.empty() ? "/" : path);
}

std::pair<std::string, std::string> hostAndPath(const std::string& url) {
    std::string rest = url;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string::npos) {
        rest = rest.substr(scheme + 3);
    }
    const std::size_t slash = rest.find('/');
    return {rest.substr(0, slash), slash == std::string::npos ? "/" : rest.substr(slash)};
}

} // namespace

Json requestJson(const RequestDraft& draft) {
    Json json = Json::object();
    if (!draft.from.empty()) {
        json["from"] = draft.from;
    }
    json["url"] = draft.url;
    if (draft.method != "GET" && !draft.method.empty()) {
        json["method"] = draft.method;
    }
    Json headers = Json::object();
    for (const auto& [name, value] : draft.headers) {
        if (!headers.contains(name)) {
            headers[name] = value;
        } else {
            Json& known = headers[name];
            known = known.is_array() ? known : Json::array({known});
            known.push_back(value);
        }
    }
    if (!headers.empty()) {
        json["headers"] = std::move(headers);
    }
    if (!draft.principal.empty()) {
        json["sourcePrincipal"] = draft.principal;
    }
    return json;
}

ReadDraft draftOf(const Json& request) {
    ReadDraft read;
    static constexpr std::string_view kKnown[] = {"name", "from", "url", "host", "address", "port", "path", "method",
                                                  "headers", "sourcePrincipal", "tls"};
    for (const auto& [key, value] : request.items()) {
        read.complete = read.complete && std::ranges::find(kKnown, key) != std::end(kKnown);
    }
    const auto from = request.find("from");
    read.complete = read.complete && (from == request.end() || from->is_string()) && textOf(request, "tls") != "mtls";
    read.draft.from = textOf(request, "from");
    read.draft.url = urlOf(request);
    read.draft.method = textOf(request, "method").empty() ? "GET" : textOf(request, "method");
    read.draft.principal = textOf(request, "sourcePrincipal");
    const auto headers = request.find("headers");
    if (headers != request.end() && headers->is_object()) {
        for (const auto& [name, value] : headers->items()) {
            for (const Json& each : value.is_array() ? value : Json::array({value})) {
                read.draft.headers.emplace_back(name, each.is_string() ? each.get<std::string>() : each.dump());
            }
        }
    }
    return read;
}

QString requestTitle(const RequestDraft& draft) {
    const auto [host, path] = hostAndPath(draft.url);
    std::string text = draft.method + " " + host + path;
    for (const auto& [name, value] : draft.headers) {
        text += "  " + name + ": " + value;
    }
    return safeText(text);
}

std::string requestName(const RequestDraft& draft) {
    std::string name = draft.method + " " + draft.url + (draft.from.empty() ? "" : " from " + draft.from);
    for (const auto& [header, value] : draft.headers) {
        name += ", " + header + ": " + value;
    }
    return name;
}

Result<std::pair<std::string, std::string>> readHeader(const QString& text) {
    const QString trimmed = text.trimmed();
    const qsizetype colon = trimmed.indexOf(QLatin1Char(':'), trimmed.startsWith(QLatin1Char(':')) ? 1 : 0);
    const QString name = colon < 0 ? QString() : trimmed.left(colon).trimmed();
    if (name.isEmpty() || name.contains(QLatin1Char(' '))) {
        return fail(ErrorKind::InvalidArgument, "\"" + trimmed.toStdString() + "\" is no header", "name: value");
    }
    return std::pair(name.toLower().toStdString(), trimmed.mid(colon + 1).trimmed().toStdString());
}

std::string asMeshdeckRoute(const RequestDraft& draft, const std::string& context) {
    std::string command = "meshdeck route";
    if (!context.empty()) {
        command += " --context " + shellWord(context);
    }
    if (!draft.from.empty()) {
        command += " --from " + shellWord(draft.from);
    }
    if (draft.method != "GET" && !draft.method.empty()) {
        command += " -X " + shellWord(draft.method);
    }
    for (const auto& [name, value] : draft.headers) {
        command += " -H " + shellWord(name + ": " + value);
    }
    if (!draft.principal.empty()) {
        command += " --source-principal " + shellWord(draft.principal);
    }
    return command + " " + shellWord(draft.url);
}

std::string asIstioctl(const TraceAnswer& answer, const std::string& context) {
    if (answer.problem || answer.senderPod.empty() || answer.result.routeConfig.empty()) {
        return {};
    }
    const std::string start = "istioctl" + (context.empty() ? "" : " --context " + shellWord(context));
    const std::string pod = shellWord(answer.senderPod + "." + answer.request.from.ns);
    std::string text = start + " proxy-config routes " + pod + " --name " + shellWord(answer.result.routeConfig) + " -o yaml";
    if (!answer.ends.empty()) {
        const policy::DestinationShare& share = answer.ends.front().share;
        text += "\n" + start + " proxy-config clusters " + pod + " --fqdn " + shellWord(share.host);
        text += share.port == 0 ? "" : " --port " + std::to_string(share.port);
        text += share.subset.empty() ? "" : " --subset " + shellWord(share.subset);
    }
    return text;
}

} // namespace meshdeck::views
