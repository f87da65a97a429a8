// The chips of the tool row and their menus.
#include <algorithm>

#include <QActionGroup>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

#include "common/safe_label.h"
#include "map/find_field.h"
#include "map/tool_row.h"
#include "traffic/noise.h"

namespace meshdeck::views {
namespace {

QString words(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

void ToolRow::addHideMenu(QWidget* row) {
    m_hideChip = addChip(row, {}, QStringLiteral("What is left out of the picture"));
    m_hideChip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_hideChip);
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& text, bool checked) {
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(checked);
        connect(action, &QAction::toggled, this, &ToolRow::tellHidden);
        return action;
    };
    m_hideIdle = add(QStringLiteral("Idle: what neither calls nor is called"), true);
    m_hideNoise = add(QStringLiteral("Noise: probes, scrapers, name resolution, collectors"), true);
    m_hideOthers = add(QStringLiteral("What Find does not find"), false);
    m_hideOthers->setEnabled(false);
    m_hideExpression = add(QStringLiteral("What matches an expression…"), false);
    m_hideExpression->setShortcut(Qt::CTRL | Qt::Key_H);
    m_hideChip->setMenu(menu);
    addAction(m_hideExpression); // its key works while the menu is closed
    connect(m_hideIdle, &QAction::toggled, this, &ToolRow::chooseGraph);
    connect(m_hideNoise, &QAction::toggled, this, &ToolRow::noiseToggled);
    connect(m_hideOthers, &QAction::toggled, this, &ToolRow::hideChanged);
    connect(m_hideExpression, &QAction::toggled, this, &ToolRow::showHideRow);
}

void ToolRow::tellHidden() {
    QStringList parts;
    if (m_hideIdle->isChecked()) {
        parts << QStringLiteral("idle");
    }
    if (m_hideNoise->isChecked()) {
        parts << QStringLiteral("noise");
    }
    if (hidesOthers()) {
        parts << QStringLiteral("no match");
    }
    if (m_hide != nullptr && !m_hide->expression().empty()) {
        parts << QStringLiteral("expression");
    }
    m_hideChip->setText(parts.isEmpty() ? QStringLiteral("Hide: nothing") : QStringLiteral("Hide: ") + parts.join(QStringLiteral(", ")));
}

void ToolRow::setNoise(const traffic::Noise& noise, bool hidden) {
    const QSignalBlocker quiet(m_hideNoise);
    m_hideNoise->setChecked(hidden);
    m_hideNoise->setText(hidden && noise.total() > 0 ? QStringLiteral("Noise: %1 calls of probes, scrapers, name resolution, collectors").arg(noise.total())
                                                     : QStringLiteral("Noise: probes, scrapers, name resolution, collectors"));
    QString tip = QStringLiteral("Leaves out calls of probes and metric scrapers, and calls for name resolution and to telemetry collectors");
    for (const traffic::NoiseKind kind : traffic::kNoiseKinds) {
        if (const std::size_t count = noise.edges[static_cast<std::size_t>(kind)]; count > 0) {
            tip += QStringLiteral("\n%1: %2 calls").arg(words(traffic::words(kind))).arg(count);
        }
    }
    if (noise.nodes > 0) {
        tip += QStringLiteral("\nwith them %1 nodes that have no other calls").arg(noise.nodes);
    }
    m_hideNoise->setToolTip(plainToolTip(tip));
    tellHidden();
}

void ToolRow::addTypeChip(QWidget* row) {
    static constexpr std::pair<mesh::GraphType, const char*> kTypes[] = {{mesh::GraphType::VersionedApp, "versioned app"},
                                                                         {mesh::GraphType::App, "app"},
                                                                         {mesh::GraphType::Workload, "workload"},
                                                                         {mesh::GraphType::Service, "service"}};
    const auto label = [](const char* word) { return QStringLiteral("Graph: ") + QLatin1String(word); };
    QToolButton* chip = addChip(row, label(kTypes[0].second), QStringLiteral("What stands for one card"));
    chip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const auto& [type, word] : kTypes) {
        QAction* action = menu->addAction(QString::fromLatin1(word));
        action->setCheckable(true);
        action->setChecked(type == m_type);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, text = label(word), type = type] {
            chip->setText(text);
            m_type = type;
            chooseGraph();
        });
    }
    chip->setMenu(menu);
}

