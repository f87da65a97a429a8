#include <algorithm>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "routes/request_words.h"
#include "routes/saved_requests.h"
#include "routes/verdict_words.h"

namespace meshdeck::views {
namespace {

using mesh::Health;

QString valueWords(const config::Json& value) {
    if (value.is_null()) {
        return QStringLiteral("nothing");
    }
    return safeText(value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, config::Json::error_handler_t::replace));
}

Health healthOf(SavedState state) {
    switch (state) {
    case SavedState::AsExpected: return Health::Healthy;
    case SavedState::Changed:
    case SavedState::Broken: return Health::Failing;
    case SavedState::ChangedByDraft: return Health::Degraded;
    case SavedState::NotRun:
    case SavedState::NoExpectation: return Health::Unknown;
    }
    return Health::Unknown;
}

QString stateWords(SavedState state) {
    switch (state) {
    case SavedState::AsExpected: return QStringLiteral("as expected");
    case SavedState::Changed: return QStringLiteral("changed");
    case SavedState::ChangedByDraft: return QStringLiteral("changed by the draft");
    case SavedState::Broken: return QStringLiteral("cannot be run");
    case SavedState::NotRun: return QStringLiteral("not run yet");
    case SavedState::NoExpectation: return QStringLiteral("expects nothing");
    }
    return {};
}

bool passes(const policy::ExpectationOutcome& outcome) {
    return outcome.passed();
}

} // namespace

SavedState stateOf(const policy::Expectation& expectation, const SavedRun* run) {
    if (run == nullptr) {
        return SavedState::NotRun;
    }
    if (expectation.expect.empty()) {
        return SavedState::NoExpectation;
    }
    if (run->live.error) {
        return SavedState::Broken;
    }
    if (!passes(run->live)) {
        return SavedState::Changed;
    }
    return run->draft && !passes(*run->draft) ? SavedState::ChangedByDraft : SavedState::AsExpected;
}

QString changeWords(const SavedRun& run) {
    const policy::ExpectationOutcome& told = run.draft && passes(run.live) ? *run.draft : run.live;
    if (told.error) {
        return safeText(describe(*told.error));
    }
    if (told.mismatches.empty()) {
        return {};
    }
    const policy::Mismatch& first = told.mismatches.front();
    return QStringLiteral("%1: wanted %2, got %3").arg(safeText(first.field), valueWords(first.wanted), valueWords(first.got));
}

void SavedModel::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

void SavedModel::setRequests(std::vector<policy::Expectation> requests) {
    beginResetModel();
    m_requests = std::move(requests);
    m_runs.reset();
    endResetModel();
}

void SavedModel::setRuns(SavedRuns runs) {
    if (runs && runs->size() != m_requests.size()) {
        return; // of an earlier list
    }
    m_runs = std::move(runs);
    if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

const SavedRun* SavedModel::run(int row) const {
    return m_runs && row >= 0 && row < rowCount() ? &(*m_runs)[static_cast<std::size_t>(row)] : nullptr;
}

SavedState SavedModel::state(int row) const {
    return stateOf(m_requests[static_cast<std::size_t>(row)], run(row));
}

int SavedModel::changed() const {
    int count = 0;
    for (int row = 0; row < rowCount(); ++row) {
        const SavedState each = state(row);
        count += each == SavedState::Changed || each == SavedState::ChangedByDraft || each == SavedState::Broken ? 1 : 0;
    }
    return count;
}

QString SavedModel::summary() const {
    if (m_requests.empty()) {
        return {};
    }
    if (const int other = changed(); other > 0) {
        return QStringLiteral("%1 of %2 changed").arg(other).arg(rowCount());
    }
    return m_runs ? QStringLiteral("%1 as expected").arg(rowCount()) : QStringLiteral("%1, not run yet").arg(rowCount());
}

int SavedModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_requests.size());
}

int SavedModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SavedModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const policy::Expectation& request = m_requests[static_cast<std::size_t>(index.row())];
    const SavedState state = this->state(index.row());
    const SavedRun* ran = run(index.row());
    const ReadDraft read = draftOf(request.request);
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == RequestColumn) {
            return requestTitle(read.draft);
        }
        if (index.column() == FromColumn) {
            return read.draft.from.empty() ? QStringLiteral("described") : safeText(read.draft.from);
        }
        if (ran == nullptr) {
            return QStringLiteral("not run yet");
        }
        if (state == SavedState::AsExpected || state == SavedState::NoExpectation) {
            return answerWords(ran->live.result);
        }
        return (state == SavedState::ChangedByDraft ? QStringLiteral("with the draft ") : QString()) + changeWords(*ran);
    case Qt::DecorationRole:
        return index.column() == RequestColumn ? QVariant(markPixmap(*m_theme, healthOf(state), 5.5, 2, m_theme->surface.panel)) : QVariant();
    case Qt::FontRole: return index.column() == RequestColumn ? m_theme->monoFont(11) : m_theme->font(12);
    case Qt::ForegroundRole:
        return index.column() == FromColumn ? m_theme->text.secondary : m_theme->text.primary;
    case Qt::ToolTipRole: return plainToolTip(safeText(request.name) + QStringLiteral("\n") + stateWords(state) + (ran == nullptr ? QString() : QStringLiteral("\n") + changeWords(*ran)));
    case Qt::AccessibleTextRole:
        return index.column() == RequestColumn ? stateWords(state) + QStringLiteral(", ") + requestTitle(read.draft) : data(index, Qt::DisplayRole);
    default: return {};
    }
}

QVariant SavedModel::headerData(int section, Qt::Orientation orientation, int role) const {
    static const char* const kNames[] = {"Request", "From", "Answer"};
    return orientation == Qt::Horizontal && role == Qt::DisplayRole && section >= 0 && section < ColumnCount ? QVariant(QString::fromLatin1(kNames[section])) : QVariant();
}

} // namespace meshdeck::views
