#include "changes/change_page.h"

#include <numeric>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "base/text.h"
#include "change/conflict.h"
#include "changes/diff_part.h"
#include "changes/diff_view.h"
#include "changes/ghosts.h"
#include "changes/guard_bar.h"
#include "changes/weight_editor.h"
#include "charts/split_bar.h"
#include "common/safe_label.h"
#include "map/map_view.h"
#include "map/scene_feed.h"
#include "tables/prediction_model.h"

namespace meshdeck::views {

ChangePage::ChangePage(MeshState& mesh, ChangeService* changes, Executor& worker, const Clock& clock,
                       const ShellOptions& options, QWidget* parent)
    : QWidget(parent)
    , m_mesh(mesh)
    , m_changes(changes)
    , m_clock(clock)
    , m_theme(&theme(ThemeKind::Dark))
    , m_feed(new SceneFeed(worker, this))
    , m_map(new MapView(this))
    , m_guard(new GuardBar(options, this))
    , m_work(new QWidget(this))
    , m_nothing(new SafeLabel(QStringLiteral("Nothing is being edited.\n\nSelect a service with a split on the map and choose "
                                             "“Edit weights…”."),
                              TextRole::Secondary, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_nothing->setAlignment(Qt::AlignCenter);
    layout->addWidget(m_nothing, 1);
    layout->addWidget(m_work, 1);
    auto* work = new QVBoxLayout(m_work);
    work->setContentsMargins(0, 0, 0, 0);
    work->setSpacing(0);
    auto* mapSide = new QWidget(m_work);
    auto* mapLayout = new QVBoxLayout(mapSide);
    mapLayout->setContentsMargins(0, 0, 0, 0);
    mapLayout->setSpacing(0);
    m_mapTitle = new SafeLabel({}, TextRole::Primary, mapSide);
    m_mapTitle->setFontSize(12, 600);
    m_mapTitle->setFixedHeight(40);
    m_mapTitle->setContentsMargins(12, 0, 0, 0);
    mapLayout->addWidget(m_mapTitle);
    mapLayout->addWidget(makeLine(Qt::Horizontal, mapSide));
    mapLayout->addWidget(m_map, 1);
    auto* upper = new QSplitter(Qt::Horizontal, m_work);
    upper->setHandleWidth(1);
    upper->addWidget(mapSide);
    upper->addWidget(makeEditor());
    upper->setStretchFactor(0, 11);
    upper->setStretchFactor(1, 10);
    upper->setSizes({812, 740});
    auto* whole = new QSplitter(Qt::Vertical, m_work);
    whole->setHandleWidth(1);
    whole->addWidget(upper);
    m_diff = new DiffPart(options.context, m_work);
    whole->addWidget(m_diff);
    whole->setStretchFactor(0, 16);
    whole->setStretchFactor(1, 10);
    whole->setSizes({596, 290});
    work->addWidget(whole, 1);
    work->addWidget(makeLine(Qt::Horizontal, m_work));
    work->addWidget(m_guard);
    m_work->hide();
    m_map->setLeastFit(0.82);
    connect(m_feed, &SceneFeed::ready, m_map, [this](const ScenePtr& scene) { m_map->setScene(scene); });
    connect(m_editor, &WeightEditor::weightsChanged, this, &ChangePage::redraft);
    connect(&m_mesh, &MeshState::snapshotChanged, this, &ChangePage::follow);
    auto* threeWay = m_diff->findChild<DiffView*>();
    connect(new QShortcut(Qt::Key_N, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated, threeWay,
            &DiffView::nextChange);
    connect(new QShortcut(Qt::Key_P, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated, threeWay,
            &DiffView::previousChange);
    connect(m_guard, &GuardBar::exportRequested, m_diff, &DiffPart::exportPatch);
    if (m_changes != nullptr) {
        connectService();
    }
}

void ChangePage::connectService() {
    connect(m_guard, &GuardBar::dryRunRequested, this, [this] {
        if (m_draft) {
            m_guard->setBusy(QStringLiteral("Asking the server…"));
            m_changes->dryRun(*m_draft);
        }
    });
    connect(m_guard, &GuardBar::applyRequested, this, [this](bool allowOwned) {
        m_owned = allowOwned ? std::optional(m_draft->route.resource) : std::nullopt;
        m_ownedWeights = m_draft->edit.weights;
        m_ownedSeen = false;
        m_guard->setBusy(QStringLiteral("Writing the intent to the journal…"));
        m_changes->apply(allowOwned);
    });
    connect(m_guard, &GuardBar::undoRequested, this, &ChangePage::undoLast);
    connect(m_changes, &ChangeService::dryRunDone, this, [this](const DryRunReport& report) {
        m_guard->setReport(report);
        if (!report.liveYaml.empty() && m_draft) {
            m_liveYaml = report.liveYaml;
            showDraft();
            m_guard->setReport(report);
        }
    });
    connect(m_changes, &ChangeService::progressed, m_guard, &GuardBar::setProgress);
    connect(m_changes, &ChangeService::applied, this, [this](const ApplyDone& done) {
        m_guard->setDone(done);
        if (m_draft && done.report && done.report->outcome == change::Outcome::Applied) {
            m_draft->fields = 0; // stored: nothing is pending any more
            Q_EMIT pendingChanged(0);
        }
    });
}

QWidget* ChangePage::makeEditor() {
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* body = new QWidget(scroll);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(20, 12, 20, 12);
    layout->setSpacing(7);
    auto* head = new QHBoxLayout;
    m_title = new SafeLabel({}, TextRole::Primary, body);
    m_title->setFontSize(15, 600);
    m_objects = new SafeLabel({}, TextRole::Tertiary, body);
    m_objects->setFontSize(11);
    head->addWidget(m_title);
    head->addStretch(1);
    head->addWidget(m_objects);
    layout->addLayout(head);
    m_sentence = new SafeLabel({}, TextRole::Secondary, body);
    m_sentence->setWordWrap(true);
    layout->addWidget(m_sentence);
    m_editor = new WeightEditor(body);
    layout->addWidget(m_editor);
    m_sum = new SafeLabel({}, TextRole::Tertiary, body);
    m_sum->setFontSize(11);
    layout->addWidget(m_sum);
    m_before = new SplitBar(QStringLiteral("before"), body);
    m_after = new SplitBar(QStringLiteral("after"), body);
    m_before->setCaptionWidth(50);
    m_after->setCaptionWidth(50);
    layout->addWidget(m_before);
    layout->addWidget(m_after);
    layout->addSpacing(4);
    m_rows = new PredictionModel(this);
    auto* table = new QTableView(body);
    table->setModel(m_rows);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setFocusPolicy(Qt::NoFocus);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(23);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::ResizeToContents);
    table->horizontalHeader()->setMinimumSectionSize(86);
    table->horizontalHeader()->setHighlightSections(false);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setMinimumHeight(120);
    layout->addWidget(table, 1);
    m_unknowns = new SafeLabel({}, TextRole::Tertiary, body);
    m_unknowns->setFontSize(11);
    m_unknowns->setWordWrap(true);
    layout->addWidget(m_unknowns);
    scroll->setWidget(body);
    return scroll;
}

void ChangePage::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_map->setTheme(theme);
    m_diff->setTheme(theme);
    m_rows->setTheme(theme);
    m_guard->setTheme(theme);
    if (m_draft) {
        const std::vector<int> weights = m_editor->weights();
        showWeights();
        redraft(weights);
    }
}

void ChangePage::setReadOnly(const QString& reason) {
    m_guard->setReadOnly(reason);
}

std::vector<QString> ChangePage::names() const {
    std::vector<QString> names;
    for (const config::WeightedDestination& destination : m_draft->route.destinations) {
        names.push_back(safeText(destination.subset.empty() ? destination.host : destination.subset));
    }
    return names;
}

void ChangePage::edit(const config::WeightedRoute& route) {
    begin(route, false);
}

// An untouched draft follows the stored object (after Apply and Undo, and when somebody else writes it); one with changes
// keeps its base, and the dry run tells of the conflict. The map follows the traffic either way.
void ChangePage::follow() {
    if (!m_draft) {
        return;
    }
    const mesh::ResourcePtr stored = m_mesh.snapshot()->resource(m_draft->route.resource);
    if (stored && m_owned == stored->ref && !m_guard->busy()) {
        tellIfTakenBack(*stored);
    }
    const bool newer = stored && m_draft->edit.base && stored->resourceVersion != m_draft->edit.base->resourceVersion;
    if (newer && m_draft->fields == 0 && !m_guard->busy()) {
        for (const config::WeightedRoute& route : config::weightedRoutes(*stored)) {
            if (route.section == m_draft->route.section && route.index == m_draft->route.index) {
                begin(config::WeightedRoute(route), true);
                return;
            }
        }
    }
    if (isVisible()) {
        showGhosts();
    }
}

// An edit of an object that somebody owns does not last; say when it went and by whom (facts/safe-apply.md C4).
void ChangePage::tellIfTakenBack(const mesh::Resource& stored) {
    for (const config::WeightedRoute& route : config::weightedRoutes(stored)) {
        if (route.section != m_draft->route.section || route.index != m_draft->route.index) {
            continue;
        }
        std::vector<int> weights;
        for (const config::WeightedDestination& destination : route.destinations) {
            weights.push_back(destination.weight.value_or(route.destinations.size() == 1 ? 100 : 1));
        }
        if (weights == m_ownedWeights) {
            m_ownedSeen = true; // what we wrote has come round; from now on another value is somebody's answer
        } else if (m_ownedSeen) {
            const auto who = m_draft->edit.base ? change::changedSince(*m_draft->edit.base, stored) : std::nullopt;
            m_guard->tell(QStringLiteral("The edit was taken back: ") +
                          (who ? safeText(change::sentence(*who)) : QStringLiteral("the weights are others now")));
            m_owned.reset();
        }
    }
}

void ChangePage::begin(const config::WeightedRoute& route, bool keepMessage) {
    const mesh::ResourcePtr base = m_mesh.snapshot()->resource(route.resource);
    if (m_changes == nullptr || !base) {
        return;
    }
    change::WeightEdit edit;
    edit.base = base;
    edit.section = route.section;
    edit.routeIndex = route.index;
    for (const config::WeightedDestination& destination : route.destinations) {
        edit.weights.push_back(destination.weight.value_or(route.destinations.size() == 1 ? 100 : 1));
    }
    m_draft = m_changes->draft(edit, *m_mesh.snapshot());
    m_draft->route = route;
    m_liveYaml = m_draft->baseYaml;
    m_nothing->hide();
    m_work->show();
    showWeights();
    showDraft(keepMessage);
    if (!keepMessage) {
        m_diff->begin();
    }
}

void ChangePage::showWeights() {
    std::vector<EditedWeight> weights;
    const std::vector<QString> labels = names();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto& written = m_draft->route.destinations[i].weight;
        weights.push_back({labels[i], written.value_or(labels.size() == 1 ? 100 : 1), static_cast<int>(i)});
    }
    m_editor->setWeights(weights, *m_theme);
}

void ChangePage::redraft(const std::vector<int>& weights) {
    if (!m_draft) {
        return;
    }
    change::WeightEdit edit = m_draft->edit;
    edit.weights = weights;
    const config::WeightedRoute route = m_draft->route;
    m_draft = m_changes->draft(edit, *m_mesh.snapshot());
    m_draft->route = route;
    // The editor's own value, set again after a change of theme.
    for (std::size_t i = 0; i < weights.size() && m_editor->weights() != weights; ++i) {
        m_editor->move(i, weights[i]);
    }
    showDraft();
}

void ChangePage::showDraft(bool keepMessage) {
    const EditDraft& draft = *m_draft;
    const config::WeightedDestination& first = draft.route.destinations.front();
    const QString host = safeText(first.host);
    m_mapTitle->setText(host + QStringLiteral(" and what it calls"));
    const QString sentence = QString::fromStdString(draft.prediction.sentence);
    const auto comma = sentence.indexOf(QStringLiteral(", about"));
    m_title->setText(draft.fields == 0 ? host : comma > 0 ? sentence.left(comma) : sentence);
    m_objects->setText(draft.fields == 0 ? QStringLiteral("no change yet")
                                         : QStringLiteral("Δ 1 object, %1 fields").arg(draft.fields));
    m_sentence->setText(draft.problem        ? QString::fromStdString(draft.problem->what)
                        : draft.fields == 0 ? QStringLiteral("Move a weight to see what it would do. Nothing is written before you say so.")
                                            : sentence);
    const int sum = std::accumulate(draft.edit.weights.begin(), draft.edit.weights.end(), 0);
    m_sum->setText(QStringLiteral("Sum %1%2. Moving one weight moves the others in proportion; a pinned weight holds.")
                       .arg(sum)
                       .arg(sum == 100 ? QStringLiteral(" %") : QString()));
    std::vector<SplitPart> before, after;
    const std::vector<QString> labels = names();
    const auto shares = draft.route.shares();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        before.push_back({labels[i], i < shares.size() && shares[i] ? shares[i]->value : 0, static_cast<int>(i)});
        after.push_back({labels[i], sum > 0 && i < draft.edit.weights.size() ? 100.0 * draft.edit.weights[i] / sum : 0, static_cast<int>(i)});
    }
    m_before->setParts(before, *m_theme);
    m_after->setParts(after, *m_theme);
    // Without a change there is nothing to predict: what the window differs from the weights by is no consequence.
    const bool changes = draft.fields > 0;
    m_rows->setRows(changes ? draft.prediction.rows : decltype(draft.prediction.rows)());
    QString unknowns;
    for (const std::string& unknown : changes ? draft.prediction.unknowns : std::vector<std::string>()) {
        unknowns += (unknowns.isEmpty() ? QString() : QStringLiteral("\n")) + QString::fromStdString(unknown);
    }
    m_unknowns->setText(unknowns);
    m_unknowns->setVisible(!unknowns.isEmpty());
    m_diff->setDraft(draft, m_liveYaml);
    m_guard->setDraft(draft, keepMessage);
    showGhosts();
    Q_EMIT pendingChanged(pending());
}

