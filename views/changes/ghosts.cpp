#include "changes/ghosts.h"

#include <cmath>
#include <set>

#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

QString pairOf(double before, double after) {
    const int places = std::max(before, after) >= 100 ? 1 : std::max(before, after) >= 10 ? 1 : 2;
    return QString::number(before, 'f', places) + QStringLiteral(" → ") + QString::number(after, 'f', places);
}

QString signedText(double value) {
    return (value < 0 ? QString(QChar(0x2212)) : QStringLiteral("+")) + QString::number(std::abs(value), 'f', std::abs(value) >= 10 ? 1 : 2);
}

void showTarget(SceneNode& node, const change::PredictedEdge& predicted) {
    node.faded = false;
    if (!predicted.rateNow || !predicted.rateAfter) {
        return;
    }
    const double now = *predicted.rateNow, after = *predicted.rateAfter;
    node.figures = pairOf(now, after);
    node.figuresTone = Tone::Primary;
    if (std::abs(after - now) >= 0.005) {
        QString words = signedText(after - now) + QStringLiteral(" req/s");
        if (now > 0) {
            words += after > 2 * now ? QStringLiteral(", ×%1").arg(after / now, 0, 'f', 1)
                                     : QStringLiteral(", %1 %").arg(signedText(100 * (after - now) / now).replace(QStringLiteral(".0"), QString()));
        }
        node.below = {{words, after > now ? Tone::Added : Tone::Removed, after > now}};
    }
    if (node.errorShare >= 0.005 && after > now) {
        node.below.push_back({QStringLiteral("errors %1 req/s").arg(pairOf(now * node.errorShare, after * node.errorShare)), Tone::Failing, false});
    }
}

void showEdge(SceneEdge& edge, const change::PredictedEdge& predicted) {
    if (!predicted.shareBefore || !predicted.shareAfter) {
        return;
    }
    edge.faded = false;
    edge.ghost = Ghost{predicted.shareBefore->value, predicted.shareAfter->value};
    const auto plain = [](double value) { return QString::number(value, 'g', 3); };
    const bool moved = std::abs(edge.ghost->before - edge.ghost->after) >= 0.05;
    edge.label = {{moved ? plain(edge.ghost->before) + QStringLiteral(" → ") + plain(edge.ghost->after) + QStringLiteral(" %")
                         : plain(edge.ghost->after) + QStringLiteral(" %"),
                   Tone::Primary, true}};
}

} // namespace

Scene ghostCards(const mesh::MeshSnapshot& snapshot, const std::string& service, const change::Prediction& prediction,
                 ServerTime now) {
    Scene scene = makeCards(neighbourhood(*graphToShow(snapshot), service), telemetryState(snapshot, now));
    scene.attention.clear();
    const int centre = scene.find(service);
    for (SceneNode& node : scene.nodes) {
        node.faded = true;
    }
    for (SceneEdge& edge : scene.edges) {
        edge.faded = true;
        if (edge.target == centre || edge.source == centre) {
            edge.faded = false;
        }
        if (edge.target == centre && edge.source >= 0) {
            scene.nodes[static_cast<std::size_t>(edge.source)].faded = false;
        }
        if (edge.version < 0) {
            edge.label.clear(); // the figures of the edit alone
            edge.lock = false;
        }
    }
    if (centre >= 0) {
        SceneNode& node = scene.nodes[static_cast<std::size_t>(centre)];
        node.faded = false;
        node.edited = true;
        node.badges.insert(node.badges.begin(), Badge::Pending);
    }
    for (const change::PredictedEdge& predicted : prediction.edges) {
        const int target = scene.find(predicted.targetNodeId);
        if (target < 0) {
            continue;
        }
        showTarget(scene.nodes[static_cast<std::size_t>(target)], predicted);
        for (SceneEdge& edge : scene.edges) {
            const bool same = predicted.edgeId.empty() ? edge.source == centre && edge.target == target : edge.id == predicted.edgeId;
            if (same) {
                showEdge(edge, predicted);
            }
        }
    }
    return scene;
}

} // namespace meshdeck::views
