#include "change/golden_signals.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "config/json_read.h"
#include "config/resource_json.h"
#include "config/routes.h"

namespace meshdeck::change {

namespace {

using config::Json;

constexpr std::size_t kMostSubjects = 200; // beyond that a namespace is looked at as a whole
constexpr std::string_view kRootNamespace = "istio-system";

std::string shown(const std::string& text) { return text::safe(text, false, 120); }

void add(std::vector<Subject>& subjects, Subject subject) {
    if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end()) {
        subjects.push_back(std::move(subject));
    }
}

void addHost(std::vector<Subject>& subjects, const std::string& host, const std::string& ns) {
    const auto service = config::resolveHost(host, ns);
    const std::string name = service ? service->name : host;
    if (!name.empty() && name != "*") {
        add(subjects, {shown(name), service ? service->ns : "", name, ""});
    }
}

bool selects(const Json& selector, const mesh::Labels& labels) {
    return std::all_of(selector.items().begin(), selector.items().end(), [&](const auto& wanted) {
        const auto found = labels.find(wanted.key());
        return found != labels.end() && wanted.value().is_string() &&
               found->second == wanted.value().template get_ref<const std::string&>();
    });
}

// Apps whose pods have the labels; `ns` "" in every namespace.
void addApps(std::vector<Subject>& subjects, const Json& selector, const std::string& ns,
             const mesh::Inventory* inventory) {
    std::vector<Subject> found;
    if (inventory != nullptr) {
        for (const auto& [key, workload] : inventory->workloads) {
            if ((ns.empty() || workload.ns == ns) && selects(selector, workload.templateLabels)) {
                const std::string app = mesh::canonicalName(workload.templateLabels, workload.name);
                add(found, {shown(app), workload.ns, "", app});
            }
        }
    }
    if (inventory == nullptr || found.size() > kMostSubjects) {
        found = {{ns.empty() ? "the mesh" : "namespace " + shown(ns), ns, "", ""}};
    }
    for (Subject& subject : found) {
        add(subjects, std::move(subject));
    }
}

// spec.selector of Istio's policies, spec.workloadSelector of Sidecars and EnvoyFilters; of a Gateway the labels directly.
const Json* selectorOf(const Json& spec) {
    for (const char* key : {"selector", "workloadSelector"}) {
        if (const Json* selector = config::objectMember(spec, key)) {
            for (const char* labels : {"matchLabels", "labels"}) {
                if (const Json* inner = config::objectMember(*selector, labels)) {
                    return inner;
                }
            }
            return selector;
        }
    }
    return nullptr;
}

bool addTargets(std::vector<Subject>& subjects, const Json& spec, const std::string& ns) {
    const Json* targets = config::listMember(spec, "targetRefs");
    for (const Json& target : targets == nullptr ? Json::array() : *targets) {
        const std::string kind = config::textMember(target, "kind");
        const std::string name = config::textMember(target, "name");
        if (kind == "Service" || kind == "ServiceEntry") {
            addHost(subjects, name, ns);
        } else if (!name.empty()) {
            add(subjects, {shown(name), ns, "", name}); // a Gateway: its pods carry its name
        }
    }
    return targets != nullptr && !targets->empty();
}

void addFrom(std::vector<Subject>& subjects, const mesh::Resource& resource, const mesh::Inventory* inventory) {
    const mesh::ResourceRef& ref = resource.ref;
    const auto object = config::parse(resource);
    const Json none = Json::object();
    const Json* spec = object ? config::objectMember(*object, "spec") : nullptr;
    spec = spec == nullptr ? &none : spec;
    const std::size_t before = subjects.size();
    for (const config::WeightedRoute& route : config::weightedRoutes(resource)) {
        for (const config::WeightedDestination& destination : route.destinations) {
            addHost(subjects, destination.host, destination.ns);
        }
    }
    if (ref.kind == "VirtualService" || ref.kind == "ServiceEntry" || ref.kind.ends_with("Route")) {
        const Json* hosts = config::listMember(*spec, "hosts");
        for (const Json& host : hosts == nullptr || subjects.size() > before ? Json::array() : *hosts) {
            addHost(subjects, host.is_string() ? host.get<std::string>() : "", ref.ns);
        }
    } else if (ref.kind == "DestinationRule") {
        addHost(subjects, config::textMember(*spec, "host"), ref.ns);
    } else if (ref.kind == "Service" && ref.group.empty()) {
        addHost(subjects, ref.name, ref.ns);
    } else if (!addTargets(subjects, *spec, ref.ns)) {
        const Json* selector = selectorOf(*spec);
        const bool anywhere = ref.ns == kRootNamespace || (ref.kind == "Gateway" && selector != nullptr);
        addApps(subjects, selector == nullptr ? none : *selector, anywhere ? "" : ref.ns, inventory);
    }
}

// A weighted mean that leaves out what is not known.
struct Mean {
    double sum = 0;
    double weight = 0;
    void add(const std::optional<Milliseconds>& value, double by) {
        sum += value ? value->value * by : 0;
        weight += value ? by : 0;
    }
    [[nodiscard]] std::optional<Milliseconds> value() const {
        return weight > 0 ? std::optional(Milliseconds(sum / weight)) : std::nullopt;
    }
};

} // namespace

