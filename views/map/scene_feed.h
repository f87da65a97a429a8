// Builds scenes on a worker, newest request first: a newer one stops the one before, and only the last result arrives.
// What one drawing hands to the next (places, what is held, the scene itself) stays on the worker.
#pragma once

#include <memory>
#include <stop_token>

#include <QObject>

#include "base/executor.h"
#include "base/mailbox.h"
#include "map/scene_builder.h"

namespace meshdeck::views {

class SceneFeed final : public QObject {
    Q_OBJECT

public:
    // The executor runs one job at a time; it outlives the feed, or drops its jobs.
    explicit SceneFeed(Executor& worker, QObject* parent = nullptr);
    ~SceneFeed() override;

    // `options.before` is filled in. Nodes that a reply lacks are held for a while (Grace).
    void request(mesh::SnapshotPtr snapshot, SceneOptions options);
    // Builds with these cards instead of a snapshot's.
    void request(Scene cards, double aspect);
    // Another graph was asked for: nothing of the last one is held.
    void forget();

Q_SIGNALS:
    void ready(const meshdeck::views::ScenePtr& scene);

protected:
    bool event(QEvent* event) override;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared; // what a job may touch after the feed is gone
    Executor& m_worker;
    std::stop_source m_stop;
};

} // namespace meshdeck::views