void ToolRow::addLabelChip(QWidget* row) {
    using traffic::EdgeFigure;
    const auto label = [](EdgeFigure figure) { return QStringLiteral("Labels: ") + words(name(figure)); };
    QToolButton* chip = addChip(row, label(EdgeFigure::Rate), QStringLiteral("What the labels of calls tell"));
    chip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const EdgeFigure figure : traffic::kEdgeFigures) {
        QAction* action = menu->addAction(words(describe(figure)));
        action->setCheckable(true);
        action->setChecked(figure == EdgeFigure::Rate);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, text = label(figure), figure] {
            chip->setText(text);
            Q_EMIT labelsChosen(figure);
        });
    }
    chip->setMenu(menu);
}

void ToolRow::addLens(QWidget* row) {
    m_fold = addChip(row, QStringLiteral("Namespaces"), QStringLiteral("Draw namespaces as one card each; Enter opens one (N)"));
    m_clusters = addChip(row, QStringLiteral("Clusters"), QStringLiteral("Draw clusters as one card each"));
    for (QToolButton* chip : {m_fold, m_clusters}) {
        chip->setCheckable(true);
    }
    connect(m_fold, &QToolButton::clicked, this, [this](bool on) {
        Q_EMIT foldChosen(on ? traffic::FoldMode::Namespaces : traffic::FoldMode::Never);
    });
    connect(m_clusters, &QToolButton::clicked, this, [this](bool on) {
        Q_EMIT foldChosen(on ? traffic::FoldMode::Clusters : traffic::FoldMode::Automatic);
    });
}

void ToolRow::addSwitches(QWidget* row) {
    m_table = addChip(row, QStringLiteral("Table"), QStringLiteral("Nodes and calls as sortable tables (T)"));
    m_table->setCheckable(true);
    connect(m_table, &QToolButton::toggled, this, &ToolRow::tableToggled);
    m_dots = addChip(row, QStringLiteral("Dots"), QStringLiteral("Moving dots, as fast as calls are answered"));
    m_dots->setCheckable(true);
    m_dots->setChecked(true);
    connect(m_dots, &QToolButton::toggled, this, &ToolRow::dotsToggled);
    connect(addChip(row, QStringLiteral("Fit"), QStringLiteral("Show the whole mesh (F)")), &QToolButton::clicked, this,
            &ToolRow::fitRequested);
    QToolButton* exporting = addChip(row, QStringLiteral("Export…"), QStringLiteral("Save the map as a picture, a diagram or data (Ctrl+E)"));
    exporting->setShortcut(Qt::CTRL | Qt::Key_E);
    connect(exporting, &QToolButton::clicked, this, [this, exporting] { Q_EMIT exportRequested(exporting); });
}

// A mesh of one cluster is not told by it.
void ToolRow::setGraph(const std::shared_ptr<const mesh::Graph>& graph) {
    m_find->setGraph(graph);
    m_hide->setGraph(graph);
    const auto& nodes = graph ? graph->nodes : std::vector<mesh::Node>();
    const auto first = std::find_if(nodes.begin(), nodes.end(), [](const mesh::Node& node) { return !node.cluster.empty(); });
    const bool many = std::any_of(first, nodes.end(), [&](const mesh::Node& node) { return !node.cluster.empty() && node.cluster != first->cluster; });
    m_clusters->setVisible(many || m_clusters->isChecked());
}

void ToolRow::setFold(traffic::FoldMode fold, bool folded) {
    m_clusters->setChecked(fold == traffic::FoldMode::Clusters);
    m_fold->setChecked(folded && fold != traffic::FoldMode::Clusters);
}

void ToolRow::toggleFold() {
    m_fold->click();
}

void ToolRow::chooseGraph() {
    Q_EMIT graphChosen(m_type, !m_hideIdle->isChecked());
}

} // namespace meshdeck::views
