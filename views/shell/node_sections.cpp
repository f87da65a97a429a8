#include "shell/node_sections.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "common/safe_label.h"
#include "config/json_read.h"
#include "config/resource_json.h"
#include "map/scene_text.h"
#include "shell/peers.h"

namespace meshdeck::views {
namespace {

using mesh::MeshSnapshot;
using mesh::Node;
using mesh::NodeKind;

const QString kRateWord = QStringLiteral("req/s");

Section peerSection(const QString& title, const std::vector<Peer>& peers, bool known, const QString& empty) {
    Section section{title, {}, {QStringLiteral("name"), kRateWord, QStringLiteral("failing"), QStringLiteral("p95")}, {}, empty};
    for (const Peer& peer : peers) {
        const bool tcp = peer.requests <= 0 && peer.bytes > 0;
        const double share = peer.requests > 0 ? peer.failed / peer.requests : 0;
        const QString rate = !known ? QStringLiteral("unknown")
                             : tcp  ? QString::fromStdString(text::byteRate(BytesPerSecond(peer.bytes)))
                                    : numberText(peer.requests);
        section.rows.push_back({{peer.name, rate, tcp || !known ? QStringLiteral("–") : shareText(share), known ? msText(peer.p95) : QStringLiteral("–")},
                                false, {}, peer.edge});
    }
    return section;
}

Section identitySection(const QString& title, const std::vector<Peer>& peers, bool known, const QString& empty) {
    Section section{title, {}, {QStringLiteral("name"), QStringLiteral("mTLS")}, {}, empty};
    for (const Peer& peer : peers) {
        const bool bad = known && peer.mtls && *peer.mtls < 99.9;
        section.rows.push_back({{peer.name, mtlsText(peer.mtls, known)}, bad, {}, peer.edge});
    }
    return section;
}

Section principalSection(const std::vector<Peer>& callers, const std::set<std::string>& own) {
    Section section{QStringLiteral("Principals"), {}, {}, {}, QStringLiteral("No proxy has told a principal.")};
    for (const std::string& principal : own) {
        section.rows.push_back({{QStringLiteral("its own"), safeText(principal)}, false, {}, {}});
    }
    for (const Peer& peer : callers) {
        for (const std::string& principal : peer.principals) {
            section.rows.push_back({{peer.name, safeText(principal)}, false, {}, {}});
        }
    }
    return section;
}

// Labels of the pods behind a node, by workload.
std::vector<const mesh::Workload*> workloadsOf(const MeshSnapshot& snapshot, const Node& node, const NodeFacts& facts) {
    std::vector<const mesh::Workload*> found;
    const auto add = [&](const std::string& ns, const std::string& name) {
        const auto it = snapshot.inventory->workloads.find(ns + '/' + name);
        if (it != snapshot.inventory->workloads.end()) {
            found.push_back(&it->second);
        }
    };
    if (node.kind == NodeKind::Service || facts.versions.size() == 1) {
        for (const Node* version : facts.versions) {
            add(version->ns, version->workload);
        }
    } else {
        add(node.ns, node.workload);
    }
    return found;
}

bool selects(const config::Json& object, const mesh::Labels& labels) {
    const config::Json* wanted = config::at(object, "/spec/selector/matchLabels");
    if (wanted == nullptr || !wanted->is_object()) {
        return true; // without a selector it takes the whole namespace
    }
    return std::all_of(wanted->items().begin(), wanted->items().end(), [&](const auto& item) {
        const auto found = labels.find(item.key());
        return found != labels.end() && item.value().is_string() && item.value() == found->second;
    });
}

// An object that names its targets acts on those alone, whatever labels they have.
bool namesOthers(const config::Json& object, const NodeFacts& facts) {
    const config::Json* targets = config::at(object, "/spec/targetRefs");
    if (targets == nullptr || !targets->is_array()) {
        return false;
    }
    return std::none_of(targets->begin(), targets->end(), [&](const config::Json& target) {
        return config::textMember(target, "kind") == "Service" && config::textMember(target, "name") == facts.service;
    });
}

Section policySection(const MeshSnapshot& snapshot, const NodeFacts& facts, const std::vector<const mesh::Workload*>& workloads) {
    Section section{QStringLiteral("Policies that take its pods"), {}, {}, {}, QStringLiteral("None.")};
    if (!snapshot.config) {
        return section;
    }
    for (const auto& [ref, resource] : *snapshot.config) {
        const bool meant = ref.group == "security.istio.io" && (ref.ns == facts.ns || ref.ns == "istio-system");
        const auto object = meant && resource ? config::parse(*resource) : tl::unexpected(Error{});
        if (!object || namesOthers(*object, facts)) {
            continue;
        }
        const bool taken = workloads.empty() ? config::at(*object, "/spec/selector") == nullptr
                                             : std::any_of(workloads.begin(), workloads.end(), [&](const mesh::Workload* workload) {
                                                   return selects(*object, workload->templateLabels);
                                               });
        if (taken) {
            const config::Json* mode = config::at(*object, "/spec/mtls/mode");
            const config::Json* action = config::at(*object, ref.kind == "AuthorizationPolicy" ? "/spec/action" : "/spec/none");
            QString word = mode != nullptr && mode->is_string()       ? safeText(mode->get<std::string>())
                           : action != nullptr && action->is_string() ? safeText(action->get<std::string>())
                           : ref.kind == "AuthorizationPolicy"        ? QStringLiteral("ALLOW")
                                                                      : QString();
            const QString name = safeText(ref.ns == facts.ns ? ref.name : ref.ns + "/" + ref.name);
            section.rows.push_back({{safeText(ref.kind), word.isEmpty() ? name : name + QStringLiteral(", ") + word}, false, {}, {}});
        }
    }
    return section;
}

const char* typeWord(const std::string& url) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 4> kTypes{
        {{"Cluster", "clusters"}, {"ClusterLoadAssignment", "endpoints"}, {"Listener", "listeners"}, {"RouteConfiguration", "routes"}}};
    for (const auto& [end, word] : kTypes) {
        if (url.ends_with("." + std::string(end))) {
            return word;
        }
    }
    return "config";
}

// "synced", "stale: routes", "rejected: listeners".
QString syncText(const mesh::ProxyStatus& proxy) {
    const mesh::SyncState state = mesh::overall(proxy);
    QStringList types;
    for (const mesh::ProxyType& type : proxy.types) {
        if (type.state == state) {
            types << QString::fromLatin1(typeWord(type.typeUrl));
        }
    }
    switch (state) {
    case mesh::SyncState::Synced: return QStringLiteral("synced");
    case mesh::SyncState::NotSent: return QStringLiteral("nothing sent");
    case mesh::SyncState::Stale: return QStringLiteral("stale: ") + types.join(QStringLiteral(", "));
    case mesh::SyncState::Rejected: return QStringLiteral("rejected: ") + types.join(QStringLiteral(", "));
    case mesh::SyncState::Unknown: break;
    }
    return QStringLiteral("unknown");
}

const mesh::ProxyStatus* proxyOf(const MeshSnapshot& snapshot, const mesh::Pod& pod) {
    if (!snapshot.proxies) {
        return nullptr;
    }
    const std::string id = pod.name + '.' + pod.ns;
    const auto& all = snapshot.proxies->proxies;
    const auto found = std::lower_bound(all.begin(), all.end(), id, [](const mesh::ProxyStatus& p, const std::string& wanted) { return p.id < wanted; });
    return found != all.end() && found->id == id ? &*found : nullptr;
}

void addPod(const MeshSnapshot& snapshot, const mesh::Pod& pod, Section& pods, Section& rejected) {
    const mesh::ProxyStatus* proxy = proxyOf(snapshot, pod);
    const bool has = pod.dataPlane == mesh::DataPlane::Sidecar || pod.dataPlane == mesh::DataPlane::Gateway ||
                     pod.dataPlane == mesh::DataPlane::Waypoint;
    const QString sync = proxy != nullptr                              ? syncText(*proxy)
                         : pod.dataPlane == mesh::DataPlane::Ambient ? QStringLiteral("ambient")
                         : has ? QStringLiteral("not told") : QStringLiteral("no proxy");
    const bool bad = proxy != nullptr && mesh::overall(*proxy) == mesh::SyncState::Rejected;
    pods.rows.push_back({{safeText(pod.name), pod.ready ? QStringLiteral("ready") : QStringLiteral("not ready"), sync}, bad, {}, {}});
    if (proxy == nullptr) {
        return;
    }
    for (const mesh::ProxyType& type : proxy->types) {
        if (type.state == mesh::SyncState::Rejected) {
            rejected.rows.push_back({{QString::fromLatin1(typeWord(type.typeUrl)), safeText(type.rejection)}, true, {}, {}});
        }
    }
}

Section serviceSection(const MeshSnapshot& snapshot, const NodeFacts& facts) {
    Section section{QStringLiteral("Service"), {}, {}, {}, {}};
    const auto found = snapshot.inventory->services.find(facts.ns + '/' + facts.service);
    if (found == snapshot.inventory->services.end()) {
        return section;
    }
    const mesh::Service& service = found->second;
    section.rows.push_back({{QStringLiteral("Type"), safeText(service.type.empty() ? "ClusterIP" : service.type)}, false, {}, {}});
    for (const mesh::ServicePort& port : service.ports) {
        std::string words = std::to_string(port.port) + (port.targetPort.empty() ? "" : " to " + port.targetPort);
        words += port.appProtocol.empty() ? "" : ", " + port.appProtocol;
        section.rows.push_back({{QStringLiteral("Port ") + safeText(port.name), safeText(words)}, false, {}, {}});
    }
    QStringList selector;
    for (const auto& [key, value] : service.selector) {
        selector << safeText(key + "=" + value);
    }
    section.rows.push_back({{QStringLiteral("Selects"), selector.isEmpty() ? QStringLiteral("nothing") : selector.join(QStringLiteral(", "))}, false, {}, {}});
    return section;
}

} // namespace

