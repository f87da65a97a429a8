#include "shell/inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "map/map_painter.h"
#include "map/scene_text.h"
#include "routes/request_of_map.h"
#include "shell/config_tab.h"
#include "shell/node_sections.h"
#include "shell/sections_tab.h"
#include "shell/traffic_tab.h"

namespace meshdeck::views {

// The state in a word on its tint, with its mark.
class Inspector::HealthTag final : public QWidget {
public:
    explicit HealthTag(QWidget* parent)
        : QWidget(parent)
        , m_theme(&theme(ThemeKind::Dark)) {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setHealth(mesh::Health health, const Theme& theme) {
        m_health = health;
        m_theme = &theme;
        setAccessibleName(healthWord(health));
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override {
        return {static_cast<int>(QFontMetricsF(m_theme->font(11, 500)).horizontalAdvance(healthWord(m_health)) + 30), 20};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme->tintOf(m_health));
        painter.drawRoundedRect(rect(), 3, 3);
        paintMark(painter, *m_theme, m_health, {12, 10}, 5, m_theme->tintOf(m_health));
        painter.setFont(m_theme->font(11, 500));
        painter.setPen(m_theme->textOf(m_health));
        painter.drawText(rect().adjusted(22, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, healthWord(m_health));
    }

private:
    const Theme* m_theme;
    mesh::Health m_health = mesh::Health::Unknown;
};

Inspector::Inspector(MeshState& mesh, ChangeService* changes, const Clock& clock, QWidget* parent)
    : QWidget(parent)
    , m_mesh(mesh)
    , m_theme(&theme(ThemeKind::Dark))
    , m_ring(new QLabel(this))
    , m_name(new SafeLabel({}, TextRole::Primary, this))
    , m_about(new SafeLabel({}, TextRole::Tertiary, this))
    , m_tag(new HealthTag(this))
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
    , m_traffic(new TrafficTab(changes, this))
    , m_config(new ConfigTab(this))
    , m_calls(new SectionsTab(this))
    , m_security(new SectionsTab(this))
    , m_pods(new SectionsTab(this))
    , m_edge(new SectionsTab(this))
    , m_content(new QWidget(this))
    , m_nothing(new SafeLabel(QStringLiteral("Select a service or a call on the map to see its traffic, its split and its "
                                             "configuration.\n\nArrow keys walk along the calls."),
                              TextRole::Tertiary, this))
    , m_clock(clock) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(356);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setContentsMargins(36, 0, 36, 0);
    outer->addWidget(m_nothing, 1);
    outer->addWidget(m_content, 1);
    auto* layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(0);
    makeHead(layout);
    const std::pair<const char*, QWidget*> pages[] = {
        {"Traffic", m_traffic}, {"Calls", m_calls}, {"Config", m_config}, {"Security", m_security}, {"Pods", m_pods}};
    for (const auto& [name, page] : pages) {
        m_tabs->addTab(QString::fromLatin1(name));
        m_pages->addWidget(page);
    }
    m_pages->addWidget(makeEdgePage());
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_traffic, &TrafficTab::editRequested, this, &Inspector::editRequested);
    connect(m_traffic, &TrafficTab::unlockRequested, this, &Inspector::unlockRequested);
    connect(m_traffic, &TrafficTab::requestTried, this, [this] { Q_EMIT requestTried(requestOfNode(*m_mesh.snapshot(), m_node)); });
    for (SectionsTab* tab : {m_calls, m_security, m_pods, m_edge}) {
        connect(tab, &SectionsTab::nodeChosen, this, &Inspector::nodeChosen);
        connect(tab, &SectionsTab::edgeChosen, this, &Inspector::edgeChosen);
    }
    connect(&m_mesh, &MeshState::snapshotChanged, this, &Inspector::refresh);
    refresh();
}

void Inspector::makeHead(QVBoxLayout* layout) {
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 0, 16, 8);
    head->setSpacing(9);
    auto* names = new QVBoxLayout;
    names->setSpacing(1);
    m_name->setFontSize(15, 600);
    m_name->setElided(true);
    m_about->setFontSize(11);
    m_about->setElided(true);
    names->addWidget(m_name);
    names->addWidget(m_about);
    head->addWidget(m_ring);
    head->addLayout(names, 1);
    head->addWidget(m_tag);
    layout->addLayout(head);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(QStringLiteral("What to show of the selection"));
    auto* tabs = new QHBoxLayout;
    tabs->setContentsMargins(16, 0, 0, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    layout->addLayout(tabs);
    m_tabLine = makeLine(Qt::Horizontal, m_content);
    layout->addWidget(m_tabLine);
}

QWidget* Inspector::makeEdgePage() {
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_edge, 1);
    m_copyEdge = new QPushButton(QStringLiteral("Copy as PromQL"), page);
    connect(m_copyEdge, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_edgeQuery); });
    auto* tried = new QPushButton(QStringLiteral("Try a request…"), page);
    connect(tried, &QPushButton::clicked, this, [this] { Q_EMIT requestTried(requestOfEdge(*m_mesh.snapshot(), m_edges)); });
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, 8, 16, 14);
    row->addWidget(m_copyEdge);
    row->addWidget(tried);
    row->addStretch(1);
    layout->addLayout(row);
    return page;
}

