// The one QObject between the model and the views: it takes snapshots out of the mailbox on the UI thread and says what
// changed (design.md 3). Views read `snapshot()` and keep ids.
#pragma once

#include <QObject>

#include "base/mailbox.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

class MeshState final : public QObject {
    Q_OBJECT

public:
    explicit MeshState(QObject* parent = nullptr);

    // Any thread; the newest snapshot wins, the UI thread is woken once for any number of posts.
    void post(mesh::SnapshotPtr snapshot);
    // UI thread; never null.
    [[nodiscard]] const mesh::SnapshotPtr& snapshot() const { return m_snapshot; }

Q_SIGNALS:
    void snapshotChanged(meshdeck::mesh::SnapshotChanges changes);

protected:
    bool event(QEvent* event) override;

private:
    Mailbox<mesh::SnapshotPtr> m_mailbox;
    mesh::SnapshotPtr m_snapshot;
};

} // namespace meshdeck::views