std::vector<Section> callSections(const MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
                                  const TelemetryState& telemetry) {
    if (!snapshot.graph) {
        return {};
    }
    const auto own = nodesBehind(*snapshot.graph, node, facts);
    Answers answers;
    for (const mesh::Edge& edge : snapshot.graph->edges) {
        const bool inward = own.contains(snapshot.graph->nodes[edge.target].id) && !own.contains(snapshot.graph->nodes[edge.source].id);
        if (inward && edge.protocol != mesh::Protocol::Tcp) {
            addAnswers(edge, answers);
        }
    }
    return {peerSection(QStringLiteral("Called by"), peersOf(*snapshot.graph, own, Side::Callers), telemetry.known,
                        QStringLiteral("Nobody in the window.")),
            peerSection(QStringLiteral("Calls"), peersOf(*snapshot.graph, own, Side::Callees), telemetry.known,
                        QStringLiteral("Nothing in the window.")),
            answerSection(answers, telemetry.known)};
}

std::vector<Section> securitySections(const MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
                                      const TelemetryState& telemetry) {
    const Node* self = snapshot.graph ? snapshot.graph->node(node) : nullptr;
    if (self == nullptr) {
        return {};
    }
    const auto own = nodesBehind(*snapshot.graph, node, facts);
    const auto callers = peersOf(*snapshot.graph, own, Side::Callers);
    std::set<std::string> principals;
    for (const mesh::Edge& edge : snapshot.graph->edges) {
        for (const auto& [at, principal] : {std::pair(edge.source, &edge.sourcePrincipal), std::pair(edge.target, &edge.targetPrincipal)}) {
            if (own.contains(snapshot.graph->nodes[at].id) && !principal->empty() && *principal != "unknown") {
                principals.insert(*principal);
            }
        }
    }
    std::vector<Section> sections{
        identitySection(QStringLiteral("From its callers"), callers, telemetry.known, QStringLiteral("Nobody calls.")),
        identitySection(QStringLiteral("To what it calls"), peersOf(*snapshot.graph, own, Side::Callees), telemetry.known, {}),
        principalSection(callers, principals)};
    sections.push_back(policySection(snapshot, facts, snapshot.inventory ? workloadsOf(snapshot, *self, facts)
                                                                         : std::vector<const mesh::Workload*>()));
    return sections;
}

