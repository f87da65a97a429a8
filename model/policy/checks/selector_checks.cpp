// Objects that choose workloads by labels: choosing none, or two choosing the same (facts/semantics.md 7.3).
#include <algorithm>
#include <map>

#include "policy/checks/check_lists.h"

namespace meshdeck::policy {
namespace {

struct Selecting {
    ConfigObjectPtr object;
    std::optional<mesh::Labels> selector; // absent: the whole namespace
};

// How one kind is told about.
struct Words {
    std::string_view plural;
    std::string_view nothing;  // code when the selector selects nothing
    std::string_view overlap;  // two selectors, one pod
    std::string_view several;  // several without selector
    std::string pointer;       // of the selector
};

bool ambient(const CheckContext& context, const Workload& workload) {
    (void)context;
    return workload.ambient;
}

std::string podName(const Workload& workload) {
    return workload.ns + "/" + (workload.pod.empty() ? workload.name : workload.pod);
}

bool isIn(const std::vector<ConfigObjectPtr>& objects, const ConfigObjectPtr& object) {
    return std::find(objects.begin(), objects.end(), object) != objects.end();
}

void checkSeveral(const std::vector<Selecting>& all, const Words& words, const std::vector<ConfigObjectPtr>& objects,
                  std::vector<Finding>& into) {
    std::map<std::string, std::vector<ConfigObjectPtr>> byNamespace;
    for (const Selecting& one : all) {
        if (!one.selector) {
            byNamespace[one.object->ref.ns].push_back(one.object);
        }
    }
    for (const auto& [ns, list] : byNamespace) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && isIn(objects, object)) {
                const ConfigObjectPtr& other = list.front() == object ? list.back() : list.front();
                report(into, words.several, object, "/metadata/name",
                       "Namespace \"" + ns + "\" has " + std::to_string(list.size()) + " " + std::string(words.plural) +
                           " without a selector (also " + other->ref.name + "); only the oldest counts");
            }
        }
    }
}

void checkOverlap(const CheckContext& context, const std::vector<Selecting>& all, const Words& words,
                  const std::vector<ConfigObjectPtr>& objects, std::vector<Finding>& into) {
    std::map<const Workload*, std::vector<ConfigObjectPtr>> chosen;
    for (const Selecting& one : all) {
        if (!one.selector || one.selector->empty()) {
            continue;
        }
        const std::vector<const Workload*> workloads = context.selected(&one.object->ref.ns, *one.selector);
        if (workloads.empty() && isIn(objects, one.object)) {
            report(into, words.nothing, one.object, words.pointer,
                   "No pod in namespace \"" + one.object->ref.ns + "\" has the labels " + selectorText(*one.selector));
        }
        for (const Workload* workload : workloads) {
            chosen[workload].push_back(one.object);
        }
    }
    std::map<ConfigObjectPtr, bool> said;
    for (const auto& [workload, list] : chosen) {
        for (const ConfigObjectPtr& object : list) {
            if (list.size() > 1 && isIn(objects, object) && !said[object]) {
                said[object] = true;
                const ConfigObjectPtr& other = list.front() == object ? list.back() : list.front();
                report(into, words.overlap, object, words.pointer,
                       other->ref.name + " selects the pod " + podName(*workload) + " too; only the oldest counts");
            }
        }
    }
}

template <typename T, typename SelectorOf>
std::vector<Selecting> collect(const CheckContext& context, std::string_view group, std::string_view kind,
                               SelectorOf selectorOf) {
    std::vector<Selecting> all;
    for (const ConfigObjectPtr& object : context.world().ofKind(group, kind)) {
        if (const auto* typed = config::as<T>(object->typed)) {
            all.push_back({object, selectorOf(*typed)});
        }
    }
    return all;
}

