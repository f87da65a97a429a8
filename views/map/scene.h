// What the map draws, as flat arrays: made from a snapshot's graph and a layout, immutable afterwards, painted by any
// thread. All texts are already safe and formatted; coordinates are scene pixels, y down.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QPointF>
#include <QRectF>
#include <QString>

#include "map/scene_index.h"
#include "mesh/graph.h"
#include "traffic/lens.h"

namespace meshdeck::views {

enum class Glyph { Service, Version, App, Gateway, Waypoint, External, Unknown, Group };
enum class Badge { VirtualService, CircuitBreaker, Fault, Mirror, Timeout, Policy, MissingSidecar, Ambient, Pending };
enum class EdgeStyle { Normal, Plaintext, Partial, Denied, Idle, Unknown }; // Partial: some of it over mTLS

enum class Tone { Primary, Secondary, Tertiary, Failing, Degraded, Added, Removed };
struct TextPart {
    QString text;
    Tone tone = Tone::Secondary;
    bool strong = false;
};

// A closed namespace, cluster or remainder, drawn as one card with the sums of what is in it.
struct GroupFacts {
    traffic::GroupKind kind = traffic::GroupKind::Namespace;
    std::size_t namespaces = 0;
    std::size_t workloads = 0;
    std::array<std::size_t, 5> health{}; // workloads by mesh::Health
};

struct SceneNode {
    std::string id;                    // of the graph node that stands for the card
    std::vector<std::string> members;  // all graph nodes behind the card
    QString name;
    QString ns;
    QString figures;
    Tone figuresTone = Tone::Secondary;
    QString kindWord; // "service", "version", ...
    QString reason;   // of the health
    Glyph glyph = Glyph::Service;
    mesh::Health health = mesh::Health::Unknown;
    double errorShare = 0; // 0..1
    int version = -1;      // colour of the bar, -1: none
    int box = -1;          // innermost
    std::vector<Badge> badges;
    bool dashed = false; // outside of the mesh
    bool dead = false;
    bool faded = false;  // unchanged in a difference
    bool edited = false; // outlined as changed
    std::vector<TextPart> below; // lines under the card, in a difference
    std::shared_ptr<const GroupFacts> group; // of a closed group; null: the card of a service
    QRectF rect;
    double rate = 0; // req/s, for sorting and summing
};

struct SceneBox {
    std::string id;
    QString title;
    QString extra;
    bool app = false; // else a namespace
    bool closable = false; // opened in place, and may be closed again
    int parent = -1;  // of an app: its namespace
    int colour = 0;
    QRectF rect;
    double rate = 0;
    std::array<int, 5> health{}; // nodes by mesh::Health
};

// A split in an edit: shares in percent before and after, drawn 40 px wide for 100 %.
struct Ghost {
    double before = 0;
    double after = 0;
};

struct SceneEdge {
    std::string id;                   // of its first graph edge
    std::vector<std::string> members; // all graph edges drawn as this one
    int source = -1; // node; -1 when a box is the source
    int target = -1;
    int sourceBox = -1;
    mesh::Protocol protocol = mesh::Protocol::Http;
    EdgeStyle style = EdgeStyle::Normal;
    mesh::Health health = mesh::Health::Unknown;
    double rate = 0;       // req/s, or KiB/s for TCP
    double width = 1;
    double errorShare = 0; // 0..1; dashes from 0.005
    std::uint32_t calls = 1;   // graph edges summed, of a call from or to a closed group
    int version = -1;      // colour of a split edge
    double mtlsShare = -1; // 0..1 of the traffic whose security is known; -1: of none
    double medianMs = 0;   // 0: not known
    bool faded = false;
    std::optional<Ghost> ghost;
    std::vector<QPointF> route; // cubic chain
    std::vector<TextPart> label;
    bool lock = false;          // open lock before the label
    QRectF labelRect;           // null: no room, shown on hover
    double labelRoom = 0;       // in front of the target, kept free by the layout
};

// All calls between two namespaces that are drawn open, for the view from afar.
struct BoxSum {
    int source = -1;
    int target = -1;
    double rate = 0;
};

struct Attention {
    mesh::Health health = mesh::Health::Failing;
    QString title;
    QString detail;
    std::string node; // to select
};

struct Scene {
    std::vector<SceneNode> nodes;
    std::vector<SceneBox> boxes; // namespaces before the apps in them
    std::vector<SceneEdge> edges;
    // Calls between closed groups that carry too little to be drawn among all the others; without routes. They are
    // shown with the card they belong to.
    std::vector<SceneEdge> weak;
    std::vector<BoxSum> sums;         // the strongest
    std::vector<Attention> attention; // worst first, at most 5
    QRectF bounds;
    bool ratesKnown = true;
    QString stale; // "unknown since 14:26", empty when live
    std::uint64_t generation = 0;
    std::shared_ptr<const mesh::Graph> graph; // of which all this is a picture, before groups were closed; may be null
    traffic::Noise noise;                     // left out of it
    bool focusLost = false;                   // what was to be looked at is gone
    std::size_t hidden = 0;                   // nodes taken out by an expression
    std::shared_ptr<const SceneIndex> index;  // made when the places are known; without it everything is looked at

    // Index of the card that shows a graph node, or of a closed group by its id; -1: none.
    [[nodiscard]] int find(std::string_view graphNode) const;
    // Front node first; -1: none. `slack` widens edges for the pointer.
    [[nodiscard]] int nodeAt(QPointF at) const;
    [[nodiscard]] int edgeAt(QPointF at, double slack) const;
    // Innermost box; -1: none.
    [[nodiscard]] int boxAt(QPointF at) const;
    // Index of the edge that shows a graph edge; -1: none.
    [[nodiscard]] int findEdge(std::string_view graphEdge) const;
    [[nodiscard]] QString accessibleText(int node) const;
    [[nodiscard]] QString accessibleEdgeText(int edge) const;
    // What may touch `area`, ascending.
    [[nodiscard]] std::vector<std::uint32_t> nodesIn(const QRectF& area) const;
    [[nodiscard]] std::vector<std::uint32_t> edgesIn(const QRectF& area) const;
    [[nodiscard]] std::vector<std::uint32_t> labelsIn(const QRectF& area) const;
    [[nodiscard]] bool folded() const; // has closed groups
};
using ScenePtr = std::shared_ptr<const Scene>;

} // namespace meshdeck::views