bool Subject::matches(const mesh::Node& node) const {
    if (!service.empty()) {
        const bool itself = node.kind == mesh::NodeKind::Service && node.service == service && (ns.empty() || node.ns == ns);
        const bool external = std::find(node.hosts.begin(), node.hosts.end(), service) != node.hosts.end();
        return itself || external ||
               std::any_of(node.destServices.begin(), node.destServices.end(), [&](const mesh::DestService& served) {
                   return served.name == service && (ns.empty() || served.ns == ns);
               });
    }
    const bool inside = ns.empty() || node.ns == ns;
    return inside && node.kind != mesh::NodeKind::Box && (app.empty() || node.app == app || node.workload == app);
}

GoldenSignals& GoldenSignals::operator+=(const GoldenSignals& later) {
    seconds += later.seconds;
    requests += later.requests;
    errors += later.errors;
    clientErrors += later.clientErrors;
    tcp = tcp || later.tcp;
    latency = later.latency;
    return *this;
}

std::vector<Subject> subjectsOf(const Plan& plan, const mesh::Inventory* inventory) {
    std::vector<Subject> subjects;
    for (const PlannedObject& planned : plan.objects) {
        if (planned.base) {
            addFrom(subjects, *planned.base, inventory);
        }
        if (planned.operation != Operation::Delete) {
            mesh::Resource after;
            after.ref = planned.ref;
            after.json = std::make_shared<const std::string>(planned.after.dump(-1, ' ', false, Json::error_handler_t::replace));
            addFrom(subjects, after, inventory);
        }
    }
    return subjects;
}

GoldenSignals signalsOf(const Subject& subject, const mesh::Graph& graph) {
    GoldenSignals signals;
    signals.seconds = std::chrono::duration<double>(graph.window).count();
    Mean p50;
    Mean p95;
    Mean p99;
    const bool everything = subject.service.empty() && subject.app.empty();
    for (const mesh::Edge& edge : graph.edges) {
        const bool from = subject.matches(graph.nodes[edge.source]); // a service node in front of its versions, say
        if (!subject.matches(graph.nodes[edge.target]) || (from && !everything)) {
            continue;
        }
        if (edge.protocol == mesh::Protocol::Tcp) {
            signals.tcp = signals.tcp || edge.rates.total > 0;
            continue;
        }
        signals.requests += edge.rates.total * signals.seconds;
        signals.errors += (edge.rates.serverError + edge.rates.grpcError + edge.rates.noResponse) * signals.seconds;
        signals.clientErrors += edge.rates.clientError * signals.seconds;
        p50.add(edge.latency.p50, edge.rates.total);
        p95.add(edge.latency.p95, edge.rates.total);
        p99.add(edge.latency.p99, edge.rates.total);
    }
    signals.latency = {p50.value(), p95.value(), p99.value()};
    return signals;
}

} // namespace meshdeck::change
