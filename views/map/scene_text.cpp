#include "map/scene_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.h"

namespace meshdeck::views {

QString healthWord(mesh::Health health) {
    const std::string_view word = mesh::name(health);
    return health == mesh::Health::Unknown ? QStringLiteral("health unknown")
                                           : QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

QString protocolWord(mesh::Protocol protocol) {
    switch (protocol) {
    case mesh::Protocol::Http: return QStringLiteral("HTTP");
    case mesh::Protocol::Grpc: return QStringLiteral("gRPC");
    case mesh::Protocol::Tcp: return QStringLiteral("TCP");
    }
    return {};
}

double failedShare(const mesh::ClassRates& rates) {
    return rates.total > 0 ? (rates.noResponse + rates.serverError + rates.grpcError) / rates.total : 0;
}

QString numberText(double value) {
    return QString::fromStdString(text::significant(value));
}

QString shareText(double share) {
    return QString::fromStdString(text::percent(Percent(100 * share)));
}

QString nodeFigures(double requests, double bytes, double errorShare, bool version) {
    if (requests <= 0 && bytes <= 0) {
        return QStringLiteral("no traffic");
    }
    if (requests <= 0) {
        return QString::fromStdString(text::byteRate(BytesPerSecond(bytes)));
    }
    QString figures = version ? numberText(requests) : QString::fromStdString(text::rate(RequestsPerSecond(requests)));
    if (version || errorShare >= 0.0005) {
        figures += QStringLiteral(" · ") + shareText(errorShare);
    }
    return figures;
}

std::vector<TextPart> splitLabel(const mesh::SplitWeight& weight, double requestsInWindow) {
    std::vector<TextPart> parts;
    if (weight.configured) {
        // A weight is a number somebody wrote: 90 %, not 90.0 %.
        parts.push_back({QString::number(weight.configured->value, 'g', 3) + QStringLiteral(" %"), Tone::Primary, true});
    }
    if (weight.observed) {
        bool apart = false;
        if (weight.configured && requestsInWindow > 0) {
            const double p = weight.configured->value / 100;
            // Three standard deviations of a binomial share, and a point for the window's edges.
            const double error = 300 * std::sqrt(std::max(0.0, p * (1 - p)) / requestsInWindow) + 1;
            apart = std::abs(weight.configured->value - weight.observed->value) > error;
        }
        parts.push_back({QStringLiteral("seen ") + numberText(weight.observed->value),
                         apart ? Tone::Degraded : Tone::Tertiary, apart});
    }
    return parts;
}

double edgeWidth(double rate) {
    return std::clamp(1 + 1.5 * std::log10(1 + std::max(0.0, rate)), 1.0, 8.0);
}

QString edgeTip(const Scene& scene, const SceneEdge& edge) {
    const QString from = edge.source >= 0 ? scene.nodes[static_cast<std::size_t>(edge.source)].name
                                          : scene.boxes[static_cast<std::size_t>(edge.sourceBox)].title;
    QString tip = from + QStringLiteral(" → ") + scene.nodes[static_cast<std::size_t>(edge.target)].name +
                  QStringLiteral("\n") + protocolWord(edge.protocol);
    if (edge.calls > 1) {
        tip += QStringLiteral(", %1 calls").arg(edge.calls);
    }
    if (edge.rate > 0 && scene.ratesKnown) {
        tip += QStringLiteral(", ") + numberText(edge.rate) +
               (edge.protocol == mesh::Protocol::Tcp ? QStringLiteral(" KiB/s") : QStringLiteral(" req/s"));
        tip += edge.errorShare > 0 ? QStringLiteral(", %1 fail").arg(shareText(edge.errorShare)) : QString();
    }
    for (const TextPart& part : edge.label) {
        if (part.strong) {
            tip += QStringLiteral(", ") + part.text;
        }
    }
    return tip;
}

namespace {

struct Ranked {
    double weight = 0;
    Attention attention;
};

// What the list asks about a card, gathered in one pass: with thousands of cards it is asked thousands of times.
struct Context {
    std::vector<const SceneEdge*> refusals;
    std::map<int, std::set<mesh::Health>> versions; // health of an app's versions, by its box
};

Context contextOf(const Scene& scene) {
    Context context;
    for (const SceneEdge& edge : scene.edges) {
        if (edge.style == EdgeStyle::Denied) {
            context.refusals.push_back(&edge);
        }
    }
    for (const SceneNode& node : scene.nodes) {
        if (node.version >= 0 && node.box >= 0) {
            context.versions[node.box].insert(node.health);
        }
    }
    return context;
}

// All that is wrong with a card is a refused call, which has its own line.
bool toldByRefusal(const Context& context, const SceneNode& node, int index) {
    return std::any_of(context.refusals.begin(), context.refusals.end(), [&](const SceneEdge* edge) {
        const bool sends = edge->source == index;
        const bool takes = edge->target == index;
        return (sends && node.errorShare <= 0) || (takes && node.errorShare * node.rate <= edge->rate * 1.1);
    });
}

// A service that is only as ill as one of its versions is told by that version.
bool toldByVersion(const Context& context, const SceneNode& node) {
    const auto versions = context.versions.find(node.box);
    return node.health == mesh::Health::Degraded && node.version < 0 && node.box >= 0 && versions != context.versions.end() &&
           (versions->second.contains(mesh::Health::Failing) || versions->second.contains(node.health));
}

void addNodes(const Scene& scene, std::vector<Ranked>& found) {
    const Context context = contextOf(scene);
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        const SceneNode& node = scene.nodes[i];
        const bool ill = node.health == mesh::Health::Failing || node.health == mesh::Health::Degraded;
        if (!ill || toldByVersion(context, node) || toldByRefusal(context, node, static_cast<int>(i))) {
            continue;
        }
        const bool failing = node.health == mesh::Health::Failing;
        const QString app = node.version >= 0 && node.box >= 0 ? scene.boxes[static_cast<std::size_t>(node.box)].title +
                                                                      QLatin1Char(' ') + node.name
                                                                : node.name;
        const QString detail = node.reason.isEmpty() ? node.figures : node.reason;
        const QString title = node.errorShare > 0 ? QStringLiteral("%1 fails %2").arg(app, shareText(node.errorShare))
                                                  : QStringLiteral("%1 is %2").arg(app, healthWord(node.health));
        found.push_back({(failing ? 1000 : 100) + node.errorShare * 100, {node.health, title, detail, node.id}});
    }
}

void addEdges(const Scene& scene, std::vector<Ranked>& found) {
    for (const SceneEdge& edge : scene.edges) {
        if (edge.target < 0 || (edge.style != EdgeStyle::Plaintext && edge.style != EdgeStyle::Denied)) {
            continue;
        }
        const QString from = edge.source >= 0 ? scene.nodes[static_cast<std::size_t>(edge.source)].name
                                              : scene.boxes[static_cast<std::size_t>(edge.sourceBox)].title;
        const SceneNode& target = scene.nodes[static_cast<std::size_t>(edge.target)];
        const QString pair = from + QStringLiteral(" → ") + target.name;
        const QString rate = QString::fromStdString(text::rate(RequestsPerSecond(edge.rate)));
        if (edge.style == EdgeStyle::Denied) {
            found.push_back({900 + edge.rate / 1e6,
                             {mesh::Health::Failing, pair + QStringLiteral(" denied"),
                              rate + QStringLiteral(" refused by policy"), target.id}});
        } else {
            found.push_back({200 + edge.rate / 1e6,
                             {mesh::Health::Degraded, pair, rate + QStringLiteral(" in plaintext"), target.id}});
        }
    }
}

} // namespace

std::vector<Attention> attentionOf(const Scene& scene) {
    constexpr std::size_t kMost = 5;
    std::vector<Ranked> found;
    addNodes(scene, found);
    addEdges(scene, found);
    std::stable_sort(found.begin(), found.end(), [](const Ranked& a, const Ranked& b) { return a.weight > b.weight; });
    std::vector<Attention> list;
    for (Ranked& ranked : found) {
        if (list.size() < kMost) {
            list.push_back(std::move(ranked.attention));
        }
    }
    return list;
}

} // namespace meshdeck::views
