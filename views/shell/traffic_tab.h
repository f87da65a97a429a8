// The inspector's first tab: split, rate, errors, duration, and what is around the node.
#pragma once

#include <functional>
#include <optional>

#include <QScrollArea>

#include "changes/change_service.h"
#include "shell/node_facts.h"

class QGridLayout;
class QPushButton;
class QVBoxLayout;

namespace meshdeck::views {

class SafeLabel;

class TrafficTab final : public QScrollArea {
    Q_OBJECT

public:
    explicit TrafficTab(ChangeService* changes, QWidget* parent = nullptr);
    void show(const mesh::MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
              const TelemetryState& telemetry, const Theme& theme, ServerTime now);
    void editWeights();
    void setReadOnly(const QString& reason, bool mayUnlock);

Q_SIGNALS:
    void editRequested(const meshdeck::config::WeightedRoute& route);
    void unlockRequested();
    void requestTried(); // "Try a request..."

private:
    struct Plot {
        SafeLabel* now = nullptr;
        RedPlot* plot = nullptr;
    };
    Plot addPlot(QVBoxLayout* layout, const QString& title, const QString& unit);
    void showSplit(const NodeFacts& facts, const TelemetryState& telemetry, const Theme& theme);
    void showRows(const NodeFacts& facts, const Theme& theme);
    void showActions(const mesh::MeshSnapshot& snapshot, const NodeFacts& facts);

    ChangeService* m_changes;
    QWidget* m_splitPart;
    SafeLabel* m_splitOrigin;
    SplitBar* m_configured;
    SplitBar* m_observed;
    SafeLabel* m_splitNote;
    Plot m_rate, m_errors, m_duration;
    QGridLayout* m_rows;
    QPushButton* m_edit;
    QPushButton* m_copy;
    QPushButton* m_unlock;
    QPushButton* m_try;
    SafeLabel* m_reason;
    QString m_readOnly;
    bool m_mayUnlock = false;
    QString m_query;
    std::optional<config::WeightedRoute> m_route;
};

} // namespace meshdeck::views
