#include "map/match_panel.h"

#include <QHBoxLayout>
#include <QListView>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/match_model.h"
#include "map/scene_text.h"
#include "traffic/find/common.h"

namespace meshdeck::views {
namespace {

QString plainName(const mesh::Node& node) {
    const std::string& own = !node.app.empty() ? node.app : !node.workload.empty() ? node.workload : node.service;
    return safeText(own.empty() ? displayName(node) : own);
}

QString pathWords(const mesh::Graph& graph, const std::vector<std::uint32_t>& path, std::size_t found) {
    constexpr std::size_t kMostNamed = 5;
    QStringList names;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const QString name = plainName(graph.nodes[path[i]]);
        if (names.isEmpty() || names.back() != name) { // a service and its workload are two nodes of one name
            names << name;
        }
    }
    if (static_cast<std::size_t>(names.size()) > kMostNamed) {
        names = names.mid(0, kMostNamed) << QStringLiteral("…");
    }
    return names.size() < 3 ? QString()
                            : QStringLiteral("%1 of %2 lie on one path: %3.").arg(path.size()).arg(found).arg(names.join(QStringLiteral(" → ")));
}

QString failureWords(const mesh::Graph& graph, const traffic::FoundTogether::Failure& failure) {
    QString words = QStringLiteral("%1 of %2 req/s to %3 ").arg(numberText(failure.failing), numberText(failure.total), plainName(graph.nodes[failure.node]));
    words += failure.code == "-" ? QStringLiteral("get no answer") : QStringLiteral("end with %1").arg(safeText(failure.code));
    return words + (failure.flags == "-" || failure.flags.empty() ? QStringLiteral(".") : QStringLiteral(", flag %1.").arg(safeText(failure.flags)));
}

} // namespace

MatchPanel::MatchPanel(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark))
    , m_model(new MatchModel(this))
    , m_title(new SafeLabel({}, TextRole::Primary, this))
    , m_order(new SafeLabel(QStringLiteral("worst first"), TextRole::Tertiary, this))
    , m_head(new SafeLabel(QStringLiteral("errors        req/s"), TextRole::Tertiary, this))
    , m_common(new SafeLabel({}, TextRole::Secondary, this))
    , m_list(new QListView(this)) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(4);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 0, 16, 0);
    m_title->setFontSize(15, 600);
    m_order->setFontSize(11);
    m_head->setFontSize(11);
    head->addWidget(m_title);
    head->addSpacing(8);
    head->addWidget(m_order);
    head->addStretch(1);
    head->addWidget(m_head);
    layout->addLayout(head);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new MatchDelegate(*m_model, m_theme, this));
    m_list->setAccessibleName(QStringLiteral("What was found"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_list, 1);
    m_common->setWordWrap(true);
    m_common->setFontSize(12);
    m_common->setContentsMargins(16, 6, 16, 10);
    layout->addWidget(m_common);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) { choose(now.row()); });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { choose(index.row()); });
}

void MatchPanel::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_list->viewport()->update();
}

void MatchPanel::setMatches(const std::shared_ptr<const mesh::Graph>& graph, const traffic::FindMatches& matches) {
    const QModelIndex current = m_list->currentIndex();
    const std::string chosen = current.isValid() ? m_model->rows()[static_cast<std::size_t>(current.row())].id : std::string();
    m_following = true;
    m_model->setRows(matchRows(*graph, matches));
    m_following = false;
    showChosen({chosen});
    const std::size_t nodes = traffic::foundNodes(*graph, matches).size(), edges = matches.edgeCount(), all = nodes + edges;
    QString title = nodes == 0 && edges > 0 ? QStringLiteral("%1 %2").arg(QString::fromStdString(traffic::grouped(edges)), edges == 1 ? QStringLiteral("call") : QStringLiteral("calls"))
                    : all == 0              ? QStringLiteral("Nothing found")
                                            : QStringLiteral("%1 %2").arg(QString::fromStdString(traffic::grouped(nodes)), nodes == 1 ? QStringLiteral("match") : QStringLiteral("matches"));
    if (nodes > 0 && edges > 0) {
        title += QStringLiteral(", %1 %2").arg(QString::fromStdString(traffic::grouped(edges)), edges == 1 ? QStringLiteral("call") : QStringLiteral("calls"));
    }
    m_title->setText(title);
    m_order->setText(all == 0 ? QString() : all > kMostMatchRows ? QStringLiteral("the worst %1").arg(kMostMatchRows) : QStringLiteral("worst first"));
    m_head->setVisible(all > 0);
    showCommon(*graph, matches);
    const int rows = std::min(m_model->rowCount(), 9);
    setMaximumHeight(44 + rows * 38 + 8 + (m_common->isHidden() ? 0 : 90));
}

void MatchPanel::showCommon(const mesh::Graph& graph, const traffic::FindMatches& matches) {
    const traffic::FoundTogether together = traffic::inCommon(graph, matches);
    QStringList sentences;
    if (!together.path.empty()) {
        sentences << pathWords(graph, together.path, matches.nodeCount());
    }
    if (together.failure) {
        sentences << failureWords(graph, *together.failure);
    }
    if (!together.ns.empty()) {
        sentences << QStringLiteral("All of them are in %1.").arg(safeText(together.ns));
    }
    sentences.removeAll(QString());
    m_common->setText(sentences.join(QLatin1Char(' ')));
    m_common->setVisible(!sentences.isEmpty());
}

void MatchPanel::choose(int row) {
    if (m_following || row < 0 || row >= m_model->rowCount()) {
        return;
    }
    const MatchRow& chosen = m_model->rows()[static_cast<std::size_t>(row)];
    const QString id = QString::fromStdString(chosen.id);
    if (chosen.isEdge) {
        Q_EMIT edgeChosen(id);
    } else {
        Q_EMIT nodeChosen(id);
    }
}

void MatchPanel::showChosen(const std::vector<std::string>& ids) {
    m_following = true;
    const int row = m_model->rowOf(ids);
    if (row < 0) {
        m_list->setCurrentIndex({});
    } else if (row != m_list->currentIndex().row()) {
        m_list->setCurrentIndex(m_model->index(row));
    }
    m_following = false;
}

int MatchPanel::count() const {
    return m_model->rowCount();
}

void MatchPanel::step(int by) {
    const int rows = m_model->rowCount();
    if (rows == 0) {
        return;
    }
    const int now = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : by > 0 ? -1 : 0;
    m_list->setCurrentIndex(m_model->index((now + by + rows) % rows));
}

} // namespace meshdeck::views
