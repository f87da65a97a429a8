// The weight edit (mockup c): map with ghosts, sliders, sentence, bars, prediction, YAML in three columns, guard bar;
// all from one draft.
#pragma once

#include <QWidget>

#include "base/executor.h"
#include "changes/change_service.h"
#include "common/mesh_state.h"
#include "shell/shell_options.h"

class QToolButton;

namespace meshdeck::views {

class DiffPart;
class GuardBar;
class MapView;
class PredictionModel;
class SafeLabel;
class SceneFeed;
class SplitBar;
class WeightEditor;

class ChangePage final : public QWidget {
    Q_OBJECT

public:
    // All outlive the page; `changes` may be null: nothing can be edited then.
    ChangePage(MeshState& mesh, ChangeService* changes, Executor& worker, const Clock& clock, const ShellOptions& options,
               QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setReadOnly(const QString& reason);
    void edit(const config::WeightedRoute& route);
    void undoLast();
    [[nodiscard]] int pending() const { return m_draft && m_draft->fields > 0 ? 1 : 0; }
    // The objects as they would be stored; none: nothing is pending.
    [[nodiscard]] std::vector<config::Json> pendingObjects() const;
    [[nodiscard]] WeightEditor& editor() { return *m_editor; }
    [[nodiscard]] DiffPart& diff() { return *m_diff; }
    [[nodiscard]] GuardBar& guard() { return *m_guard; }
    [[nodiscard]] MapView& map() { return *m_map; }

Q_SIGNALS:
    void pendingChanged(int changes);

private:
    QWidget* makeEditor();
    void begin(const config::WeightedRoute& route, bool keepMessage);
    void follow();
    void tellIfTakenBack(const mesh::Resource& stored);
    void redraft(const std::vector<int>& weights);
    void showDraft(bool keepMessage = false);
    void showGhosts();
    void showWeights();
    [[nodiscard]] std::string serviceNode() const;
    [[nodiscard]] std::vector<QString> names() const;
    void connectService();

    MeshState& m_mesh;
    ChangeService* m_changes;
    const Clock& m_clock;
    const Theme* m_theme;
    std::optional<EditDraft> m_draft;
    std::string m_liveYaml;
    std::optional<mesh::ResourceRef> m_owned; // written although somebody owns it: watched for what becomes of it
    std::vector<int> m_ownedWeights;
    bool m_ownedSeen = false;
    SceneFeed* m_feed;
    MapView* m_map;
    SafeLabel* m_mapTitle;
    SafeLabel* m_title;
    SafeLabel* m_objects;
    SafeLabel* m_sentence;
    SafeLabel* m_sum;
    SafeLabel* m_unknowns;
    WeightEditor* m_editor;
    SplitBar* m_before;
    SplitBar* m_after;
    PredictionModel* m_rows;
    DiffPart* m_diff;
    GuardBar* m_guard;
    QWidget* m_work;
    SafeLabel* m_nothing;
};

} // namespace meshdeck::views
