#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "config/route_match.h"
#include "policy/effective/parts.h"
#include "policy/host_name.h"
#include "policy/routing/answer.h"
#include "policy/routing/sidecar_routes.h"
#include "policy/sidecar_imports.h"

namespace meshdeck::policy::effective {

namespace {

constexpr const char* kDefault = "Istio's default";
constexpr const char* kRouting = "Routing";
constexpr const char* kTimes = "Retries and timeouts";

// The listener that takes the service's requests: one for its port, else one for all ports.
const EgressListener* listenerFor(const Subject& subject) {
    const EgressListener* general = nullptr;
    const auto& services = subject.client.world().services();
    const auto own = static_cast<std::size_t>(&subject.service - services.data());
    for (const EgressListener& listener : subject.client.egress()) {
        const auto port = listener.written != nullptr && listener.written->port ? listener.written->port->number : 0;
        if (std::find(listener.services.begin(), listener.services.end(), own) == listener.services.end()) {
            continue;
        }
        if (port == subject.port && port != 0) {
            return &listener;
        }
        if (port == 0 && general == nullptr) {
            general = &listener;
        }
    }
    return general;
}

// How specific a VirtualService is about a host: its best host that stands for it; "" when none does.
std::string bestHost(const EffectiveVirtualService& vs, const std::string& host) {
    std::string best;
    for (const std::string& own : vs.spec->hosts) {
        if (hostSubsetOf(host, own) && (best.empty() || moreSpecificHost(own, best))) {
            best = own;
        }
    }
    return best;
}

bool forMesh(const EffectiveVirtualService& vs) {
    return std::find(vs.gateways.begin(), vs.gateways.end(), "mesh") != vs.gateways.end();
}

std::string percentText(double share) {
    char buffer[32];
    (void)std::snprintf(buffer, sizeof buffer, "%.3g %%", share);
    return buffer;
}

// "v1 90 %, v2 10 %": 1.7, one destination alone gets everything.
std::string splitText(const std::vector<config::RouteDestination>& route, const std::string& host) {
    double sum = 0;
    for (const auto& each : route) {
        sum += static_cast<double>(std::max<std::int64_t>(0, each.weight.value_or(0)));
    }
    std::string result;
    for (const auto& each : route) {
        const auto weight = static_cast<double>(std::max<std::int64_t>(0, each.weight.value_or(0)));
        if (route.size() > 1 && (weight == 0 || sum == 0)) {
            continue;
        }
        const config::Destination& to = each.destination;
        std::string name = to.host == host && !to.subset.empty() ? to.subset : to.host + (to.subset.empty() ? "" : " " + to.subset);
        name += to.port ? " port " + std::to_string(*to.port) : "";
        result += (result.empty() ? "" : ", ") + name + " " + percentText(route.size() == 1 ? 100 : 100 * weight / sum);
    }
    return result.empty() ? "nowhere: every weight is 0" : result;
}

std::string actionText(const config::HttpRoute& rule, const std::string& host) {
    if (rule.redirect) {
        return "redirect with " + std::to_string(rule.redirect->code);
    }
    if (rule.directResponse) {
        return "answered with " + std::to_string(rule.directResponse->status);
    }
    std::string text = splitText(rule.route, host);
    for (const config::HttpMirror& mirror : rule.mirrors) {
        text += ", mirrored to " + mirror.destination.host + (mirror.destination.subset.empty() ? "" : " ") +
                mirror.destination.subset + " " + percentText(mirror.percent);
    }
    return text;
}

std::string conditionText(const RouteOrigin& origin, bool gatewayApi) {
    const config::Json* written = origin.object ? config::at(*origin.object->json, origin.pointer) : nullptr;
    if (written == nullptr) {
        return "any request";
    }
    return gatewayApi ? config::gatewayMatch(*written) : config::istioMatch(*written);
}

std::string faultText(const config::HttpFault& fault) {
    std::string text;
    if (fault.delay && fault.delay->percent.value_or(0) > 0) {
        text = "delay of " + durationText(fault.delay->fixedDelay.value_or(config::ConfigDuration(0))) + " for " +
               percentText(*fault.delay->percent);
    }
    if (fault.abort && fault.abort->percent.value_or(0) > 0) {
        text += (text.empty() ? "" : ", ") + std::string("abort with ") +
                (fault.abort->httpStatus ? std::to_string(*fault.abort->httpStatus) : fault.abort->grpcStatus) + " for " +
                percentText(*fault.abort->percent);
    }
    return text.empty() ? "none: no percentage is given" : text;
}

// What of one rule is in effect for this client.
class RuleValues {
public:
    RuleValues(const Subject& subject, EffectiveConfig& into) : m_subject(subject), m_into(into) {}

