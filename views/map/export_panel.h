// What of the map is saved, as what, with a preview of it: hangs under the tool row's button and closes when it is left.
#pragma once

#include <QFrame>

#include "common/theme.h"
#include "map/scene.h"
#include "map/map_sheet.h"
#include "mesh/snapshot.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;

namespace meshdeck::views {

class SafeLabel;

// What the panel saves: the picture on the screen and the graph that it shows.
struct ExportSubject {
    mesh::SnapshotPtr snapshot;
    ScenePtr scene;
    QRectF view; // of the scene, in px of it: what is on the screen
    SheetFacts facts;
    std::string find, hide; // what of the graph was asked for
};

// A file's content: "png", "svg", "pdf", "dot", "mermaid", "csv", "csv-nodes", "json" or "cytoscape".
struct ExportOptions {
    QString format = QStringLiteral("svg");
    bool viewOnly = false; // of pictures
    bool titleBlock = true;
    bool dark = false;
    double scale = 2; // of PNG
};
[[nodiscard]] QByteArray exported(const ExportSubject& subject, const ExportOptions& options);
// "mesh-2026-11-28T044224Z.svg": the mesh and the moment, in letters that any file system takes.
[[nodiscard]] QString exportName(const ExportSubject& subject, const QString& format);

class ExportPanel final : public QFrame {
    Q_OBJECT

public:
    explicit ExportPanel(QWidget* parent);
    void setSubject(ExportSubject subject);
    void openUnder(QWidget* widget);
    [[nodiscard]] ExportOptions options() const;
    void setFormat(const QString& format);
    // Writes what is set to a file; one sentence when it could not.
    [[nodiscard]] QString write(const QString& file) const;

private:
    void refresh();
    void save();
    void copy();

    ExportSubject m_subject;
    QComboBox* m_format;
    QButtonGroup* m_extent;
    QComboBox* m_scale;
    QCheckBox* m_title;
    QCheckBox* m_dark;
    QLabel* m_preview;
    SafeLabel* m_about;
    SafeLabel* m_problem;
};

} // namespace meshdeck::views
