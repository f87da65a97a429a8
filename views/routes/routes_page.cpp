#include "routes/routes_page.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "base/text.h"
#include "common/safe_label.h"
#include "config/resource_json.h"
#include "policy/world/snapshot_objects.h"
#include "routes/config_view.h"
#include "routes/effective_view.h"
#include "routes/request_form.h"
#include "routes/request_tab.h"

namespace meshdeck::views {

RoutesPage::RoutesPage(MeshState& mesh, Executor& worker, std::string context, std::string savedFile, QWidget* parent)
    : QWidget(parent)
    , m_mesh(mesh)
    , m_feed(new PolicyFeed(worker, this))
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_request(new RequestTab(std::move(context), std::move(savedFile), this))
    , m_config(new ConfigView(this))
    , m_effective(new EffectiveView(this))
    , m_note(new SafeLabel({}, TextRole::Tertiary, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QWidget(this);
    bar->setProperty("role", "panel");
    bar->setAttribute(Qt::WA_StyledBackground);
    bar->setFixedHeight(34);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(16, 2, 16, 0);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false); // a title that grows pushes the next one
    m_tabs->setAccessibleName(QStringLiteral("Routes: request path, config or what is in effect"));
    for (const char* name : {"Request path", "Config", "In effect"}) {
        m_tabs->addTab(QString::fromLatin1(name));
    }
    m_note->setFontSize(11);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_note);
    layout->addWidget(bar);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    for (QWidget* page : {static_cast<QWidget*>(m_request), static_cast<QWidget*>(m_config), static_cast<QWidget*>(m_effective)}) {
        m_pages->addWidget(page);
    }
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(&m_mesh, &MeshState::snapshotChanged, this, &RoutesPage::follow);
    connect(m_feed, &PolicyFeed::stateReady, this, &RoutesPage::showState);
    connect(m_feed, &PolicyFeed::traced, this, [this](const std::shared_ptr<const TraceAnswer>& answer) { m_request->setAnswer(answer, *m_mesh.snapshot()); });
    connect(m_feed, &PolicyFeed::effectiveReady, this, [this](const std::shared_ptr<const EffectiveAnswer>& answer) { m_effective->setAnswer(*answer); });
    connect(m_feed, &PolicyFeed::savedRun, this, [this](const SavedRuns& runs) {
        m_request->setRuns(runs);
        if (m_state) {
            m_config->setState(m_state, m_request->savedFindings());
        }
        showTitles();
    });
    connect(m_request, &RequestTab::asked, m_feed, qOverload<TraceQuery>(&PolicyFeed::ask));
    connect(m_request, &RequestTab::savedChanged, this, [this] { m_feed->setSaved(m_request->savedFile().all()); });
    connect(m_request, &RequestTab::objectChosen, this, &RoutesPage::openObject);
    connect(m_request, &RequestTab::showOnMap, this, [this] {
        const mesh::SnapshotPtr& snapshot = m_mesh.snapshot();
        if (m_request->answer() && snapshot->graph) {
            Q_EMIT showOnMap(onMap(*m_request->answer(), *snapshot->graph), QStringLiteral("the path of ") + requestTitle(draftOf(m_request->answer()->query.request).draft));
        }
    });
    connect(m_config, &ConfigView::showOnMap, this, [this](const mesh::ResourceRef& ref) {
        const mesh::SnapshotPtr& snapshot = m_mesh.snapshot();
        const policy::ConfigObjectPtr object = m_state ? m_state->shown().find(ref) : nullptr;
        if (object && snapshot->graph) {
            Q_EMIT showOnMap(onMap(*object, *snapshot->graph), safeText(ref.display()));
        }
    });
    connect(m_effective, &EffectiveView::asked, this, [this](EffectiveQuery query) {
        query.draft = m_request->form().withDraft();
        m_feed->ask(std::move(query));
    });
    connect(m_effective, &EffectiveView::objectChosen, this, &RoutesPage::openObject);
    m_config->setMessage(missing());
    if (!m_request->savedFile().all().empty()) {
        m_feed->setSaved(m_request->savedFile().all());
        activate(); // a changed answer is told although nobody looks
    }
}

void RoutesPage::setTheme(const Theme& theme) {
    m_request->setTheme(theme);
    m_config->setTheme(theme);
    m_effective->setTheme(theme);
}

void RoutesPage::setMeshConfig(std::shared_ptr<const config::MeshConfig> mesh) {
    m_feed->setMeshConfig(std::move(mesh));
}

