// What the picture of a request's path says (mockup d): six stages from the request to the answer, as words. Made from a
// trace; all texts are safe.
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "map/scene.h"
#include "mesh/snapshot.h"
#include "routes/trace.h"

namespace meshdeck::views {

struct PathLine {
    QString text;
    Tone tone = Tone::Secondary;
    bool mono = false;
};
struct PathCard {
    QString name;
    QString sub;
    Glyph glyph = Glyph::Version;
    mesh::Health health = mesh::Health::Unknown;
    double errorShare = 0;
    int version = -1; // colour of the bar
    bool dashed = false; // outside of the mesh
};
struct PathProxy {
    QString title; // "Sidecar, outbound"
    std::vector<PathLine> lines;
};
struct PathRule {
    int number = 0;
    QString name;
    QString text;    // the condition that decided, in one line
    QString leadsTo; // "to v3, v2"
    policy::LadderRule::State state = policy::LadderRule::State::NotReached;
};
// How the way to one destination goes on.
struct PathEnd {
    QString region; // "pod reviews-v3-5b9f4"
    QString share;  // "80 %"; empty when there is only one
    QString cluster;
    QString origin; // "DestinationRule reviews, subset v3"
    double percent = 100;
    std::optional<bool> encrypted; // absent: cannot tell
    bool refused = false;          // the server turns it away
    PathProxy proxy;
    PathCard card;
};
struct PathPicture {
    enum class Reaches { Nothing, Listener, Rule, Cluster, Answer }; // how far the request gets
    QString message; // instead of a picture: what to do, or what is wrong
    Reaches reaches = Reaches::Nothing;
    QString region; // "pod productpage-v1-7d6c8"
    PathCard source;
    PathProxy client;
    bool viaProxy = true; // false: the client has none
    QString ladder;  // "VirtualService reviews"
    QString ladderNote; // "4 rules", "rules 3 to 6 of 20"
    std::vector<PathRule> rules; // at most kMostRules, around the one that matched
    std::vector<PathEnd> ends;   // at most kMostEnds
    QString more;                // "and 4 more destinations"
    QString stop;                // where it ends early: what is answered there
    bool stopIsBad = true;
    QString accessible;          // the whole in sentences
};

inline constexpr std::size_t kMostRules = 4;
inline constexpr std::size_t kMostEnds = 3;

// `snapshot` lends health and versions' colours; what it does not know stays unknown.
[[nodiscard]] PathPicture pathPicture(const TraceAnswer& answer, const mesh::MeshSnapshot& snapshot);
// Instead of a path.
[[nodiscard]] PathPicture messagePicture(const QString& message);

// What a rule says of itself: "headers x-user-group is curl, not beta", "takes every request", "not reached".
[[nodiscard]] QString ruleSentence(const policy::LadderRule& rule);
// "80 %", "33.3 %": whole numbers as they are written.
[[nodiscard]] QString shareWords(double percent);
// "reviews" of "reviews.bookinfo.svc.cluster.local"; hosts outside of the cluster stay whole.
[[nodiscard]] QString shortHost(const std::string& host);

} // namespace meshdeck::views
