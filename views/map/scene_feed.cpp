#include "map/scene_feed.h"

#include <mutex>
#include <optional>

#include <QCoreApplication>
#include <QEvent>

#include "map/grace.h"

namespace meshdeck::views {
namespace {

// Pictures that differ in what is looked at have places of their own: coming back finds everything where it was.
std::string keyOf(const traffic::Lens& lens) {
    if (!lens.focus) {
        return lens.fold == traffic::FoldMode::Never ? "flat" : lens.fold == traffic::FoldMode::Clusters ? "clusters" : std::string();
    }
    const traffic::Focus& focus = *lens.focus;
    return std::to_string(static_cast<int>(focus.kind)) + '|' + focus.node + '|' + focus.other;
}

// Old places of what is not drawn now are kept for its return, but not for ever.
void remember(Positions& known, const Positions& now) {
    constexpr std::size_t kMostTimes = 4;
    if (known.size() > kMostTimes * (now.size() + 100)) {
        known.clear();
    }
    for (const auto& [id, at] : now) {
        known[id] = at;
    }
}

} // namespace

struct SceneFeed::Shared {
    std::mutex mutex;
    SceneFeed* feed = nullptr; // null after its end
    ScenePtr built;

    // Jobs only, and those run one after the other:
    Grace grace;
    std::map<std::string, Positions> places; // by keyOf
    std::string key;
    ScenePtr last;
    std::shared_ptr<const Positions> pinned;

    void build(const mesh::SnapshotPtr& snapshot, SceneOptions options, const std::stop_token& stop) {
        const mesh::SnapshotPtr held = grace.hold(snapshot);
        const std::string wanted = keyOf(options.lens);
        options.before = wanted == key ? last : nullptr;
        options.moved = options.pinned != pinned;
        Positions& known = places[wanted];
        Result<BuiltScene> result = buildScene(*held, options, known, stop);
        if (result) {
            key = wanted;
            pinned = options.pinned;
            remember(known, result->positions);
        }
        hand(std::move(result));
    }

    void hand(Result<BuiltScene> result) {
        if (!result) {
            return;
        }
        last = result->scene;
        const std::lock_guard lock(mutex);
        if (feed != nullptr) {
            built = std::move(result->scene);
            QCoreApplication::postEvent(feed, new QEvent(QEvent::User));
        }
    }
};

SceneFeed::SceneFeed(Executor& worker, QObject* parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
    , m_worker(worker) {
    m_shared->feed = this;
}

SceneFeed::~SceneFeed() {
    m_stop.request_stop();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->feed = nullptr;
}

void SceneFeed::request(mesh::SnapshotPtr snapshot, SceneOptions options) {
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_worker.post([shared = m_shared, snapshot = std::move(snapshot), options = std::move(options), stop = m_stop.get_token()] {
        if (!stop.stop_requested()) {
            shared->build(snapshot, options, stop);
        }
    });
}

void SceneFeed::request(Scene cards, double aspect) {
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_worker.post([shared = m_shared, cards = std::move(cards), aspect, stop = m_stop.get_token()]() mutable {
        Result<BuiltScene> result = placeScene(std::move(cards), shared->places[{}], aspect, stop);
        if (result) {
            shared->places[{}] = result->positions;
        }
        shared->hand(std::move(result));
    });
}

void SceneFeed::forget() {
    m_worker.post([shared = m_shared] { shared->grace.forget(); });
}

bool SceneFeed::event(QEvent* event) {
    if (event->type() != QEvent::User) {
        return QObject::event(event);
    }
    ScenePtr built;
    {
        const std::lock_guard lock(m_shared->mutex);
        built.swap(m_shared->built);
    }
    if (built) {
        Q_EMIT ready(built);
    }
    return true;
}

} // namespace meshdeck::views
