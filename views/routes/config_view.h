// The mesh's config with what the checks say of it: the objects at the left, the chosen one's YAML, all findings below.
#pragma once

#include <set>

#include <QWidget>

#include "common/theme.h"
#include "routes/config_model.h"
#include "routes/findings_model.h"

class QLineEdit;
class QTableView;
class QToolButton;
class QTreeView;

namespace meshdeck::views {

class SafeLabel;
class YamlView;

class ConfigView final : public QWidget {
    Q_OBJECT

public:
    explicit ConfigView(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // `extra`: findings that no check of the engine makes (answers of saved requests that changed).
    void setState(PolicyStatePtr state, const std::vector<FindingRow>& extra);
    // What is said in the place of the list while there is none.
    void setMessage(const QString& message);
    // Chooses the object and goes to the line of `pointer`.
    void showObject(const mesh::ResourceRef& ref, const std::string& pointer);
    void focusFilter();
    [[nodiscard]] const mesh::ResourceRef& shown() const { return m_shown; }
    [[nodiscard]] ConfigModel& config() { return *m_config; }
    [[nodiscard]] FindingsModel& findings() { return *m_findings; }
    [[nodiscard]] YamlView& yaml() { return *m_yaml; }
    [[nodiscard]] QTreeView& tree() { return *m_tree; }
    [[nodiscard]] QTableView& table() { return *m_table; }

Q_SIGNALS:
    void showOnMap(const meshdeck::mesh::ResourceRef& ref);

private:
    QWidget* makeList();
    QWidget* makeText();
    QWidget* makeFindings();
    void refreshText();
    void choose(const QModelIndex& index);
    void keepOpen();
    void filter();

    PolicyStatePtr m_state;
    std::vector<FindingRow> m_extra;
    mesh::ResourceRef m_shown;
    std::set<std::string> m_closed; // namespaces that the user folded
    ConfigModel* m_config;
    ConfigFilter* m_filter;
    FindingsModel* m_findings;
    QTreeView* m_tree = nullptr;
    QTableView* m_table = nullptr;
    YamlView* m_yaml = nullptr;
    QLineEdit* m_words = nullptr;
    QToolButton* m_only = nullptr;
    SafeLabel* m_count = nullptr;
    SafeLabel* m_title = nullptr;
    SafeLabel* m_summary = nullptr;
    SafeLabel* m_nothing = nullptr;
    QToolButton* m_map = nullptr;
    bool m_restoring = false;
};

} // namespace meshdeck::views
