// Why does this request go there, what is in effect, and what would an edit do: the Routes page (mockup d). It follows the
// mesh through a worker from the first moment it is needed, and keeps ids only.
#pragma once

#include <memory>

#include <QWidget>

#include "base/executor.h"
#include "common/mesh_state.h"
#include "common/theme.h"
#include "routes/path_nodes.h"
#include "routes/policy_feed.h"
#include "routes/request_words.h"

class QStackedWidget;
class QTabBar;

namespace meshdeck::views {

class ConfigView;
class EffectiveView;
class RequestTab;
class SafeLabel;

class RoutesPage final : public QWidget {
    Q_OBJECT

public:
    enum Tab { RequestId, ConfigId, EffectiveId };

    // Both outlive the page. `context` is for commands to copy; `savedFile` may be empty.
    RoutesPage(MeshState& mesh, Executor& worker, std::string context, std::string savedFile, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // The control plane's own config once it is read; Istio's defaults until then.
    void setMeshConfig(std::shared_ptr<const config::MeshConfig> mesh);
    // The objects of the pending change as they would be; empty: nothing is pending.
    void setPending(const std::vector<config::Json>& objects);
    void openRequest(const RequestDraft& draft);
    void openObject(const mesh::ResourceRef& ref, const std::string& pointer);
    void openEffective(const EffectiveQuery& query);
    void showTab(Tab tab);
    void focusFirst();
    [[nodiscard]] RequestTab& request() { return *m_request; }
    [[nodiscard]] ConfigView& config() { return *m_config; }
    [[nodiscard]] EffectiveView& effective() { return *m_effective; }
    [[nodiscard]] const PolicyStatePtr& state() const { return m_state; }

Q_SIGNALS:
    // Graph nodes and edges to show; `what` says what they are.
    void showOnMap(const meshdeck::views::OnMap& where, const QString& what);
    // For the status bar of the window.
    void noteChanged(const QString& note);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void activate();
    void follow();
    void showState(const PolicyStatePtr& state);
    void showTitles();
    [[nodiscard]] QString missing() const; // why there is nothing to show; empty when there is

    MeshState& m_mesh;
    PolicyFeed* m_feed;
    PolicyStatePtr m_state;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
    RequestTab* m_request;
    ConfigView* m_config;
    EffectiveView* m_effective;
    SafeLabel* m_note;
    std::vector<policy::ConfigEdit> m_pending;
    std::vector<config::Json> m_pendingJson;
    bool m_active = false;
};

} // namespace meshdeck::views