void checkSidecars(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                   std::vector<Finding>& into) {
    const Words words{"Sidecars", "IST0101", "IST0110", "IST0111", "/spec/workloadSelector"};
    std::vector<Selecting> all;
    // A Sidecar does nothing for ambient pods: that is all there is to say about it.
    for (Selecting& one : collect<config::Sidecar>(context, kNetworking, "Sidecar",
                                                   [](const config::Sidecar& s) { return s.workloadSelector; })) {
        const std::vector<const Workload*> pods =
            context.selected(&one.object->ref.ns, one.selector.value_or(mesh::Labels()));
        const mesh::Labels* labels = context.world().namespaceLabels(one.object->ref.ns);
        // An injection label beside it means that new pods get a sidecar, for which the object counts.
        const bool ambientNamespace = labels != nullptr && labels->contains("istio.io/dataplane-mode") &&
                                      labels->at("istio.io/dataplane-mode") == "ambient" &&
                                      !labels->contains("istio-injection") && !labels->contains("istio.io/rev");
        const bool ambientPods =
            !pods.empty() && std::all_of(pods.begin(), pods.end(), [&](const Workload* w) { return ambient(context, *w); });
        if (ambientNamespace || ambientPods) {
            if (isIn(objects, one.object)) {
                report(into, "IST0167", one.object, "", "A Sidecar has no effect on pods in ambient mode");
            }
            continue;
        }
        if (one.selector && one.selector->empty()) {
            one.selector.reset();
        }
        all.push_back(std::move(one));
    }
    checkSeveral(all, words, objects, into);
    checkOverlap(context, all, words, objects, into);
}

void checkTelemetries(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                      std::vector<Finding>& into) {
    const Words words{"Telemetries", "IST0101", "IST0159", "IST0160", "/spec/selector"};
    std::vector<Selecting> all;
    for (const ConfigObjectPtr& object : context.world().ofKind(kTelemetryGroup, "Telemetry")) {
        const auto* telemetry = config::as<config::Telemetry>(object->typed);
        if (telemetry != nullptr && telemetry->target.targetRefs.empty()) {
            all.push_back({object, telemetry->target.selector});
        }
    }
    checkSeveral(all, words, objects, into);
    checkOverlap(context, all, words, objects, into);
}

// PeerAuthentication and RequestAuthentication: istioctl says nothing, Kiali KIA0002 to KIA0004.
void checkPeerAuthentications(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                              std::vector<Finding>& into) {
    const Words words{"PeerAuthentications", "KIA0004", "KIA0003", "KIA0002", "/spec/selector"};
    const auto all = collect<config::PeerAuthentication>(
        context, kSecurity, "PeerAuthentication", [](const config::PeerAuthentication& pa) { return pa.selector; });
    checkSeveral(all, words, objects, into);
    checkOverlap(context, all, words, objects, into);
}

void checkRequestAuthentications(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                                 std::vector<Finding>& into) {
    for (const ConfigObjectPtr& object : objects) { // several are allowed: their rules are combined
        const auto* ra = config::as<config::RequestAuthentication>(object->typed);
        if (ra == nullptr || !ra->target.selector || ra->target.selector->empty()) {
            continue;
        }
        const bool root = object->ref.ns == context.mesh().rootNamespace;
        if (context.selected(root ? nullptr : &object->ref.ns, *ra->target.selector).empty()) {
            report(into, "KIA0004", object, "/spec/selector",
                   "No pod has the labels " + selectorText(*ra->target.selector));
        }
    }
}

} // namespace

std::vector<Check> selectorChecks() {
    using Kinds = std::vector<std::pair<std::string_view, std::string_view>>;
    const auto reads = [](std::string_view group, std::string_view kind) {
        return Kinds{{group, kind}, {"", "Pod"}, {"", "Namespace"}, {"apps", "Deployment"}, {"apps", "StatefulSet"},
                     {"apps", "DaemonSet"}, {"apps", "ReplicaSet"}, {kNetworking, "WorkloadEntry"}};
    };
    return {
        {"sidecar.selectors", {"IST0101", "IST0110", "IST0111", "IST0167"}, CheckScope::Context,
         {{kNetworking, "Sidecar"}}, reads(kNetworking, "Sidecar"), false, checkSidecars},
        {"telemetry.selectors", {"IST0101", "IST0159", "IST0160"}, CheckScope::Context,
         {{kTelemetryGroup, "Telemetry"}}, reads(kTelemetryGroup, "Telemetry"), false, checkTelemetries},
        {"peerAuthentication.selectors", {"KIA0002", "KIA0003", "KIA0004"}, CheckScope::Context,
         {{kSecurity, "PeerAuthentication"}}, reads(kSecurity, "PeerAuthentication"), false, checkPeerAuthentications},
        {"requestAuthentication.selectors", {"KIA0004"}, CheckScope::Context, {{kSecurity, "RequestAuthentication"}},
         reads(kSecurity, "RequestAuthentication"), false, checkRequestAuthentications},
    };
}

} // namespace meshdeck::policy