void RoutesPage::setPending(const std::vector<config::Json>& objects) {
    if (objects == m_pendingJson) {
        return; // the same objects are not read again: a draft is told by its pointers
    }
    m_pendingJson = objects;
    m_pending.clear();
    for (const config::Json& json : objects) {
        const auto resource = config::readResource(json.dump(-1, ' ', false, config::Json::error_handler_t::replace));
        if (auto object = resource ? policy::objectOf(**resource) : nullptr) {
            m_pending.push_back({object->ref, std::move(object)});
        }
    }
    m_feed->setDraft(m_pending);
}

void RoutesPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    activate();
}

// From now on the mesh is followed; before, nobody asked what its config means.
void RoutesPage::activate() {
    if (!m_active) {
        m_active = true;
        follow();
    }
}

void RoutesPage::follow() {
    const QString why = missing();
    m_config->setMessage(why);
    if (!why.isEmpty()) {
        m_request->setMessage(why);
    }
    if (m_active && m_mesh.snapshot()->config) {
        m_feed->setSnapshot(m_mesh.snapshot());
    }
    if (m_state) {
        showTitles(); // the same config, seen later
    }
}

QString RoutesPage::missing() const {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    const mesh::SourceHealth* source = snapshot.source("kubernetes");
    const bool read = snapshot.config && (source == nullptr || (source->state != mesh::SourceState::Connecting && source->state != mesh::SourceState::Absent));
    if (source != nullptr && source->state == mesh::SourceState::Denied) {
        return QStringLiteral("The config cannot be read: %1%2").arg(safeText(source->detail), source->hint.empty() ? QString() : QStringLiteral("\n") + safeText(source->hint));
    }
    if (source != nullptr && !read && !source->detail.empty()) {
        return QStringLiteral("Waiting for the config: %1").arg(safeText(source->detail));
    }
    if (!read) {
        return QStringLiteral("Loading the mesh's config…");
    }
    if (m_state && m_state->config.empty()) {
        return QStringLiteral("There is no Istio or Gateway API object in view, so Kubernetes alone decides where requests go. "
                              "A request can still be traced.");
    }
    return {};
}

void RoutesPage::showState(const PolicyStatePtr& state) {
    m_state = state;
    m_request->setState(state, state->draft != nullptr);
    m_effective->setState(*state);
    m_config->setState(state, m_request->savedFindings());
    m_config->setMessage(missing());
    if (!m_request->answer()) {
        const QString why = missing();
        m_request->setMessage(why.isEmpty() ? QStringLiteral("Say who sends what, then press Enter: the way of the request is drawn here, with every rule that was asked.") : why);
    }
    showTitles();
}

void RoutesPage::showTitles() {
    int wrong = 0;
    for (int i = 0; i < m_config->findings().rowCount(); ++i) {
        const FindingRow& row = m_config->findings().row(i);
        wrong += row.severity != policy::Severity::Info && row.draft != FindingRow::Draft::Fixed ? 1 : 0;
    }
    m_tabs->setTabText(ConfigId, wrong == 0 ? QStringLiteral("Config") : QStringLiteral("Config · %1 %2").arg(wrong).arg(wrong == 1 ? QStringLiteral("finding") : QStringLiteral("findings")));
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    const QString time = safeText(text::rfc3339(snapshot.time)).mid(11, 8);
    const QString note = QStringLiteral("simulated from the config as of %1%2").arg(time, m_state && !m_state->meshConfigKnown ? QStringLiteral(", mesh config not read: Istio's defaults") : QString());
    m_note->setText(note);
    Q_EMIT noteChanged(note);
}

void RoutesPage::openRequest(const RequestDraft& draft) {
    showTab(RequestId);
    if (draft.url.empty()) {
        m_request->form().setDraft(draft);
        m_request->form().focusFirst();
        return;
    }
    m_request->ask(draft);
}

void RoutesPage::openObject(const mesh::ResourceRef& ref, const std::string& pointer) {
    showTab(ConfigId);
    m_config->showObject(ref, pointer);
}

void RoutesPage::openEffective(const EffectiveQuery& query) {
    showTab(EffectiveId);
    m_effective->setQuery(query);
    m_feed->ask(query);
}

void RoutesPage::showTab(Tab tab) {
    m_tabs->setCurrentIndex(tab);
}

void RoutesPage::focusFirst() {
    switch (m_tabs->currentIndex()) {
    case ConfigId: m_config->focusFilter(); break;
    case EffectiveId: m_effective->focusFirst(); break;
    default: m_request->form().focusFirst();
    }
}

} // namespace meshdeck::views
