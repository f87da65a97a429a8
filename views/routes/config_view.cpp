#include "routes/config_view.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "routes/yaml_view.h"

namespace meshdeck::views {
namespace {

QVBoxLayout* panelLayout(QWidget* panel) {
    panel->setProperty("role", "panel");
    panel->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return layout;
}

QHBoxLayout* headLayout(QWidget* head) {
    head->setFixedHeight(38);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(16, 0, 12, 0);
    layout->setSpacing(8);
    return layout;
}

} // namespace

ConfigView::ConfigView(QWidget* parent)
    : QWidget(parent)
    , m_config(new ConfigModel(this))
    , m_filter(new ConfigFilter(*m_config, this))
    , m_findings(new FindingsModel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* down = new QSplitter(Qt::Vertical, this);
    auto* across = new QSplitter(Qt::Horizontal, down);
    across->addWidget(makeList());
    across->addWidget(makeText());
    across->setStretchFactor(0, 2);
    across->setStretchFactor(1, 3);
    across->setSizes({520, 1000});
    down->addWidget(across);
    down->addWidget(makeFindings());
    down->setSizes({560, 280});
    down->setChildrenCollapsible(false);
    across->setChildrenCollapsible(false);
    for (QSplitter* splitter : {down, across}) {
        splitter->setHandleWidth(1);
    }
    layout->addWidget(down);
}

QWidget* ConfigView::makeList() {
    auto* panel = new QWidget(this);
    auto* layout = panelLayout(panel);
    auto* head = new QWidget(panel);
    auto* row = headLayout(head);
    m_words = new QLineEdit(head);
    m_words->setPlaceholderText(QStringLiteral("Filter by kind, namespace or name"));
    m_words->setAccessibleName(QStringLiteral("Filter the list of config"));
    m_words->setClearButtonEnabled(true);
    m_only = new QToolButton(head);
    m_only->setProperty("role", "chip");
    m_only->setCheckable(true);
    m_only->setText(QStringLiteral("with findings"));
    m_count = new SafeLabel({}, TextRole::Tertiary, head);
    m_count->setFontSize(11);
    row->addWidget(m_words, 1);
    row->addWidget(m_only);
    row->addWidget(m_count);
    m_tree = new QTreeView(panel);
    m_tree->setModel(m_filter);
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setAccessibleName(QStringLiteral("Config objects by namespace"));
    m_tree->setHeaderHidden(true);
    m_tree->setIconSize({14, 14});
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(ConfigModel::NameColumn, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(ConfigModel::FindingsColumn, QHeaderView::Fixed);
    m_tree->header()->resizeSection(ConfigModel::FindingsColumn, 150);
    m_nothing = new SafeLabel({}, TextRole::Tertiary, panel);
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setContentsMargins(32, 24, 32, 24);
    layout->addWidget(head);
    layout->addWidget(makeLine(Qt::Horizontal, panel));
    layout->addWidget(m_nothing, 1);
    layout->addWidget(m_tree, 1);
    connect(m_words, &QLineEdit::textChanged, this, &ConfigView::filter);
    connect(m_only, &QToolButton::toggled, this, &ConfigView::filter);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        if (!m_restoring) {
            choose(m_filter->mapToSource(index.siblingAtColumn(0)));
        }
    });
    const auto fold = [this](const QModelIndex& index, bool closed) {
        if (!m_restoring) {
            const std::string name = index.data().toString().toStdString();
            closed ? (void)m_closed.insert(name) : (void)m_closed.erase(name);
        }
    };
    connect(m_tree, &QTreeView::collapsed, this, [fold](const QModelIndex& index) { fold(index, true); });
    connect(m_tree, &QTreeView::expanded, this, [fold](const QModelIndex& index) { fold(index, false); });
    return panel;
}

QWidget* ConfigView::makeText() {
    auto* panel = new QWidget(this);
    auto* layout = panelLayout(panel);
    auto* head = new QWidget(panel);
    auto* row = headLayout(head);
    m_title = new SafeLabel({}, TextRole::Primary, head);
    m_title->setFontSize(12, 600);
    m_title->setElided(true);
    m_map = new QToolButton(head);
    m_map->setProperty("role", "chip");
    m_map->setText(QStringLiteral("Show on map"));
    row->addWidget(m_title, 1);
    row->addWidget(m_map);
    m_yaml = new YamlView(panel);
    layout->addWidget(head);
    layout->addWidget(makeLine(Qt::Horizontal, panel));
    layout->addWidget(m_yaml, 1);
    connect(m_map, &QToolButton::clicked, this, [this] { Q_EMIT showOnMap(m_shown); });
    return panel;
}

