#include "map/scene_builder.h"

#include <algorithm>
#include <unordered_set>

#include "map/cards.h"
#include "map/group_cards.h"
#include "map/label_placer.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

constexpr QSizeF kCard(150, 46), kGroupCard(176, 68);

QSizeF sizeOf(const SceneNode& node) {
    return node.group ? kGroupCard : kCard;
}

layout::LayoutInput layoutInput(const Scene& scene, const Positions& previous, const Positions* pinned, double aspect) {
    layout::LayoutInput input;
    input.aspect = aspect;
    for (const SceneBox& box : scene.boxes) {
        input.groups.push_back({box.parent, box.app ? 18.0 : 26.0, box.app ? 14.0 : 16.0, box.app});
    }
    for (const SceneNode& node : scene.nodes) {
        const double below = 15.0 * static_cast<double>(node.below.size()); // lines of a difference need their room
        layout::LayoutNode& added = input.nodes.emplace_back();
        added.width = sizeOf(node).width();
        added.height = sizeOf(node).height() + 2 * below;
        added.group = node.box;
        if (const auto at = previous.find(node.id); at != previous.end()) {
            added.previous = at->second;
        }
        if (pinned != nullptr && pinned->contains(node.id)) {
            added.previous = pinned->at(node.id);
            added.pinned = true;
        }
    }
    for (const SceneEdge& edge : scene.edges) {
        const layout::End source = edge.source >= 0 ? layout::End::node(edge.source) : layout::End::group(edge.sourceBox);
        input.edges.push_back({source, layout::End::node(edge.target), edge.labelRoom});
    }
    return input;
}

QRectF rectOf(const layout::Rect& r) {
    return {r.x, r.y, r.width, r.height};
}

void takePlaces(Scene& scene, const layout::LayoutResult& placed) {
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        const layout::Point at = placed.positions[i];
        const QSizeF size = sizeOf(scene.nodes[i]);
        scene.nodes[i].rect = QRectF(QPointF(at.x - size.width() / 2, at.y - size.height() / 2), size);
    }
    for (std::size_t i = 0; i < scene.boxes.size(); ++i) {
        scene.boxes[i].rect = rectOf(placed.groups[i]);
    }
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        for (const layout::RoutePoint& p : placed.routes[i]) {
            scene.edges[i].route.emplace_back(p.x, p.y);
        }
    }
    scene.bounds = rectOf(placed.bounds);
}

// The same cards in the same boxes, the same edges with room enough for their labels.
bool hasShapeOf(const Scene& scene, const Scene& before) {
    return std::equal(scene.nodes.begin(), scene.nodes.end(), before.nodes.begin(), before.nodes.end(),
                      [](const SceneNode& a, const SceneNode& b) {
                          return a.id == b.id && a.box == b.box && a.below.size() == b.below.size();
                      }) &&
           std::equal(scene.boxes.begin(), scene.boxes.end(), before.boxes.begin(), before.boxes.end(),
                      [](const SceneBox& a, const SceneBox& b) {
                          return a.id == b.id && a.parent == b.parent && a.app == b.app;
                      }) &&
           std::equal(scene.edges.begin(), scene.edges.end(), before.edges.begin(), before.edges.end(),
                      [](const SceneEdge& a, const SceneEdge& b) {
                          return a.id == b.id && a.source == b.source && a.sourceBox == b.sourceBox &&
                                 a.target == b.target && a.labelRoom <= b.labelRoom;
                      });
}

std::unordered_set<std::string> idsOf(const ScenePtr& scene) {
    std::unordered_set<std::string> ids;
    for (std::size_t i = 0; scene && i < scene->nodes.size(); ++i) {
        const SceneNode& node = scene->nodes[i];
        if (node.group) {
            ids.insert(node.id);
        } else {
            ids.insert(node.members.begin(), node.members.end());
        }
    }
    return ids;
}

// The cards of the scene before, neither more nor fewer; without one, all that have a place.
bool sameCards(const Scene& scene, const SceneOptions& options, const Positions& positions) {
    const std::size_t before = options.before ? options.before->nodes.size() : positions.size();
    return scene.nodes.size() == before && std::all_of(scene.nodes.begin(), scene.nodes.end(), [&](const SceneNode& node) {
               return options.before ? options.before->find(node.id) >= 0 : positions.contains(node.id);
           });
}