    void add(const HttpRouteEntry& entry) {
        const EffectiveVirtualService& vs = *entry.virtualService;
        const config::HttpRoute& rule = *entry.rule;
        const RouteOrigin origin = entry.ruleIndex < vs.http.size() ? vs.http[entry.ruleIndex] : RouteOrigin{vs.object, ""};
        const std::string name = "rule " + std::to_string(entry.ruleIndex + 1) + (rule.name.empty() ? "" : " (" + rule.name + ")");
        const std::string level = origin.object == vs.object ? "rule" : "delegate of " + vs.object->ref.display();
        const auto value = [&](const char* group, const std::string& what, std::string text, bool set, const char* path,
                               const std::string& otherwise) {
            m_into.values.push_back({group, name + what, std::move(text), set ? level : otherwise,
                                     set ? origin.object : nullptr, set ? origin.pointer + path : ""});
        };
        value(kRouting, "", conditionText(origin, vs.gatewayApi) + ": " + actionText(rule, m_subject.service.host), true, "", "");
        if (rule.fault) {
            value(kRouting, " fault", faultText(*rule.fault), true, "/fault", "");
        }
        const bool limited = rule.timeout && rule.timeout->count() > 0;
        value(kTimes, " timeout", limited ? durationText(*rule.timeout) : "none", rule.timeout.has_value(),
              vs.gatewayApi ? "/timeouts" : "/timeout", kDefault);
        addRetries(rule.retries ? &*rule.retries : nullptr, value);
    }

    void addDefaults() {
        const auto value = [&](const char* group, const std::string& what, std::string text, bool, const char*,
                               const std::string& otherwise) {
            m_into.values.push_back({group, "default route" + what, std::move(text), otherwise, nullptr, ""});
        };
        value(kRouting, "", "any request: " + m_subject.service.host + " 100 %", false, "", kDefault);
        value(kTimes, " timeout", "none", false, "", kDefault);
        addRetries(nullptr, value);
    }

private:
    template <typename Value>
    void addRetries(const config::HttpRetry* written, const Value& value) {
        const config::MeshConfig& mesh = m_subject.client.world().mesh();
        const RetryPlan plan = retryPlan(written, mesh);
        std::string text = plan.attempts == 0 ? "none" : std::to_string(plan.attempts) + " more on " + plan.retryOn;
        if (plan.attempts > 0 && plan.perTryTimeoutMs) {
            text += ", " + durationText(std::chrono::microseconds(std::llround(*plan.perTryTimeoutMs * 1000))) + " a try";
        }
        value(kTimes, " retries", text, written != nullptr, "/retries",
              mesh.defaultHttpRetryPolicy ? "mesh config" : kDefault);
    }