QWidget* ConfigView::makeFindings() {
    auto* panel = new QWidget(this);
    auto* layout = panelLayout(panel);
    auto* head = new QWidget(panel);
    auto* row = headLayout(head);
    auto* title = new SafeLabel(QStringLiteral("Findings"), TextRole::Primary, head);
    title->setFontSize(12, 600);
    m_summary = new SafeLabel({}, TextRole::Tertiary, head);
    m_summary->setFontSize(11);
    row->addWidget(title);
    row->addWidget(m_summary, 1);
    m_table = new QTableView(panel);
    m_table->setModel(m_findings);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setIconSize({14, 14});
    m_table->setAccessibleName(QStringLiteral("Findings, worst first; Enter goes to the object"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setStretchLastSection(true);
    for (const auto& [column, width] : {std::pair(FindingsModel::CodeColumn, 100), std::pair(FindingsModel::ObjectColumn, 250),
                                        std::pair(FindingsModel::MessageColumn, 560), std::pair(FindingsModel::FieldColumn, 300)}) {
        m_table->setColumnWidth(column, width);
    }
    layout->addWidget(makeLine(Qt::Horizontal, panel));
    layout->addWidget(head);
    layout->addWidget(m_table, 1);
    const auto go = [this](const QModelIndex& index) {
        if (index.isValid()) {
            const FindingRow& finding = m_findings->row(index.row());
            if (!finding.object.kind.empty()) {
                showObject(finding.object, finding.pointer);
            }
        }
    };
    connect(m_table, &QTableView::clicked, this, go);
    connect(m_table, &QTableView::activated, this, go);
    return panel;
}

void ConfigView::setTheme(const Theme& theme) {
    m_config->setTheme(theme);
    m_findings->setTheme(theme);
    m_yaml->setTheme(theme);
    keepOpen();
}

void ConfigView::setMessage(const QString& message) {
    m_nothing->setText(message);
    const bool empty = m_config->rowCount() == 0;
    m_nothing->setVisible(empty);
    m_tree->setVisible(!empty);
    if (empty) {
        m_yaml->clearObject({});
        m_title->setText({});
    }
    m_map->setVisible(!m_shown.kind.empty() && !empty);
}

void ConfigView::setState(PolicyStatePtr state, const std::vector<FindingRow>& extra) {
    m_state = std::move(state);
    m_extra = extra;
    std::vector<FindingRow> rows = m_extra;
    rows.insert(rows.end(), m_state->findings.begin(), m_state->findings.end());
    int counts[3] = {};
    for (const FindingRow& row : rows) {
        counts[static_cast<std::size_t>(row.severity)] += row.draft == FindingRow::Draft::Fixed ? 0 : 1;
    }
    const QString found = findingsWords(counts[0], counts[1], counts[2]);
    m_summary->setText(QStringLiteral("%1 · %2 checks over %3 objects%4")
                           .arg(found.isEmpty() ? QStringLiteral("nothing found") : found).arg(m_state->checks).arg(m_state->shown().objects().size())
                           .arg(m_state->meshConfigKnown ? QString() : QStringLiteral(" · mesh config not read, Istio's defaults assumed")));
    m_findings->setRows(std::move(rows));
    m_config->setRows(m_state->config);
    filter();
    if (m_shown.kind.empty() || !m_config->indexOf(m_shown).isValid()) { // the first thing that is wrong, else the first
        const FindingRow* worst = m_findings->rowCount() > 0 ? &m_findings->row(0) : nullptr;
        m_shown = worst != nullptr && !worst->object.kind.empty() ? worst->object
                  : m_state->config.empty() ? mesh::ResourceRef{} : m_state->config.front().ref;
    }
    keepOpen();
    refreshText();
}

void ConfigView::filter() {
    m_filter->setWords(m_words->text());
    m_filter->setOnlyFindings(m_only->isChecked());
    int shown = 0;
    for (int i = 0; i < m_filter->rowCount(); ++i) {
        shown += m_filter->rowCount(m_filter->index(i, 0));
    }
    const int all = m_state ? static_cast<int>(m_state->config.size()) : 0;
    m_count->setText(shown == all ? QStringLiteral("%1").arg(all) : QStringLiteral("%1 of %2").arg(shown).arg(all));
    keepOpen();
}

// After a reset: everything is open that was, and the object that is shown is current again.
void ConfigView::keepOpen() {
    m_restoring = true;
    for (int i = 0; i < m_filter->rowCount(); ++i) {
        const QModelIndex space = m_filter->index(i, 0);
        m_tree->setFirstColumnSpanned(i, {}, false);
        m_tree->setExpanded(space, !m_closed.contains(space.data().toString().toStdString()));
    }
    const QModelIndex own = m_filter->mapFromSource(m_config->indexOf(m_shown));
    if (own.isValid() && m_tree->currentIndex() != own) {
        m_tree->setCurrentIndex(own);
    }
    m_restoring = false;
}

void ConfigView::choose(const QModelIndex& index) {
    if (const ConfigRow* row = m_config->row(index)) {
        m_shown = row->ref;
        refreshText();
    }
}

void ConfigView::refreshText() {
    const policy::ConfigObjectPtr object = m_state && !m_shown.kind.empty() ? m_state->shown().find(m_shown) : nullptr;
    m_map->setVisible(object != nullptr);
    if (!object) {
        m_title->setText({});
        m_yaml->clearObject(m_shown.kind.empty() ? QString() : QStringLiteral("%1 is no longer there").arg(safeText(m_shown.display())));
        return;
    }
    std::vector<FindingRow> own;
    for (int i = 0; i < m_findings->rowCount(); ++i) {
        const FindingRow& row = m_findings->row(i);
        if (row.object == m_shown && row.draft != FindingRow::Draft::Fixed) {
            own.push_back(row);
        }
    }
    m_title->setText(safeText(m_shown.display()));
    m_yaml->setObject(*object, own);
}

void ConfigView::showObject(const mesh::ResourceRef& ref, const std::string& pointer) {
    m_shown = ref;
    if (!m_filter->mapFromSource(m_config->indexOf(ref)).isValid()) {
        m_words->clear();
        m_only->setChecked(false);
    }
    m_closed.erase(ref.ns);
    keepOpen();
    const QModelIndex own = m_filter->mapFromSource(m_config->indexOf(ref));
    if (own.isValid()) {
        m_tree->scrollTo(own);
    }
    refreshText();
    m_yaml->showPointer(pointer);
}

void ConfigView::focusFilter() {
    m_words->setFocus();
    m_words->selectAll();
}

} // namespace meshdeck::views
