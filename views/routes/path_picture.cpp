#include "routes/path_picture.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "common/safe_label.h"
#include "routes/verdict_words.h"

namespace meshdeck::views {
namespace {

using policy::LadderCondition;
using policy::LadderRule;
using policy::Proxy;
using policy::RequestResult;
using policy::Verdict;
using Reaches = PathPicture::Reaches;

QString milliseconds(double value) {
    return safeText(text::latency(Milliseconds(value)));
}

// The map's node of a workload, for its health.
const mesh::Node* nodeOf(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& workload) {
    if (!snapshot.graph || workload.empty()) {
        return nullptr;
    }
    const auto& nodes = snapshot.graph->nodes;
    const auto found = std::ranges::find_if(nodes, [&](const mesh::Node& node) { return node.ns == ns && node.workload == workload; });
    return found == nodes.end() ? nullptr : &*found;
}

void lendHealth(const mesh::Node* node, PathCard& card) {
    if (node == nullptr) {
        return;
    }
    card.health = node->health;
    double total = 0, failed = 0;
    for (const mesh::ClassRates& rates : node->in) {
        total += rates.total;
        failed += rates.serverError + rates.grpcError;
    }
    card.errorShare = total > 0 ? failed / total : 0;
}

// The colour of a version among all of its service, oldest first, as on the map.
int versionIndex(const mesh::MeshSnapshot& snapshot, const TraceEnd& end) {
    if (end.version.empty() || !snapshot.inventory) {
        return -1;
    }
    std::set<std::string> versions;
    std::string app;
    for (const auto& [key, pod] : snapshot.inventory->pods) {
        if (pod.ns == end.ns && pod.workload == end.workload) {
            app = mesh::canonicalName(pod.labels, pod.workload);
            break;
        }
    }
    for (const auto& [key, pod] : snapshot.inventory->pods) {
        if (pod.ns == end.ns && mesh::canonicalName(pod.labels, pod.workload) == app) {
            versions.insert(mesh::canonicalRevision(pod.labels));
        }
    }
    const auto found = versions.find(end.version);
    return found == versions.end() || versions.size() < 2 ? -1 : static_cast<int>(std::distance(versions.begin(), found));
}

std::pair<int, int> readiness(const mesh::MeshSnapshot& snapshot, const TraceEnd& end) {
    int ready = 0, all = 0;
    if (snapshot.inventory) {
        for (const auto& [key, pod] : snapshot.inventory->pods) {
            if (pod.ns == end.ns && pod.workload == end.workload) {
                ++all;
                ready += pod.ready ? 1 : 0;
            }
        }
    }
    return {ready, all};
}

Reaches reachOf(const RequestResult& result) {
    switch (result.verdict) {
    case Verdict::NoListener:
    case Verdict::NoFilterChain:
    case Verdict::NoVirtualHost:
    case Verdict::TlsRedirect:
        return Reaches::Listener;
    case Verdict::NoRoute:
    case Verdict::Redirect:
    case Verdict::Direct:
    case Verdict::Fault:
        return Reaches::Rule;
    case Verdict::NoCluster:
    case Verdict::NoEndpoints:
        return Reaches::Cluster;
    default:
        break;
    }
    if (!result.destinations.empty()) {
        return Reaches::Answer;
    }
    return result.verdict == Verdict::Routed && !result.cluster.empty() ? Reaches::Answer : Reaches::Listener;
}

void addSource(const TraceAnswer& answer, const mesh::MeshSnapshot& snapshot, PathPicture& picture) {
    const policy::Request& request = answer.request;
    PathCard& card = picture.source;
    if (request.outside || request.from.ns.empty()) {
        card.name = QStringLiteral("outside");
        card.sub = QStringLiteral("no proxy");
        card.glyph = Glyph::Unknown;
        card.dashed = true;
        picture.region = QStringLiteral("outside of the mesh");
        return;
    }
    const bool gateway = request.from.type == Proxy::Type::Router || request.direction == policy::Request::Direction::Gateway;
    const std::string name = request.from.name.empty() ? request.from.gatewayName : request.from.name;
    const mesh::Node* node = nodeOf(snapshot, request.from.ns, name);
    card.name = safeText(node != nullptr && !node->app.empty() && !gateway ? node->app : name);
    card.sub = answer.senderVersion.empty() ? safeText(request.from.ns) : safeText(answer.senderVersion);
    card.glyph = gateway ? Glyph::Gateway : request.from.type == Proxy::Type::Waypoint ? Glyph::Waypoint : Glyph::Version;
    lendHealth(node, card);
    picture.region = answer.senderPod.empty() ? safeText(request.from.ns + "/" + name) : QStringLiteral("pod ") + safeText(answer.senderPod);
}

void addPlan(const RequestResult& result, std::vector<PathLine>& lines) {
    if (result.matchedObject == nullptr && result.destinations.empty()) {
        return;
    }
    lines.push_back({{}, Tone::Secondary});
    lines.push_back({result.matchedObject ? QStringLiteral("then, on the matched rule") : QStringLiteral("then, by default"), Tone::Secondary});
    if (result.fault) {
        if (result.fault->delayMs) {
            lines.push_back({QStringLiteral("fault: %1 wait %2 first").arg(shareWords(result.fault->delayPercent.value_or(0)),
                                                                         milliseconds(*result.fault->delayMs)),
                             Tone::Degraded});
        }
        if (result.fault->abortPercent.value_or(0) > 0) {
            lines.push_back({QStringLiteral("fault: %1 get %2").arg(shareWords(*result.fault->abortPercent)).arg(result.fault->abortStatus.value_or(0)),
                             Tone::Degraded});
        }
    }
    if (!result.rewrite.empty()) {
        lines.push_back({QStringLiteral("rewrite ") + safeText(result.rewrite), Tone::Secondary});
    }
    if (result.destinations.size() > 1) {
        QStringList weights;
        for (const auto& share : result.destinations) {
            weights.append(shareWords(share.percent).chopped(2));
        }
        lines.push_back({QStringLiteral("weights ") + weights.join(QStringLiteral(" : ")), Tone::Secondary});
    }
    lines.push_back({result.timeoutMs ? QStringLiteral("timeout ") + milliseconds(*result.timeoutMs) : QStringLiteral("no timeout"), Tone::Secondary});
    const int retries = result.retries ? result.retries->attempts : 0;
    const QString mirror = result.mirrors.empty() ? QStringLiteral("no mirror") : QStringLiteral("mirrored to ") + shortHost(result.mirrors.front().host);
    lines.push_back({(retries == 0 ? QStringLiteral("no retries") : QStringLiteral("%1 retries").arg(retries)) + QStringLiteral(", ") + mirror, Tone::Secondary});
}

void addClient(const TraceAnswer& answer, PathPicture& picture) {
    const policy::Request& request = answer.request;
    const RequestResult& result = answer.result;
    PathProxy& proxy = picture.client;
    switch (request.outside ? Proxy::Type::None : request.from.type) {
    case Proxy::Type::Sidecar: proxy.title = QStringLiteral("Sidecar, outbound"); break;
    case Proxy::Type::Router: proxy.title = QStringLiteral("Gateway"); break;
    case Proxy::Type::Waypoint: proxy.title = QStringLiteral("Waypoint"); break;
    case Proxy::Type::Ztunnel: proxy.title = QStringLiteral("ztunnel of the node"); break;
    case Proxy::Type::None: proxy.title = QStringLiteral("No proxy"); break;
    }
    picture.viaProxy = request.from.type != Proxy::Type::None && !request.outside;
    if (!picture.viaProxy) {
        proxy.lines.push_back({QStringLiteral("the client calls the service"), Tone::Secondary});
        proxy.lines.push_back({QStringLiteral("directly: no route applies"), Tone::Secondary});
        return;
    }
    if (!result.listener.empty()) {
        proxy.lines.push_back({QStringLiteral("listener ") + safeText(result.listener), Tone::Secondary});
    }
    if (!result.virtualHost.empty()) {
        proxy.lines.push_back({QStringLiteral("virtual host"), Tone::Secondary});
        proxy.lines.push_back({safeText(result.virtualHost), Tone::Primary, true});
    } else if (!result.filterChain.empty()) {
        proxy.lines.push_back({QStringLiteral("filter chain ") + safeText(result.filterChain), Tone::Secondary});
    }
    addPlan(result, proxy.lines);
}

void addRules(const TraceAnswer& answer, PathPicture& picture) {
    if (answer.ladders.empty()) {
        return;
    }
    const policy::RuleLadder& ladder = answer.ladders.back();
    picture.ladder = safeText(ladder.object->ref.kind + " " + ladder.object->ref.name);
    const auto count = ladder.rules.size();
    const auto matched = static_cast<std::size_t>(std::ranges::find(ladder.rules, LadderRule::State::Matches, &LadderRule::state) - ladder.rules.begin());
    std::size_t first = 0;
    if (count > kMostRules) { // the one that matched third, what was looked at above it
        const std::size_t wanted = matched == count ? count - kMostRules : matched < 2 ? 0 : matched - 2;
        first = std::min(wanted, count - kMostRules);
    }
    const std::size_t last = std::min(count, first + kMostRules);
    picture.ladderNote = count > kMostRules ? QStringLiteral("rules %1 to %2 of %3").arg(first + 1).arg(last).arg(count)
                                            : count == 1 ? QStringLiteral("1 rule") : QStringLiteral("%1 rules").arg(count);
    for (std::size_t i = first; i < last; ++i) {
        const LadderRule& rule = ladder.rules[i];
        PathRule shown;
        shown.number = static_cast<int>(i) + 1;
        shown.name = rule.name.empty() ? QStringLiteral("rule") : safeText(rule.name);
        shown.text = ruleSentence(rule);
        shown.leadsTo = rule.leadsTo.empty() ? QString() : QStringLiteral("to ") + safeText(rule.leadsTo);
        if (rule.leadsTo.starts_with("redirect") || rule.leadsTo.starts_with("answers")) {
            shown.leadsTo = safeText(rule.leadsTo);
        }
        shown.state = rule.state;
        picture.rules.push_back(std::move(shown));
    }
}

PathProxy serverProxy(const TraceEnd& end) {
    PathProxy proxy;
    proxy.title = end.sidecar ? QStringLiteral("Sidecar, inbound") : QStringLiteral("No sidecar");
    if (end.mtls && !end.mtls->server.empty()) {
        const bool refused = end.mtls->outcome == policy::MtlsResult::Outcome::Refused;
        proxy.lines.push_back({QStringLiteral("mTLS ") + safeText(end.mtls->server), refused ? Tone::Failing : Tone::Secondary});
    }
    if (end.authorization) {
        const bool denied = end.authorization->decision == policy::AuthorizationResult::Decision::Deny;
        proxy.lines.push_back({authorizationWords(*end.authorization), denied ? Tone::Failing : Tone::Secondary});
    } else if (end.sidecar && end.verdict == Verdict::Routed) {
        proxy.lines.push_back({QStringLiteral("no policy selects it"), Tone::Secondary});
    }
    if (end.verdict == Verdict::NoEndpoints || end.verdict == Verdict::NoCluster) {
        proxy.title = end.verdict == Verdict::NoCluster ? QStringLiteral("No such cluster") : QStringLiteral("Nobody ready");
        proxy.lines.assign(1, {end.verdict == Verdict::NoCluster ? QStringLiteral("the proxy has no cluster of this name")
                                                                 : QStringLiteral("no endpoint of this subset is ready"),
                               Tone::Failing});
    }
    return proxy;
}

void addEnds(const TraceAnswer& answer, const mesh::MeshSnapshot& snapshot, PathPicture& picture) {
    for (const TraceEnd& end : answer.ends) {
        if (picture.ends.size() == kMostEnds) {
            picture.more = QStringLiteral("and %1 more destinations").arg(answer.ends.size() - kMostEnds);
            break;
        }
        PathEnd shown;
        shown.percent = end.share.percent;
        shown.share = answer.ends.size() > 1 ? shareWords(end.share.percent) : QString();
        shown.cluster = safeText(end.share.cluster);
        if (!end.destinationRule.kind.empty()) {
            shown.origin = safeText(end.destinationRule.kind + " " + end.destinationRule.name +
                                    (end.share.subset.empty() ? "" : ", subset " + end.share.subset));
        }
        if (end.mtls && end.mtls->outcome != policy::MtlsResult::Outcome::CannotTell) {
            shown.encrypted = end.mtls->sends == policy::Request::Tls::Mtls;
        }
        shown.refused = end.verdict != Verdict::Routed && end.verdict != Verdict::CannotTell;
        shown.proxy = serverProxy(end);
        shown.region = !end.pod.empty() ? QStringLiteral("pod ") + safeText(end.pod)
                       : !end.workload.empty() ? safeText(end.ns + "/" + end.workload) : shortHost(end.share.host);
        const auto [ready, all] = readiness(snapshot, end);
        shown.card.name = shortHost(end.share.host);
        shown.card.version = versionIndex(snapshot, end);
        shown.card.dashed = end.workload.empty();
        QString version = safeText(end.version.empty() ? end.share.subset : end.version);
        if (all > 0) {
            version += (version.isEmpty() ? QString() : QStringLiteral(" · ")) + QStringLiteral("%1 of %2 ready").arg(ready).arg(all);
        } else if (end.endpoints == 0) {
            version += (version.isEmpty() ? QString() : QStringLiteral(" · ")) + QStringLiteral("nobody ready");
        }
        shown.card.sub = version;
        shown.card.glyph = end.workload.empty() ? Glyph::External : Glyph::Version;
        lendHealth(nodeOf(snapshot, end.ns, end.workload), shown.card);
        picture.ends.push_back(std::move(shown));
    }
}

} // namespace

QString shareWords(double percent) {
    const auto whole = static_cast<qint64>(percent);
    return static_cast<double>(whole) == percent ? QStringLiteral("%1 %").arg(whole) : safeText(text::percent(Percent(percent)));
}

QString shortHost(const std::string& host) {
    const std::size_t service = host.find(".svc.");
    return safeText(service == std::string::npos ? host : host.substr(0, host.find('.')));
}

QString ruleSentence(const LadderRule& rule) {
    if (rule.state == LadderRule::State::NotReached) {
        return QStringLiteral("not reached");
    }
    if (rule.matches.empty()) {
        return QStringLiteral("takes every request");
    }
    QStringList parts;
    for (const policy::LadderMatch& match : rule.matches) {
        QStringList held;
        for (const LadderCondition& each : match.conditions) {
            if (each.state == LadderCondition::State::Fails) {
                const QString got = each.got.empty() ? QStringLiteral("nothing") : safeText(each.got);
                parts.append(QStringLiteral("%1 is %2, not %3").arg(safeText(each.what.substr(0, each.what.find(' '))), got, safeText(each.wanted)));
            } else if (each.state == LadderCondition::State::Holds) {
                held.append(safeText(each.what + " " + each.wanted));
            }
        }
        const bool failed = std::ranges::any_of(match.conditions, [](const auto& each) { return each.state == LadderCondition::State::Fails; });
        const bool looked = failed || !held.isEmpty();
        if (rule.state == LadderRule::State::Matches && !failed && looked) {
            return held.join(QStringLiteral(", "));
        }
    }
    return parts.isEmpty() ? QStringLiteral("takes every request") : parts.join(QStringLiteral("; "));
}

PathPicture messagePicture(const QString& message) {
    PathPicture picture;
    picture.message = message;
    picture.accessible = message;
    return picture;
}

PathPicture pathPicture(const TraceAnswer& answer, const mesh::MeshSnapshot& snapshot) {
    if (answer.problem) {
        return messagePicture(safeText(describe(*answer.problem)));
    }
    PathPicture picture;
    picture.reaches = reachOf(answer.result);
    addSource(answer, snapshot, picture);
    addClient(answer, picture);
    addRules(answer, picture);
    addEnds(answer, snapshot, picture);
    const VerdictWords words = verdictWords(answer);
    if (picture.ends.empty()) {
        picture.stop = words.title;
        picture.stopIsBad = words.health == mesh::Health::Failing;
    }
    QStringList spoken{picture.source.name + QStringLiteral(" through ") + picture.client.title};
    for (const PathRule& rule : picture.rules) {
        spoken.append(QStringLiteral("rule %1 %2: %3").arg(rule.number).arg(rule.name, rule.text));
    }
    for (const PathEnd& end : picture.ends) {
        spoken.append(QStringLiteral("%1 to %2, %3").arg(end.share.isEmpty() ? QStringLiteral("all") : end.share, end.card.name, end.card.sub));
    }
    spoken.append(words.title);
    picture.accessible = spoken.join(QStringLiteral(". "));
    return picture;
}

} // namespace meshdeck::views