void Inspector::setTheme(const Theme& theme) {
    m_theme = &theme;
    refresh();
}

void Inspector::setReadOnly(const QString& reason, bool mayUnlock) {
    m_traffic->setReadOnly(reason, mayUnlock);
    refresh();
}

void Inspector::show(const std::string& node) {
    m_node = node;
    m_edges.clear();
    refresh();
}

void Inspector::showEdge(std::vector<std::string> edges) {
    m_edges = std::move(edges);
    m_node.clear();
    refresh();
}

void Inspector::editWeights() {
    if (!m_node.empty()) {
        m_traffic->editWeights();
    }
}

void Inspector::refresh() {
    const ServerTime now = m_clock.wallTime();
    const TelemetryState telemetry = telemetryState(*m_mesh.snapshot(), now);
    const bool shown = m_edges.empty() ? refreshNode(telemetry, now) : refreshEdge(telemetry);
    m_content->setVisible(shown);
    m_nothing->setVisible(!shown);
}

bool Inspector::refreshNode(const TelemetryState& telemetry, ServerTime now) {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    const auto facts = m_node.empty() ? std::nullopt : factsOf(snapshot, m_node, telemetry);
    if (!facts) {
        return false;
    }
    m_tabs->show();
    m_tabLine->show();
    m_pages->setCurrentIndex(m_tabs->currentIndex());
    m_name->setText(facts->name);
    m_about->setText(facts->about);
    setPlainToolTip(m_tag, facts->reason);
    m_tag->setHealth(facts->health, *m_theme);
    m_ring->setPixmap(headPixmap(27, [&](QPainter& painter) {
        paintRing(painter, *m_theme, facts->health, facts->errorShare, facts->glyph, {13.5, 13.5}, 11, m_theme->surface.panel);
    }));
    m_traffic->show(snapshot, m_node, *facts, telemetry, *m_theme, now);
    m_config->show(snapshot, facts->ns, facts->service);
    m_calls->show(callSections(snapshot, m_node, *facts, telemetry), *m_theme);
    m_security->show(securitySections(snapshot, m_node, *facts, telemetry), *m_theme);
    m_pods->show(podSections(snapshot, m_node, *facts), *m_theme);
    return true;
}

bool Inspector::refreshEdge(const TelemetryState& telemetry) {
    const auto facts = edgeFactsOf(*m_mesh.snapshot(), m_edges, telemetry);
    if (!facts) {
        return false;
    }
    m_tabs->hide();
    m_tabLine->hide();
    m_pages->setCurrentIndex(m_pages->count() - 1);
    m_name->setText(facts->name);
    m_about->setText(facts->about);
    setPlainToolTip(m_tag, {});
    m_tag->setHealth(facts->health, *m_theme);
    m_ring->setPixmap(headPixmap(27, [&](QPainter& painter) {
        const QColor colour = m_theme->of(facts->protocol);
        painter.setPen(QPen(colour, 3));
        painter.drawLine(QPointF(2, 13.5), QPointF(18, 13.5));
        paintHead(painter, facts->protocol, {25, 13.5}, {1, 0}, 4, colour);
    }));
    m_edgeQuery = facts->query;
    m_edge->show(facts->sections, *m_theme);
    return true;
}

QPixmap Inspector::headPixmap(int side, const std::function<void(QPainter&)>& paint) const {
    const double scale = devicePixelRatioF();
    QPixmap pixmap(static_cast<int>(side * scale), static_cast<int>(side * scale));
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter);
    return pixmap;
}

} // namespace meshdeck::views
