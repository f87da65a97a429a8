// Builds scenes on a worker, newest request first: a newer one stops the one before, and only the last result arrives.
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
    // The executor outlives the feed, or drops its jobs.
    explicit SceneFeed(Executor& worker, QObject* parent = nullptr);
    ~SceneFeed() override;

    void request(mesh::SnapshotPtr snapshot, SceneOptions options);
    // Builds with these cards instead of a snapshot's.
    void request(Scene cards, double aspect);

Q_SIGNALS:
    void ready(const meshdeck::views::ScenePtr& scene);

protected:
    bool event(QEvent* event) override;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared; // what a job may touch after the feed is gone
    Executor& m_worker;
    std::stop_source m_stop;
    Positions m_positions;
    ScenePtr m_last;
};

} // namespace meshdeck::views
