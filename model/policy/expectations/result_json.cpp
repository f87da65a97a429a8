#include "policy/expectations/result_json.h"

namespace meshdeck::policy {
namespace {

using config::Json;

void put(Json& json, const char* key, const std::string& text) {
    if (!text.empty()) {
        json[key] = text;
    }
}

template <typename T>
void put(Json& json, const char* key, const std::optional<T>& value) {
    if (value) {
        json[key] = *value;
    }
}

// Whole milliseconds and percents look like what a person would write.
Json plain(double number) {
    const auto whole = static_cast<std::int64_t>(number);
    return static_cast<double>(whole) == number ? Json(whole) : Json(number);
}

void putNumber(Json& json, const char* key, const std::optional<double>& value) {
    if (value) {
        json[key] = plain(*value);
    }
}

Json headersJson(const Headers& headers) {
    Json json = Json::object();
    for (const auto& [name, value] : headers) {
        const auto found = json.find(name);
        json[name] = found == json.end() ? value : found->get<std::string>() + "," + value;
    }
    return json;
}

Json operationsJson(const config::HeaderOperations& operations) {
    Json json = Json::object();
    if (!operations.set.empty()) {
        json["set"] = headersJson(operations.set);
    }
    if (!operations.add.empty()) {
        json["add"] = headersJson(operations.add);
    }
    if (!operations.remove.empty()) {
        json["remove"] = operations.remove;
    }
    return json;
}

Json sharesJson(const std::vector<DestinationShare>& shares) {
    Json list = Json::array();
    for (const DestinationShare& share : shares) {
        Json json = Json::object();
        put(json, "cluster", share.cluster);
        put(json, "host", share.host);
        put(json, "subset", share.subset);
        if (share.port != 0) {
            json["port"] = share.port;
        }
        json["percent"] = plain(share.percent);
        json["endpoints"] = share.endpoints;
        list.push_back(std::move(json));
    }
    return list;
}

Json rejectedJson(const std::vector<Rejection>& rejected) {
    Json list = Json::array();
    for (const Rejection& each : rejected) {
        Json json = Json::object();
        if (each.object != nullptr) {
            json["resource"] = each.object->ref.display();
        }
        json["field"] = config::fieldPath(each.pointer);
        json["condition"] = each.condition;
        json["wanted"] = each.wanted;
        json["got"] = each.got;
        list.push_back(std::move(json));
    }
    return list;
}

void putPlan(const RequestResult& result, Json& json) {
    putNumber(json, "timeoutMs", result.timeoutMs);
    if (result.retries) {
        Json retries = {{"attempts", result.retries->attempts}};
        put(retries, "retryOn", result.retries->retryOn);
        putNumber(retries, "perTryTimeoutMs", result.retries->perTryTimeoutMs);
        json["retries"] = std::move(retries);
    }
    if (result.fault) {
        Json fault = Json::object();
        putNumber(fault, "delayMs", result.fault->delayMs);
        putNumber(fault, "delayPercent", result.fault->delayPercent);
        putNumber(fault, "abortPercent", result.fault->abortPercent);
        put(fault, "abortStatus", result.fault->abortStatus);
        json["fault"] = std::move(fault);
    }
    if (!result.rewrite.empty()) {
        json["rewrite"] = {{"what", result.rewrite}};
    }
}

void putSecurity(const RequestResult& result, Json& json) {
    if (result.authorization) {
        Json authorization = {{"decision", std::string(name(result.authorization->decision))}};
        if (result.authorization->policy != nullptr) {
            authorization["policy"] = result.authorization->policy->ref.display();
        }
        put(authorization, "rule", result.authorization->rule);
        put(authorization, "reason", result.authorization->reason);
        json["authorization"] = std::move(authorization);
    }
    if (result.mtls) {
        Json mtls = Json::object();
        put(mtls, "client", result.mtls->client);
        put(mtls, "server", result.mtls->server);
        mtls["result"] = std::string(name(result.mtls->outcome));
        json["mtls"] = std::move(mtls);
    }
}

Json hopsJson(const std::vector<Hop>& hops) {
    Json list = Json::array();
    for (const Hop& hop : hops) {
        Json json = {{"at", hop.at}};
        put(json, "listener", hop.listener);
        put(json, "routeConfig", hop.routeConfig);
        put(json, "virtualHost", hop.virtualHost);
        put(json, "cluster", hop.cluster);
        list.push_back(std::move(json));
    }
    return list;
}

std::string quoted(const std::string& text) {
    return text.empty() ? "nothing" : "\"" + text + "\"";
}

} // namespace

Json resultJson(const RequestResult& result) {
    Json json = Json::object();
    json["verdict"] = std::string(name(result.verdict));
    json["status"] = result.status ? Json(*result.status) : Json(nullptr);
    put(json, "responseFlag", result.responseFlag);
    put(json, "location", result.location);
    put(json, "body", result.body);
    json["attempts"] = result.attempts;
    if (result.upstreamHost || result.upstreamPath) {
        Json upstream = Json::object();
        put(upstream, "host", result.upstreamHost);
        put(upstream, "path", result.upstreamPath);
        upstream["headers"] = headersJson(result.upstreamHeaders);
        json["upstream"] = std::move(upstream);
    }
    if (!result.responseHeaders.empty()) {
        json["responseHeaders"] = operationsJson(result.responseHeaders);
    }
    put(json, "listener", result.listener);
    put(json, "filterChain", result.filterChain);
    put(json, "routeConfig", result.routeConfig);
    put(json, "virtualHost", result.virtualHost);
    put(json, "route", result.route);
    put(json, "cluster", result.cluster);
    if (result.matchedObject != nullptr) {
        json["matched"] = {{"resource", result.matchedObject->ref.display()},
                           {"field", config::fieldPath(result.matchedPointer)}};
    }
    json["rejected"] = rejectedJson(result.rejected);
    json["destinations"] = sharesJson(result.destinations);
    json["mirrors"] = sharesJson(result.mirrors);
    putPlan(result, json);
    putSecurity(result, json);
    json["hops"] = hopsJson(result.hops);
    if (result.delayMs > 0) {
        json["delayMs"] = plain(result.delayMs);
    }
    json["reasons"] = result.reasons;
    return json;
}

std::vector<std::string> explanation(const RequestResult& result) {
    std::vector<std::string> lines;
    if (result.matchedObject != nullptr) {
        lines.push_back("matched " + result.matchedObject->ref.display() + " at " +
                        config::fieldPath(result.matchedPointer));
    }
    for (const Rejection& each : result.rejected) {
        const std::string what = each.object == nullptr ? std::string() : each.object->ref.display() + " at ";
        lines.push_back("not " + what + config::fieldPath(each.pointer) + ": " + each.condition + " wants " +
                        quoted(each.wanted) + ", the request has " + quoted(each.got));
    }
    lines.insert(lines.end(), result.reasons.begin(), result.reasons.end());
    return lines;
}

} // namespace meshdeck::policy
