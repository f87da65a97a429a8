#include "tables/graph_tables.h"

#include <QHeaderView>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

// Letters look for a row, as in every table; the window's own signs go to the window.
class KeyedTable final : public QTableView {
public:
    using QTableView::QTableView;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (event->text() == QLatin1String("/") || event->text() == QLatin1String("?") || event->key() == Qt::Key_Escape) {
            event->ignore();
        } else {
            QTableView::keyPressEvent(event);
        }
    }
};

} // namespace

GraphTables::GraphTables(QWidget* parent)
    : QWidget(parent)
    , m_nodes(new GraphTableModel(nodeColumns(), this))
    , m_edges(new GraphTableModel(edgeColumns(), this))
    , m_nodeOrder(new GraphTableOrder(*m_nodes, this))
    , m_edgeOrder(new GraphTableOrder(*m_edges, this))
    , m_tabs(new QTabBar(this))
    , m_stack(new QStackedWidget(this))
    , m_nodeView(makeView(*m_nodes, *m_nodeOrder, QStringLiteral("Nodes of the map"), 4))
    , m_edgeView(makeView(*m_edges, *m_edgeOrder, QStringLiteral("Calls on the map"), 3)) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, 0, 16, 0);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->addTab(QStringLiteral("Nodes"));
    m_tabs->addTab(QStringLiteral("Calls"));
    m_tabs->setAccessibleName(QStringLiteral("Nodes or calls"));
    row->addWidget(m_tabs);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    m_stack->addWidget(m_nodeView);
    m_stack->addWidget(m_edgeView);
    layout->addWidget(m_stack, 1);
    setFocusProxy(m_nodeView);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_stack->setCurrentIndex(tab);
        setFocusProxy(tab == 0 ? m_nodeView : m_edgeView);
    });
    for (const auto& [order, view] : {std::pair(m_nodeOrder, m_nodeView), std::pair(m_edgeOrder, m_edgeView)}) {
        connect(view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this, order](const QModelIndex& index) {
            if (m_following || !index.isValid()) {
                return;
            }
            const bool node = order == m_nodeOrder;
            const QString id = QString::fromStdString((node ? m_nodes : m_edges)->row(order->mapToSource(index).row()).id);
            node ? Q_EMIT nodeChosen(id) : Q_EMIT edgeChosen(id);
        });
    }
}

QTableView* GraphTables::makeView(GraphTableModel& model, GraphTableOrder& order, const QString& name, int sortedBy) {
    auto* view = new KeyedTable(this);
    view->setModel(&order);
    view->setAccessibleName(name);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setTabKeyNavigation(false); // Tab goes on to the next region
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(28);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setSectionsClickable(true);
    view->setSortingEnabled(true);
    view->sortByColumn(sortedBy, Qt::DescendingOrder);
    const auto& columns = model.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool name0 = i == 0 || (i == 1 && !columns[1].number && columns[1].title == QStringLiteral("To"));
        view->setColumnWidth(static_cast<int>(i), name0 ? 180 : columns[i].number ? 84 : 110);
    }
    view->horizontalHeader()->setStretchLastSection(!columns.back().number);
    return view;
}

void GraphTables::setTheme(const Theme& theme) {
    m_nodes->setTheme(theme);
    m_edges->setTheme(theme);
}

void GraphTables::setGraph(const mesh::Graph& graph, const TelemetryState& telemetry) {
    m_following = true; // rows that move under the selection are no choice of the user's
    m_nodes->setRows(nodeRows(graph, telemetry));
    m_edges->setRows(edgeRows(graph, telemetry));
    m_following = false;
    countRows();
}

void GraphTables::setFound(std::vector<std::string> nodes, bool all) {
    m_following = true;
    m_nodeOrder->setFound(nodes, all);
    m_edgeOrder->setFound(std::move(nodes), all);
    m_following = false;
    countRows();
}

void GraphTables::countRows() {
    m_tabs->setTabText(0, QStringLiteral("Nodes %1").arg(m_nodeOrder->rowCount()));
    m_tabs->setTabText(1, QStringLiteral("Calls %1").arg(m_edgeOrder->rowCount()));
}

void GraphTables::showRow(QTableView* view, const GraphTableModel& model, const GraphTableOrder& order, const std::string& id, int tab) {
    const int row = id.empty() ? -1 : model.rowOf(id);
    m_following = true;
    if (row < 0) {
        view->clearSelection();
        view->setCurrentIndex({});
    } else {
        const QModelIndex index = order.mapFromSource(model.index(row, 0));
        if (index.row() != view->currentIndex().row()) {
            view->setCurrentIndex(index);
        }
        m_tabs->setCurrentIndex(tab);
    }
    m_following = false;
}

void GraphTables::showNode(const std::string& node) {
    showRow(m_nodeView, *m_nodes, *m_nodeOrder, node, 0);
}

void GraphTables::showEdge(const std::string& edge) {
    showRow(m_edgeView, *m_edges, *m_edgeOrder, edge, 1);
}

} // namespace meshdeck::views