std::vector<Section> podSections(const MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts) {
    const Node* self = snapshot.graph ? snapshot.graph->node(node) : nullptr;
    if (self == nullptr || !snapshot.inventory) {
        return {};
    }
    const auto workloads = workloadsOf(snapshot, *self, facts);
    Section running{QStringLiteral("Workloads"), {}, {QStringLiteral("name"), QStringLiteral("account"), QStringLiteral("ready")}, {}, {}};
    Section pods{QStringLiteral("Pods"), QStringLiteral("and what istiod knows of their proxies"),
                 {QStringLiteral("name"), QStringLiteral("state"), QStringLiteral("proxy")}, {}, QStringLiteral("No pods.")};
    Section rejected{QStringLiteral("Rejected by Envoy"), {}, {}, {}, {}};
    for (const mesh::Workload* workload : workloads) {
        running.rows.push_back({{safeText(workload->name), safeText(workload->serviceAccount),
                                 QStringLiteral("%1 of %2").arg(workload->available).arg(workload->desired)},
                                workload->available < workload->desired, {}, {}});
        const std::string prefix = workload->ns + '/';
        for (auto it = snapshot.inventory->pods.lower_bound(prefix); it != snapshot.inventory->pods.end() && it->first.starts_with(prefix); ++it) {
            if (it->second.workload == workload->name) {
                addPod(snapshot, it->second, pods, rejected);
            }
        }
    }
    if (snapshot.proxies && !snapshot.proxies->partial.empty()) {
        pods.note = safeText(snapshot.proxies->partial);
    }
    return {serviceSection(snapshot, facts), std::move(running), std::move(pods), std::move(rejected)};
}

} // namespace meshdeck::views