int topBox(const Scene& scene, int box) {
    while (box >= 0 && scene.boxes[static_cast<std::size_t>(box)].parent >= 0) {
        box = scene.boxes[static_cast<std::size_t>(box)].parent;
    }
    return box;
}

void sumBetweenBoxes(Scene& scene) {
    constexpr std::size_t kMost = 200; // more is a texture
    std::map<std::pair<int, int>, double> sums;
    for (const SceneEdge& edge : scene.edges) {
        const int from = topBox(scene, edge.source >= 0 ? scene.nodes[static_cast<std::size_t>(edge.source)].box : edge.sourceBox);
        const int to = topBox(scene, scene.nodes[static_cast<std::size_t>(edge.target)].box);
        if (from >= 0 && to >= 0 && from != to) {
            sums[{from, to}] += edge.rate;
        }
    }
    scene.sums.clear();
    for (const auto& [ends, rate] : sums) {
        scene.sums.push_back({ends.first, ends.second, rate});
    }
    std::stable_sort(scene.sums.begin(), scene.sums.end(), [](const BoxSum& a, const BoxSum& b) { return a.rate > b.rate; });
    scene.sums.resize(std::min(scene.sums.size(), kMost));
}

// The last step: what painters and the pointer ask.
ScenePtr finished(Scene scene) {
    sumBetweenBoxes(scene);
    scene.index = std::make_shared<const SceneIndex>(scene);
    return std::make_shared<const Scene>(std::move(scene));
}

Scene cardsOf(const mesh::MeshSnapshot& snapshot, const SceneOptions& options) {
    std::shared_ptr<const mesh::Graph> graph = graphToShow(snapshot);
    if (!options.neighbourhoodOf.empty()) {
        graph = std::make_shared<const mesh::Graph>(neighbourhood(*graph, options.neighbourhoodOf));
    }
    const TelemetryState telemetry = telemetryState(snapshot, options.now);
    const traffic::Seen seen = traffic::look(std::move(graph), options.lens, idsOf(options.before),
                                             {snapshot.inventory.get(), telemetry.known});
    Scene scene = makeCards(seen, telemetry, options.labels);
    scene.generation = snapshot.generation;
    // What needs attention does so inside of a closed group too.
    scene.attention = attentionOf(seen.folded ? makeCards(*seen.whole, telemetry) : scene);
    setWeakAside(scene, options.before.get());
    for (SceneEdge& edge : scene.edges) {
        edge.labelRoom = labelRoomOf(edge);
    }
    return scene;
}

Result<BuiltScene> placed(Scene scene, const Positions& previous, const Positions* pinned, double aspect, const std::stop_token& stop) {
    auto places = layout::layout(layoutInput(scene, previous, pinned, aspect), stop);
    if (!places) {
        return tl::unexpected(places.error());
    }
    takePlaces(scene, *places);
    placeLabels(scene);
    BuiltScene built;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        built.positions.emplace(scene.nodes[i].id, places->positions[i]);
    }
    built.scene = finished(std::move(scene));
    return built;
}

} // namespace

Result<BuiltScene> placeScene(Scene scene, const Positions& previous, double aspect, const std::stop_token& stop) {
    for (SceneEdge& edge : scene.edges) {
        edge.labelRoom = labelRoomOf(edge);
    }
    return placed(std::move(scene), previous, nullptr, aspect, stop);
}

Result<BuiltScene> buildScene(const mesh::MeshSnapshot& snapshot, const SceneOptions& options, const Positions& previous,
                              const std::stop_token& stop) {
    Scene scene = cardsOf(snapshot, options);
    if (options.before && !options.moved && hasShapeOf(scene, *options.before)) {
        takeOver(scene, *options.before);
        return BuiltScene{finished(std::move(scene)), previous};
    }
    const bool afresh = options.mayMove && !sameCards(scene, options, previous);
    return placed(std::move(scene), afresh ? Positions() : previous, options.pinned.get(), options.aspect, stop);
}

} // namespace meshdeck::views
