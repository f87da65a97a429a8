#include "map/card_words.h"

#include <algorithm>

#include <QStringList>

namespace meshdeck::views {

using mesh::Node;
using mesh::NodeFlag;
using mesh::NodeKind;

Glyph glyphOf(const Node& node, bool service, bool version) {
    if (node.has(NodeFlag::Gateway)) {
        return Glyph::Gateway;
    }
    if (node.has(NodeFlag::Waypoint)) {
        return Glyph::Waypoint;
    }
    if (node.kind == NodeKind::ServiceEntry || node.has(NodeFlag::Egress)) {
        return Glyph::External;
    }
    if (node.kind == NodeKind::Unknown) {
        return Glyph::Unknown;
    }
    if (service || node.kind == NodeKind::Service) {
        return Glyph::Service;
    }
    return version || node.kind == NodeKind::Workload || !node.version.empty() ? Glyph::Version : Glyph::App;
}

QString kindWordOf(Glyph glyph) {
    switch (glyph) {
    case Glyph::Service: return QStringLiteral("service");
    case Glyph::Version: return QStringLiteral("version");
    case Glyph::App: return QStringLiteral("app");
    case Glyph::Gateway: return QStringLiteral("gateway");
    case Glyph::Waypoint: return QStringLiteral("waypoint");
    case Glyph::External: return QStringLiteral("external");
    case Glyph::Unknown: return QStringLiteral("unknown source");
    case Glyph::Group: return QStringLiteral("namespace");
    }
    return {};
}

void addBadges(const Node& node, std::vector<Badge>& badges) {
    static constexpr std::pair<NodeFlag, Badge> kBadges[] = {
        {NodeFlag::MissingSidecar, Badge::MissingSidecar}, {NodeFlag::VirtualService, Badge::VirtualService},
        {NodeFlag::CircuitBreaker, Badge::CircuitBreaker}, {NodeFlag::Fault, Badge::Fault},
        {NodeFlag::Mirror, Badge::Mirror},                 {NodeFlag::RequestTimeout, Badge::Timeout},
        {NodeFlag::Policy, Badge::Policy},                 {NodeFlag::Ambient, Badge::Ambient}};
    for (const auto& [flag, badge] : kBadges) {
        if (node.has(flag) && std::find(badges.begin(), badges.end(), badge) == badges.end()) {
            badges.push_back(badge);
        }
    }
}

std::string nameOf(const Node& node) {
    return node.kind == NodeKind::App ? node.app : mesh::displayName(node);
}

mesh::Health worse(mesh::Health a, mesh::Health b) {
    static constexpr int kRank[] = {2, 3, 4, 1, 0}; // healthy, degraded, failing, idle, unknown
    return kRank[static_cast<int>(b)] > kRank[static_cast<int>(a)] ? b : a;
}

QString extraOf(const std::array<int, 3>& count) {
    QStringList words;
    if (count[0] > 0) {
        words << (count[0] == 1 ? QStringLiteral("1 service") : QStringLiteral("%1 services").arg(count[0]));
    }
    if (count[2] > 0) {
        words << (count[2] == 1 ? QStringLiteral("1 workload") : QStringLiteral("%1 workloads").arg(count[2]));
    }
    return words.join(QStringLiteral(" · "));
}

} // namespace meshdeck::views
