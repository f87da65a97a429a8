#include "map/scene_feed.h"

#include <mutex>
#include <optional>

#include <QCoreApplication>
#include <QEvent>

namespace meshdeck::views {

struct SceneFeed::Shared {
    std::mutex mutex;
    SceneFeed* feed = nullptr; // null after its end
    std::optional<BuiltScene> built;

    void hand(Result<BuiltScene> result) {
        const std::lock_guard lock(mutex);
        if (result && feed != nullptr) {
            built = std::move(*result);
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
    options.before = m_last;
    m_worker.post([shared = m_shared, snapshot = std::move(snapshot), options = std::move(options),
                   positions = m_positions, stop = m_stop.get_token()] {
        shared->hand(buildScene(*snapshot, options, positions, stop));
    });
}

void SceneFeed::request(Scene cards, double aspect) {
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_worker.post([shared = m_shared, cards = std::move(cards), aspect, positions = m_positions,
                   stop = m_stop.get_token()]() mutable {
        shared->hand(placeScene(std::move(cards), positions, aspect, stop));
    });
}

bool SceneFeed::event(QEvent* event) {
    if (event->type() != QEvent::User) {
        return QObject::event(event);
    }
    std::optional<BuiltScene> built;
    {
        const std::lock_guard lock(m_shared->mutex);
        built.swap(m_shared->built);
    }
    if (built) {
        m_positions = std::move(built->positions);
        m_last = built->scene;
        Q_EMIT ready(built->scene);
    }
    return true;
}

} // namespace meshdeck::views
