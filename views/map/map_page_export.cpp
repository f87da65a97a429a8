// Saving the map from its page.
#include "common/safe_label.h"
#include "map/export_panel.h"
#include "map/find_field.h"
#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/render_map.h"
#include "map/tool_row.h"

namespace meshdeck::views {
namespace {

// What keeps the picture from being the whole mesh, in the words of the title block.
QString filterWords(const ToolRow& tools, const Scene& scene) {
    QStringList parts;
    if (tools.hidesOthers()) {
        parts << QStringLiteral("only ") + safeText(tools.find().text());
    }
    if (!tools.hide().empty()) {
        parts << QStringLiteral("without ") + safeText(tools.hide().text());
    }
    if (scene.noise.total() > 0) {
        parts << QStringLiteral("without %1 calls of probes, scrapers and name resolution").arg(scene.noise.total());
    }
    return parts.join(QStringLiteral("; "));
}

} // namespace

void MapPage::showExport(QWidget* under) {
    const ScenePtr& scene = m_view->scene();
    if (!scene || scene->nodes.empty() || !scene->graph) {
        return;
    }
    ExportSubject subject;
    subject.snapshot = m_mesh.snapshot();
    subject.scene = scene;
    subject.view = m_view->visibleArea().intersected(scene->bounds.adjusted(-24, -24, 24, 24));
    subject.facts = factsOf(*subject.snapshot, *scene->graph);
    subject.facts.filter = filterWords(*m_tools, *scene);
    subject.facts.labels = labelWords(m_labels);
    subject.find = m_tools->hidesOthers() ? m_tools->find().text() : std::string();
    subject.hide = m_tools->hide().text();
    if (m_export == nullptr) {
        m_export = new ExportPanel(this);
    }
    m_export->setSubject(std::move(subject));
    m_export->openUnder(under);
}

} // namespace meshdeck::views
