// The map's context menu: what one can do with a card, a box or the picture.
#include <functional>

#include <QApplication>
#include <QClipboard>
#include <QMenu>

#include "common/safe_label.h"
#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/scene_text.h"

namespace meshdeck::views {
namespace {

// The key stands where a shortcut would: it is the view's own and works while the map has the focus.
void add(QMenu& menu, const QString& text, const QString& key, std::function<void()> action, bool enabled = true) {
    QAction* added = menu.addAction(key.isEmpty() ? text : text + QLatin1Char('\t') + key);
    added->setEnabled(enabled);
    QObject::connect(added, &QAction::triggered, &menu, std::move(action));
}

void copy(const QString& text) {
    QApplication::clipboard()->setText(text);
}

// What kubectl calls the thing behind a card.
QString kubectlOf(const mesh::Node& node) {
    const bool workload = !node.workload.empty();
    const std::string& name = workload ? node.workload : node.service;
    if (name.empty() || node.ns.empty() || node.kind == mesh::NodeKind::Unknown) {
        return {};
    }
    const QString kind = workload ? QStringLiteral("deployment") : QStringLiteral("service");
    return QStringLiteral("kubectl -n %1 get %2 %3").arg(safeText(node.ns), kind, safeText(name));
}

} // namespace

void MapPage::addGroupActions(QMenu& menu, const SceneNode& node) {
    add(menu, QStringLiteral("Open"), QStringLiteral("Enter"), [this, id = node.id] {
        m_opening = id;
        m_lens->open(id);
    });
    if (node.group->kind == traffic::GroupKind::Namespace) {
        add(menu, QStringLiteral("Focus on it"), QStringLiteral("1"), [this, id = node.id] { focusOn(id, 1); });
        add(menu, QStringLiteral("Who depends on it"), QStringLiteral("U"), [this, id = node.id] { askUpstream(id); });
        add(menu, QStringLiteral("What it depends on"), QStringLiteral("D"), [this, id = node.id] { askDownstream(id); });
    }
}

void MapPage::addNodeActions(QMenu& menu, const SceneNode& node) {
    for (int depth = 1; depth <= 3; ++depth) {
        add(menu, depth == 1 ? QStringLiteral("Focus on it") : QStringLiteral("Focus, depth %1").arg(depth), QString::number(depth),
            [this, id = node.id, depth] { focusOn(id, depth); });
    }
    add(menu, QStringLiteral("Who depends on it"), QStringLiteral("U"), [this, id = node.id] { askUpstream(id); });
    add(menu, QStringLiteral("What it depends on"), QStringLiteral("D"), [this, id = node.id] { askDownstream(id); });
    const bool second = !m_lens->pathFrom().empty() && m_lens->pathFrom() != node.id;
    add(menu, second ? QStringLiteral("Ways from %1").arg(nameOf(m_lens->pathFrom())) : QStringLiteral("Ways from here to …"),
        QStringLiteral("P"), [this, id = node.id] { markWay(id); });
    menu.addSeparator();
    add(menu, QStringLiteral("Try a request…"), {}, [this, id = node.id] { Q_EMIT requestWanted(QString::fromStdString(id)); });
    add(menu, QStringLiteral("Edit weights…"), QStringLiteral("W"), [this, id = node.id] {
        m_view->select(id);
        Q_EMIT weightsWanted(QString::fromStdString(id));
    });
    menu.addSeparator();
    add(menu, QStringLiteral("Copy name"), {}, [name = node.name] { copy(name); });
    const mesh::Node* behind = m_view->scene()->graph ? m_view->scene()->graph->node(node.members.back()) : nullptr;
    if (const QString command = behind != nullptr ? kubectlOf(*behind) : QString(); !command.isEmpty()) {
        add(menu, QStringLiteral("Copy as kubectl"), {}, [command] { copy(command); });
    }
}

void MapPage::showMenu(QPoint global, const MapView::Hit& hit) {
    const ScenePtr scene = m_view->scene();
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("mapMenu"));
    if (hit.node >= 0) {
        const SceneNode& node = scene->nodes[static_cast<std::size_t>(hit.node)];
        m_view->select(node.id);
        node.group ? addGroupActions(menu, node) : addNodeActions(menu, node);
        menu.addSeparator();
        add(menu, QStringLiteral("Let the layout place it again"), {}, [this, id = node.id] { m_lens->unpin(id); }, m_lens->isPinned(node.id));
    } else if (hit.edge >= 0) {
        const SceneEdge& edge = scene->edges[static_cast<std::size_t>(hit.edge)];
        m_view->selectEdge(edge.id);
        add(menu, QStringLiteral("Copy as text"), {}, [text = edgeTip(*scene, edge)] { copy(text); });
        const std::string from = edge.source >= 0 ? scene->nodes[static_cast<std::size_t>(edge.source)].id : std::string();
        const std::string to = scene->nodes[static_cast<std::size_t>(edge.target)].id;
        add(menu, QStringLiteral("All ways between its ends"), {}, [this, from, to] { showWays(from, to); }, !from.empty());
    }
    for (int box = hit.box; box >= 0; box = scene->boxes[static_cast<std::size_t>(box)].parent) {
        if (scene->boxes[static_cast<std::size_t>(box)].closable) {
            add(menu, QStringLiteral("Close %1").arg(scene->boxes[static_cast<std::size_t>(box)].title), QStringLiteral("−"),
                [this, id = scene->boxes[static_cast<std::size_t>(box)].id] {
                    m_opening = id;
                    m_lens->close(id);
                });
        }
    }
    menu.addSeparator();
    add(menu, QStringLiteral("Back"), QStringLiteral("Backspace"), [this] { goBack(); }, m_lens->canGoBack());
    add(menu, QStringLiteral("Whole mesh"), QStringLiteral("0"), [this] { m_lens->home(); });
    add(menu, QStringLiteral("Fit"), QStringLiteral("F"), [this] { m_view->fit(); });
    add(menu, QStringLiteral("Let the layout place all cards again"), {}, [this] { m_lens->unpinAll(); }, m_lens->pinned() != nullptr);
    menu.exec(global);
}

} // namespace meshdeck::views
