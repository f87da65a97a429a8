#include "routes/rules_model.h"

#include <algorithm>

#include "common/safe_label.h"

namespace meshdeck::views {

using policy::LadderCondition;
using policy::LadderRule;

namespace {

QString stateWord(LadderRule::State state) {
    switch (state) {
    case LadderRule::State::Matches: return QStringLiteral("matches");
    case LadderRule::State::DoesNotMatch: return QStringLiteral("does not match");
    case LadderRule::State::NotReached: return QStringLiteral("not reached");
    }
    return {};
}

QString spoken(const RulesModel::Row& row) {
    QStringList parts{QStringLiteral("Rule %1 %2 %3").arg(row.number).arg(safeText(row.rule->name), stateWord(row.rule->state))};
    for (const policy::LadderMatch& match : row.rule->matches) {
        for (const LadderCondition& each : match.conditions) {
            const char* word = each.state == LadderCondition::State::Holds ? "holds" : each.state == LadderCondition::State::Fails ? "fails" : "not looked at";
            parts.append(safeText(each.what + " " + each.wanted + ": " + word));
        }
    }
    if (const QString why = rejectionSentence(*row.rule); !why.isEmpty()) {
        parts.append(why);
    }
    parts.append(QStringLiteral("to ") + safeText(row.rule->leadsTo));
    return parts.join(QStringLiteral(", "));
}

} // namespace

void RulesModel::setLadders(std::vector<policy::RuleLadder> ladders) {
    beginResetModel();
    m_ladders = std::move(ladders);
    m_rows.clear();
    for (std::size_t l = 0; l < m_ladders.size(); ++l) {
        const policy::RuleLadder& ladder = m_ladders[l];
        for (std::size_t i = 0; i < ladder.rules.size(); ++i) {
            Row row{&ladder.rules[i], static_cast<int>(i) + 1, {}, l};
            if (i == 0 && m_ladders.size() > 1) {
                row.heading = safeText(ladder.object->ref.display());
            }
            m_rows.push_back(std::move(row));
        }
    }
    endResetModel();
}

int RulesModel::matchedRow() const {
    const auto found = std::ranges::find_if(m_rows, [](const Row& row) { return row.rule->state == LadderRule::State::Matches; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int RulesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant RulesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        return row.rule->name.empty() ? QStringLiteral("rule %1").arg(row.number) : safeText(row.rule->name);
    }
    if (role == Qt::AccessibleTextRole) {
        return spoken(row);
    }
    return {};
}

QString rejectionSentence(const LadderRule& rule) {
    if (rule.state != LadderRule::State::DoesNotMatch) {
        return {};
    }
    for (const policy::LadderMatch& match : rule.matches) {
        for (const LadderCondition& each : match.conditions) {
            if (each.state != LadderCondition::State::Fails) {
                continue;
            }
            const bool source = each.what.starts_with("source") || each.what == "gateways";
            const QString has = source ? QStringLiteral("The source has ") : QStringLiteral("The request has ");
            if (each.what.starts_with("without")) {
                return has + safeText(each.got) + QStringLiteral("; it must not.");
            }
            if (each.got.empty()) {
                return QStringLiteral("The request has no such value.");
            }
            const QString tail = each.what.ends_with("regex") ? QStringLiteral("; the expression must match the whole value.") : QStringLiteral(".");
            return has + safeText(each.got) + tail;
        }
    }
    return {};
}

} // namespace meshdeck::views
