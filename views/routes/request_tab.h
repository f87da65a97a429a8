// The first tab of the Routes page (mockup d): request line, picture of the path, rules, answer and saved requests.
#pragma once

#include <memory>

#include <QWidget>

#include "common/theme.h"
#include "mesh/snapshot.h"
#include "routes/policy_state.h"
#include "routes/request_words.h"
#include "routes/rules_model.h"
#include "routes/saved_requests.h"

class QListView;
class QTableView;
class QToolButton;

namespace meshdeck::views {

class PathView;
class RequestForm;
class SafeLabel;
class VerdictPanel;

class RequestTab final : public QWidget {
    Q_OBJECT

public:
    // `savedFile` may be empty: requests are then kept as long as the window.
    RequestTab(std::string context, std::string savedFile, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setState(const PolicyStatePtr& state, bool pending);
    // Instead of a picture while there is no answer.
    void setMessage(const QString& message);
    void setAnswer(std::shared_ptr<const TraceAnswer> answer, const mesh::MeshSnapshot& snapshot);
    void setRuns(const SavedRuns& runs);
    // Fills the form and asks.
    void ask(const RequestDraft& draft);
    [[nodiscard]] RequestForm& form() { return *m_form; }
    [[nodiscard]] PathView& path() { return *m_path; }
    [[nodiscard]] RulesModel& rules() { return *m_rules; }
    [[nodiscard]] SavedModel& saved() { return *m_savedModel; }
    [[nodiscard]] SavedRequests& savedFile() { return m_saved; }
    [[nodiscard]] const std::shared_ptr<const TraceAnswer>& answer() const { return m_answer; }
    // Shows what the file holds by now.
    void refreshSaved();
    // Findings for what changed among the saved requests.
    [[nodiscard]] std::vector<FindingRow> savedFindings() const;

Q_SIGNALS:
    void asked(const meshdeck::views::TraceQuery& query);
    void savedChanged(); // the list is another one: run it
    void objectChosen(const meshdeck::mesh::ResourceRef& ref, const std::string& pointer);
    void showOnMap();

private:
    QWidget* makeRules();
    QWidget* makeSaved();
    void submit();
    void chooseRule(int row);
    void save();
    void removeSaved();
    void openSaved(int row);
    void importSaved();
    void exportSaved();
    void copy(const std::string& text);
    void tell(const Status& status);

    std::string m_context;
    SavedRequests m_saved;
    std::shared_ptr<const TraceAnswer> m_answer;
    QString m_message;
    RequestForm* m_form;
    PathView* m_path;
    RulesModel* m_rules;
    RulesDelegate* m_delegate;
    SavedModel* m_savedModel;
    VerdictPanel* m_verdict;
    QListView* m_list = nullptr;
    SafeLabel* m_listTitle = nullptr;
    SafeLabel* m_listNote = nullptr;
    QTableView* m_table = nullptr;
    SafeLabel* m_savedNote = nullptr;
    SafeLabel* m_savedCount = nullptr;
    QToolButton* m_remove = nullptr;
    QToolButton* m_export = nullptr;
};

} // namespace meshdeck::views
