#include "common/mesh_state.h"

#include <QCoreApplication>
#include <QEvent>

namespace meshdeck::views {

MeshState::MeshState(QObject* parent)
    : QObject(parent)
    // An empty event: nothing of ours rides in Qt's queue, so ThreadSanitizer sees the hand-over (style.md 3).
    , m_mailbox([this] { QCoreApplication::postEvent(this, new QEvent(QEvent::User)); })
    , m_snapshot(std::make_shared<mesh::MeshSnapshot>()) {}

void MeshState::post(mesh::SnapshotPtr snapshot) {
    m_mailbox.post(std::move(snapshot));
}

bool MeshState::event(QEvent* event) {
    if (event->type() != QEvent::User) {
        return QObject::event(event);
    }
    if (auto next = m_mailbox.take(); next && *next) {
        const mesh::SnapshotChanges changes = mesh::changesBetween(m_snapshot.get(), **next);
        m_snapshot = std::move(*next);
        Q_EMIT snapshotChanged(changes);
    }
    return true;
}

} // namespace meshdeck::views
