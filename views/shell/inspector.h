// The panel at the right: what is selected, its traffic over time, and the configuration that acts on it.
#pragma once

#include <string>

#include <QWidget>

#include "changes/change_service.h"
#include "common/mesh_state.h"
#include "common/theme.h"

class QStackedWidget;
class QTabBar;
class QLabel;

namespace meshdeck::views {

class ConfigTab;
class SafeLabel;
class TrafficTab;

class Inspector final : public QWidget {
    Q_OBJECT

public:
    // `changes` may be null: nothing can be edited then. All outlive the inspector.
    Inspector(MeshState& mesh, ChangeService* changes, const Clock& clock, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setReadOnly(const QString& reason, bool mayUnlock); // empty: writable
    void show(const std::string& node);                      // id of a graph node; empty: nothing is selected
    void editWeights(); // as the button does, when it may
    [[nodiscard]] const std::string& node() const { return m_node; }

Q_SIGNALS:
    void editRequested(const meshdeck::config::WeightedRoute& route);
    void unlockRequested();

private:
    void refresh();
    void showHeader();

    MeshState& m_mesh;
    const Theme* m_theme;
    std::string m_node;
    QLabel* m_ring;
    SafeLabel* m_name;
    SafeLabel* m_about;
    class HealthTag;
    HealthTag* m_tag;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    TrafficTab* m_traffic;
    ConfigTab* m_config;
    QWidget* m_content;
    SafeLabel* m_nothing;
    const Clock& m_clock;
};

} // namespace meshdeck::views
