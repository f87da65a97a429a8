// The panel at the right: what is selected, its traffic over time, and the configuration that acts on it.
#pragma once

#include <functional>
#include <string>

#include <QWidget>

#include "changes/change_service.h"
#include "common/mesh_state.h"
#include "common/theme.h"
#include "map/cards.h"
#include "routes/request_words.h"

class QStackedWidget;
class QVBoxLayout;
class QTabBar;
class QLabel;
class QPushButton;

namespace meshdeck::views {

class ConfigTab;
class SafeLabel;
class SectionsTab;
class TrafficTab;

class Inspector final : public QWidget {
    Q_OBJECT

public:
    // `changes` may be null: nothing can be edited then. All outlive the inspector.
    Inspector(MeshState& mesh, ChangeService* changes, const Clock& clock, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setReadOnly(const QString& reason, bool mayUnlock); // empty: writable
    void show(const std::string& node);                      // id of a graph node; empty: nothing is selected
    // Graph edges that are drawn as one; none: no edge is selected. A node and edges exclude each other.
    void showEdge(std::vector<std::string> edges);
    void editWeights(); // as the button does, when it may
    [[nodiscard]] const std::string& node() const { return m_node; }
    [[nodiscard]] const std::vector<std::string>& edges() const { return m_edges; }

Q_SIGNALS:
    void editRequested(const meshdeck::config::WeightedRoute& route);
    void unlockRequested();
    // A request to or from the selection is to be traced.
    void requestTried(const meshdeck::views::RequestDraft& request);
    // A name in one of the tables was followed.
    void nodeChosen(const QString& node);
    void edgeChosen(const QString& edge);

private:
    void refresh();
    void makeHead(QVBoxLayout* layout);
    QWidget* makeEdgePage();
    bool refreshNode(const TelemetryState& telemetry, ServerTime now);
    bool refreshEdge(const TelemetryState& telemetry);
    [[nodiscard]] QPixmap headPixmap(int side, const std::function<void(QPainter&)>& paint) const;

    MeshState& m_mesh;
    const Theme* m_theme;
    std::string m_node;
    std::vector<std::string> m_edges;
    QLabel* m_ring;
    SafeLabel* m_name;
    SafeLabel* m_about;
    class HealthTag;
    HealthTag* m_tag;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    TrafficTab* m_traffic;
    ConfigTab* m_config;
    SectionsTab* m_calls;
    SectionsTab* m_security;
    SectionsTab* m_pods;
    SectionsTab* m_edge;
    QPushButton* m_copyEdge = nullptr;
    QWidget* m_tabLine = nullptr;
    QString m_edgeQuery;
    QWidget* m_content;
    SafeLabel* m_nothing;
    const Clock& m_clock;
};

} // namespace meshdeck::views
