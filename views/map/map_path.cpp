// Other pages point at the map: the path of a request, the services of an object.
#include <algorithm>

#include "map/find_field.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/tool_row.h"

namespace meshdeck::views {

void MapPage::showPath(std::vector<std::string> nodes, std::vector<std::string> edges, const QString& what) {
    m_tools->findField().clear();
    showTable(false);
    m_path = Path{std::move(nodes), std::move(edges), what};
    applyPath();
    if (m_view->scene()) {
        for (const std::string& node : m_path->nodes) {
            if (const int card = m_view->scene()->find(node); card >= 0) {
                m_view->centreOn(card);
                break;
            }
        }
    }
}

// After every scene anew: its cards are other ones.
void MapPage::applyPath() {
    const ScenePtr& scene = m_view->scene();
    if (!scene || !m_path) {
        return;
    }
    std::vector<bool> matches(scene->nodes.size(), false);
    for (const std::string& node : m_path->nodes) {
        if (const int card = scene->find(node); card >= 0) {
            matches[static_cast<std::size_t>(card)] = true;
        }
    }
    const bool any = std::find(matches.begin(), matches.end(), true) != matches.end();
    m_view->setMatches(any ? matches : std::vector<bool>());
    m_view->setPath(m_path->edges);
    m_tools->findField().setFound(any ? QStringLiteral("%1 · Esc ends it").arg(m_path->what) : QStringLiteral("%1 is not on this map").arg(m_path->what));
}

void MapPage::endPath() {
    if (m_path) {
        m_path.reset();
        m_view->setPath({});
        find();
    }
}

} // namespace meshdeck::views