std::string ChangePage::serviceNode() const {
    const auto& graph = m_mesh.snapshot()->graph;
    const config::WeightedDestination& first = m_draft->route.destinations.front();
    const auto name = config::resolveHost(first.host, first.ns);
    if (!graph || !name) {
        return {};
    }
    for (const mesh::Node& node : graph->nodes) {
        if (node.kind == mesh::NodeKind::Service && node.service == name->name && node.ns == name->ns) {
            return node.id;
        }
    }
    return {};
}

void ChangePage::showGhosts() {
    const std::string service = serviceNode();
    if (service.empty()) {
        return;
    }
    change::Prediction prediction = m_draft->prediction;
    for (change::PredictedEdge& edge : prediction.edges) {
        if (m_draft->fields == 0) {
            edge.rateNow.reset();
            edge.rateAfter.reset();
        }
    }
    m_feed->request(ghostCards(*m_mesh.snapshot(), service, prediction, m_clock.wallTime()), 1.5);
}

void ChangePage::undoLast() {
    if (m_changes != nullptr) {
        m_guard->setBusy(QStringLiteral("Taking the last change back…"));
        m_changes->undoLast();
    }
}

std::vector<config::Json> ChangePage::pendingObjects() const {
    std::vector<config::Json> objects;
    if (pending() == 0) {
        return objects;
    }
    if (const auto plan = change::planWeights(m_draft->edit)) {
        for (const change::PlannedObject& object : plan->objects) {
            if (!object.after.is_null()) {
                objects.push_back(object.after);
            }
        }
    }
    return objects;
}

} // namespace meshdeck::views