    const Subject& m_subject;
    EffectiveConfig& m_into;
};

std::string whyLost(const EffectiveVirtualService& loser, const EffectiveVirtualService* owner, const Subject& subject,
                    bool ownerFirst) {
    const std::string& host = subject.service.host;
    if (owner == nullptr) {
        return "none of its rules applies to this client on port " + std::to_string(subject.port);
    }
    const std::string won = bestHost(*owner, host);
    const std::string lost = bestHost(loser, host);
    if (won != lost) {
        return "host " + won + " of " + owner->object->ref.display() + " is more specific than " + lost;
    }
    if (!ownerFirst) {
        return "none of its rules applies to this client on port " + std::to_string(subject.port);
    }
    const auto isPrivate = [](const EffectiveVirtualService& vs) {
        return std::find(vs.exportTo.begin(), vs.exportTo.end(), "*") == vs.exportTo.end();
    };
    const std::string name = owner->object->ref.display();
    if (owner->gatewayApi && owner->object->ref.ns == subject.client.proxy().ns && !loser.gatewayApi) {
        return name + " has the same host and is a Gateway API route of the client's namespace";
    }
    if (isPrivate(*owner) && !isPrivate(loser)) {
        return name + " has the same host and is not public, which comes first";
    }
    return name + " has the same host and is older; sidecars do not merge VirtualServices";
}

void hide(EffectiveConfig& into, ConfigObjectPtr object, ConfigObjectPtr by, std::string why) {
    HiddenConfig& hidden = into.hidden.emplace_back();
    hidden.object = std::move(object);
    hidden.by = std::move(by);
    hidden.why = std::move(why);
}

// Every other VirtualService that speaks of the host.
void addLosers(const Subject& subject, const EgressListener& listener, const EffectiveVirtualService* owner,
               EffectiveConfig& into) {
    bool ownerSeen = false;
    for (const EffectiveVirtualServicePtr& vs : listener.virtualServices) {
        if (vs.get() == owner) {
            ownerSeen = true;
        } else if (forMesh(*vs) && !bestHost(*vs, subject.service.host).empty()) {
            hide(into, vs->object, owner != nullptr ? owner->object : nullptr, whyLost(*vs, owner, subject, ownerSeen));
        }
    }
    const auto listed = [&](const EffectiveVirtualServicePtr& vs) {
        return std::find(listener.virtualServices.begin(), listener.virtualServices.end(), vs) != listener.virtualServices.end();
    };
    const std::string& ns = subject.client.proxy().ns;
    for (const EffectiveVirtualServicePtr& vs : subject.client.world().virtualServices()) {
        if (!forMesh(*vs) || bestHost(*vs, subject.service.host).empty() || listed(vs)) {
            continue;
        }
        if (!exportedTo(vs->exportTo, vs->object->ref.ns, ns)) {
            hide(into, vs->object, nullptr, "it is not exported to namespace " + ns);
        } else if (!vs->consumerRoute) {
            hide(into, vs->object, subject.client.sidecar(), "the Sidecar does not import it");
        }
    }
}

const EffectiveVirtualService* addHttp(const Subject& subject, const EgressListener& listener, EffectiveConfig& into) {
    const RouteTable table = sidecarRoutes(subject.client, listener, subject.port);
    const VirtualHost* host = table.find(subject.service.host);
    RuleValues values(subject, into);
    if (host == nullptr || host->routes.empty() || !host->routes.front().virtualService) {
        values.addDefaults();
        return nullptr;
    }
    const EffectiveVirtualServicePtr owner = host->routes.front().virtualService;
    into.values.push_back({kRouting, "owner of the host", owner->object->ref.display(), bestHost(*owner, subject.service.host),
                           owner->object, "/spec/hosts"});
    std::set<std::size_t> told;
    for (const HttpRouteEntry& entry : host->routes) {
        if (entry.rule != nullptr && entry.virtualService && told.insert(entry.ruleIndex).second) {
            values.add(entry);
        }
    }
    for (std::size_t i = 0; i < owner->spec->http.size(); ++i) {
        if (!told.contains(i) && i < owner->http.size()) {
            into.values.push_back({kRouting, "rule " + std::to_string(i + 1),
                                   "not for this client and port, or behind a rule that takes every request", "rule",
                                   owner->http[i].object, owner->http[i].pointer});
        }
    }
    // The table keeps no VirtualService alive; the world does.
    return owner.get();
}

// TLS and TCP routes: the first VirtualService that has any for the host.
const EffectiveVirtualService* addL4(const Subject& subject, const EgressListener& listener, bool tls, EffectiveConfig& into) {
    for (const EffectiveVirtualServicePtr& vs : listener.virtualServices) {
        const auto& rules = tls ? vs->spec->tls : vs->spec->tcp;
        if (rules.empty() || !forMesh(*vs) || bestHost(*vs, subject.service.host).empty()) {
            continue;
        }
        into.values.push_back({kRouting, "owner of the host", vs->object->ref.display(), bestHost(*vs, subject.service.host),
                               vs->object, "/spec/hosts"});
        for (std::size_t i = 0; i < rules.size(); ++i) {
            const std::string pointer = std::string(tls ? "/spec/tls/" : "/spec/tcp/") + std::to_string(i);
            const config::Json* written = vs->gatewayApi ? nullptr : config::at(*vs->object->json, pointer);
            into.values.push_back({kRouting, "rule " + std::to_string(i + 1),
                                   (written != nullptr ? config::istioMatch(*written) + ": " : std::string()) +
                                       splitText(rules[i].route, subject.service.host),
                                   "rule", vs->object, vs->gatewayApi ? "" : pointer});
        }
        return vs.get();
    }
    into.values.push_back({kRouting, "default route", "any connection: " + subject.service.host + " 100 %", kDefault, nullptr, ""});
    return nullptr;
}

} // namespace

void addRouting(const Subject& subject, EffectiveConfig& into) {
    const Proxy::Type type = subject.client.proxy().type;
    if (type == Proxy::Type::None || type == Proxy::Type::Ztunnel) {
        into.warnings.push_back("this client has no proxy that routes requests: VirtualServices and DestinationRules do "
                                "not apply on its side");
        return;
    }
    const EgressListener* listener = listenerFor(subject);
    if (listener == nullptr) {
        into.warnings.push_back("no listener of this client takes requests to the host: it is known only as a destination "
                                "of a VirtualService");
        return;
    }
    const Port* port = subject.service.port(subject.port);
    const Protocol protocol = port != nullptr ? port->protocol : Protocol::Auto;
    const bool http = isHttp(protocol) || protocol == Protocol::Auto;
    const EffectiveVirtualService* owner =
        http ? addHttp(subject, *listener, into) : addL4(subject, *listener, isTlsFamily(protocol), into);
    addLosers(subject, *listener, owner, into);
}

} // namespace meshdeck::policy::effective
