// One open mesh and the window on it. Everything belonging to a mesh is made and dropped together.
#pragma once

#include <memory>

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include "changes/change_controller.h"
#include "change/journal.h"
#include "common/mesh_state.h"
#include "composition.h"
#include "shell/main_window.h"
#include "window/appearance.h"
#include "window/exec_consent.h"
#include "window/places.h"

namespace meshdeck::app {

class Desk final : public QObject {
    Q_OBJECT

public:
    explicit Desk(ConnectionOptions wishes);
    ~Desk() override;
    // Opens the mesh that was asked for, or the start page where there is none.
    void open();

private:
    void close();
    void show(std::unique_ptr<Connection> connection, const Error* problem);
    void openDemo();
    void keepAppearance(const Appearance& appearance);
    void openKubeconfig(const QString& file);
    void unlock();
    void lock();
    void settleJournal();
    void readMeshConfig();
    [[nodiscard]] views::ShellOptions shellOptions(const Connection* connection, const Error* problem) const;

    ConnectionOptions m_wishes;
    Appearance m_appearance;
    ExecConsent m_execConsent;
    QTimer m_relock;

    // From the ground up; dropped in the other direction, the window first.
    std::unique_ptr<views::MeshState> m_mesh;
    std::unique_ptr<change::Journal> m_journal;
    std::unique_ptr<Connection> m_connection;
    std::unique_ptr<views::ChangeController> m_changes;
    std::unique_ptr<Strand> m_settler;
    std::unique_ptr<FilePlaces> m_places;
    std::stop_source m_stopReading;
    std::unique_ptr<Strand> m_reader; // of the mesh config
    std::unique_ptr<views::MainWindow> m_window;
};

} // namespace meshdeck::app
