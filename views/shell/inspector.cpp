#include "shell/inspector.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/glyphs.h"
#include "map/scene_text.h"
#include "shell/config_tab.h"
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
    , m_content(new QWidget(this))
    , m_nothing(new SafeLabel(QStringLiteral("Select a service on the map to see its traffic, its split and its configuration.\n\n"
                                             "Arrow keys walk along the calls."),
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
    m_tabs->addTab(QStringLiteral("Traffic"));
    m_tabs->addTab(QStringLiteral("Config"));
    auto* tabs = new QHBoxLayout;
    tabs->setContentsMargins(16, 0, 16, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    layout->addLayout(tabs);
    layout->addWidget(makeLine(Qt::Horizontal, m_content));
    m_pages->addWidget(m_traffic);
    m_pages->addWidget(m_config);
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(m_traffic, &TrafficTab::editRequested, this, &Inspector::editRequested);
    connect(m_traffic, &TrafficTab::unlockRequested, this, &Inspector::unlockRequested);
    connect(&m_mesh, &MeshState::snapshotChanged, this, &Inspector::refresh);
    refresh();
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
    refresh();
}

void Inspector::editWeights() {
    m_traffic->editWeights();
}

void Inspector::refresh() {
    const mesh::MeshSnapshot& snapshot = *m_mesh.snapshot();
    const ServerTime now = m_clock.wallTime();
    const TelemetryState telemetry = telemetryState(snapshot, now);
    const auto facts = m_node.empty() ? std::nullopt : factsOf(snapshot, m_node, telemetry);
    m_content->setVisible(facts.has_value());
    m_nothing->setVisible(!facts);
    if (!facts) {
        return;
    }
    m_name->setText(facts->name);
    m_about->setText(facts->about);
    setPlainToolTip(m_tag, facts->reason);
    m_tag->setHealth(facts->health, *m_theme);
    const double scale = devicePixelRatioF();
    QPixmap ring(static_cast<int>(27 * scale), static_cast<int>(27 * scale));
    ring.setDevicePixelRatio(scale);
    ring.fill(Qt::transparent);
    QPainter painter(&ring);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool service = facts->about.startsWith(QStringLiteral("Service"));
    paintRing(painter, *m_theme, facts->health, facts->errorShare, service ? Glyph::Service : Glyph::Version, {13.5, 13.5}, 11,
              m_theme->surface.panel);
    painter.end();
    m_ring->setPixmap(ring);
    m_traffic->show(snapshot, m_node, *facts, telemetry, *m_theme, now);
    m_config->show(snapshot, facts->ns, facts->service);
}

} // namespace meshdeck::views
