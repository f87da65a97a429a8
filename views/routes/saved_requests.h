// The saved requests of one context: a file of expectations that `meshdeck test` reads too, and its rows.
#pragma once

#include <QAbstractTableModel>

#include "common/theme.h"
#include "routes/policy_feed.h"

namespace meshdeck::views {

// Reads and writes the file of one context. Every change is written at once and as a whole.
class SavedRequests {
public:
    // `file` empty: nothing is kept beyond the window. A file that is not there is an empty one.
    explicit SavedRequests(std::string file);
    [[nodiscard]] const std::vector<policy::Expectation>& all() const { return m_file.tests; }
    [[nodiscard]] const std::string& path() const { return m_path; }
    // Why the file could not be read; it is not written then, so that nothing of it is lost.
    [[nodiscard]] const std::optional<Error>& problem() const { return m_problem; }

    // Replaces the one with the same request (name apart), else adds it.
    [[nodiscard]] Status keep(policy::Expectation expectation);
    [[nodiscard]] Status remove(std::size_t index);
    // Adds those of a file; of two with the same request the imported one counts. How many came.
    [[nodiscard]] Result<std::size_t> importFrom(const std::string& file);
    [[nodiscard]] Status exportTo(const std::string& file) const;
    // Index of the one with this request; none: absent.
    [[nodiscard]] std::optional<std::size_t> find(const config::Json& request) const;

private:
    [[nodiscard]] Status write();
    std::string m_path;
    policy::ExpectationFile m_file;
    std::optional<Error> m_problem;
};

// What a run says of one saved request.
enum class SavedState { NotRun, AsExpected, Changed, ChangedByDraft, NoExpectation, Broken };
[[nodiscard]] SavedState stateOf(const policy::Expectation& expectation, const SavedRun* run);
// "split.v3: wanted 80, got 50": the first difference, or what is wrong.
[[nodiscard]] QString changeWords(const SavedRun& run);

class SavedModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { RequestColumn, FromColumn, AnswerColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setTheme(const Theme& theme);
    void setRequests(std::vector<policy::Expectation> requests);
    void setRuns(SavedRuns runs); // of these requests, in their order
    [[nodiscard]] const std::vector<policy::Expectation>& requests() const { return m_requests; }
    [[nodiscard]] const SavedRun* run(int row) const;
    [[nodiscard]] SavedState state(int row) const;
    [[nodiscard]] int changed() const; // how many answers are other ones than expected
    [[nodiscard]] QString summary() const; // "3 as expected", "1 of 3 changed"

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<policy::Expectation> m_requests;
    SavedRuns m_runs;
    const Theme* m_theme = &theme(ThemeKind::Dark);
};

} // namespace meshdeck::views
