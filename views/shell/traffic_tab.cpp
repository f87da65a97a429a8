#include "shell/traffic_tab.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "common/safe_label.h"

namespace meshdeck::views {

TrafficTab::TrafficTab(ChangeService* changes, QWidget* parent)
    : QScrollArea(parent)
    , m_changes(changes) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(this);
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(16, 12, 16, 14);
    layout->setSpacing(5);

    m_splitPart = new QWidget(body);
    auto* split = new QVBoxLayout(m_splitPart);
    split->setContentsMargins(0, 0, 0, 4);
    split->setSpacing(5);
    auto* head = new QHBoxLayout;
    auto* title = new SafeLabel(QStringLiteral("Split"), TextRole::Secondary, m_splitPart);
    title->setFontSize(11, 600);
    m_splitOrigin = new SafeLabel({}, TextRole::Tertiary, m_splitPart);
    m_splitOrigin->setFontSize(11);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(m_splitOrigin);
    split->addLayout(head);
    m_configured = new SplitBar(QStringLiteral("configured"), m_splitPart);
    m_observed = new SplitBar(QStringLiteral("observed"), m_splitPart);
    split->addWidget(m_configured);
    split->addWidget(m_observed);
    m_splitNote = new SafeLabel({}, TextRole::Secondary, m_splitPart);
    m_splitNote->setFontSize(11);
    m_splitNote->setAlignment(Qt::AlignRight);
    split->addWidget(m_splitNote);
    split->addWidget(makeLine(Qt::Horizontal, m_splitPart));
    layout->addWidget(m_splitPart);

    m_rate = addPlot(layout, QStringLiteral("Rate"), QStringLiteral("req/s"));
    m_errors = addPlot(layout, QStringLiteral("Errors"), QStringLiteral("% of requests"));
    m_duration = addPlot(layout, QStringLiteral("Duration"), QStringLiteral("ms"));
    layout->addWidget(makeLine(Qt::Horizontal, body));
    m_rows = new QGridLayout;
    m_rows->setColumnStretch(1, 1);
    m_rows->setVerticalSpacing(5);
    m_rows->setContentsMargins(0, 3, 0, 3);
    layout->addLayout(m_rows);

    auto* buttons = new QHBoxLayout;
    m_edit = new QPushButton(QStringLiteral("Edit weights…"), body);
    m_copy = new QPushButton(QStringLiteral("Copy as PromQL"), body);
    m_unlock = new QPushButton(QStringLiteral("Unlock…"), body);
    buttons->addWidget(m_edit);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_unlock);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    auto* more = new QHBoxLayout;
    more->setContentsMargins(0, 6, 0, 0);
    m_try = new QPushButton(QStringLiteral("Try a request…"), body);
    more->addWidget(m_try);
    more->addStretch(1);
    layout->addLayout(more);
    m_reason = new SafeLabel({}, TextRole::Tertiary, body);
    m_reason->setFontSize(11);
    m_reason->setWordWrap(true);
    layout->addWidget(m_reason);
    layout->addStretch(1);
    setWidget(body);
    connect(m_edit, &QPushButton::clicked, this, &TrafficTab::editWeights);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_query); });
    connect(m_unlock, &QPushButton::clicked, this, &TrafficTab::unlockRequested);
    connect(m_try, &QPushButton::clicked, this, &TrafficTab::requestTried);
}

TrafficTab::Plot TrafficTab::addPlot(QVBoxLayout* layout, const QString& title, const QString& unit) {
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 4, 0, 0);
    head->setSpacing(6);
    auto* name = new SafeLabel(title, TextRole::Secondary, this);
    name->setFontSize(11, 600);
    auto* measure = new SafeLabel(unit, TextRole::Tertiary, this);
    measure->setFontSize(11);
    Plot plot;
    plot.now = new SafeLabel({}, TextRole::Primary, this);
    plot.now->setFontSize(11);
    head->addWidget(name);
    head->addWidget(measure);
    head->addStretch(1);
    head->addWidget(plot.now);
    layout->addLayout(head);
    plot.plot = new RedPlot(this);
    layout->addWidget(plot.plot);
    return plot;
}

void TrafficTab::show(const mesh::MeshSnapshot& snapshot, const std::string& node, const NodeFacts& facts,
                      const TelemetryState& telemetry, const Theme& theme, ServerTime now) {
    showSplit(facts, telemetry, theme);
    for (const auto& [plot, kind] : {std::pair(&m_rate, RedKind::Rate), std::pair(&m_errors, RedKind::Errors),
                                     std::pair(&m_duration, RedKind::Duration)}) {
        const RedFigures figures = redFigures(snapshot, node, facts, kind, theme, telemetry, now);
        plot->plot->setContent(figures.content, theme);
        plot->now->setText(figures.content.series.empty() ? QStringLiteral("no history yet") : figures.now);
    }
    showRows(facts, theme);
    showActions(snapshot, facts);
}

void TrafficTab::showSplit(const NodeFacts& facts, const TelemetryState& telemetry, const Theme& theme) {
    m_splitPart->setVisible(facts.split);
    if (!facts.split) {
        return;
    }
    m_configured->setParts(facts.configured, theme);
    m_observed->setParts(facts.observed, theme);
    if (!telemetry.known) {
        m_splitNote->setText(telemetry.since);
        return;
    }
    QStringList words;
    for (const SplitPart& part : facts.configured.value_or(std::vector<SplitPart>())) {
        for (const SplitPart& seen : facts.observed.value_or(std::vector<SplitPart>())) {
            if (seen.version == part.version && part.version > 0) {
                words << QStringLiteral("%1 %2 %, seen %3 %").arg(part.name, QString::number(part.percent, 'g', 3),
                                                                    QString::number(seen.percent, 'g', 3));
            }
        }
    }
    m_splitNote->setText(words.join(QStringLiteral("   ")));
}

void TrafficTab::showRows(const NodeFacts& facts, const Theme& theme) {
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (const FactRow& fact : facts.rows) {
        auto* name = new SafeLabel(fact.name, TextRole::Tertiary, widget());
        name->setFontSize(12);
        auto* value = new SafeLabel(fact.value, TextRole::Primary, widget());
        value->setFontSize(12, fact.bad ? 600 : 400);
        value->setElided(true);
        value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        if (fact.bad) {
            QPalette palette = value->palette();
            palette.setColor(QPalette::WindowText, theme.textOf(mesh::Health::Failing));
            value->setPalette(palette);
        }
        m_rows->addWidget(name, row, 0);
        m_rows->addWidget(value, row, 1);
        ++row;
    }
}

void TrafficTab::editWeights() {
    if (m_route && m_edit->isEnabled()) {
        Q_EMIT editRequested(*m_route);
    }
}

void TrafficTab::setReadOnly(const QString& reason, bool mayUnlock) {
    m_readOnly = reason;
    m_mayUnlock = mayUnlock;
}

void TrafficTab::showActions(const mesh::MeshSnapshot& snapshot, const NodeFacts& facts) {
    m_query = rateQuery(facts);
    m_route.reset();
    if (m_changes != nullptr && !facts.service.empty()) {
        for (const config::WeightedRoute& route : m_changes->routes(snapshot, facts.ns, facts.service)) {
            if (route.destinations.size() > 1) {
                m_route = route;
                break;
            }
        }
    }
    m_splitOrigin->setText(m_route ? QString::fromStdString(m_route->resource.display()) : QString());
    m_edit->setEnabled(m_route && m_readOnly.isEmpty());
    m_unlock->setVisible(!m_readOnly.isEmpty() && m_mayUnlock);
    QString reason;
    if (!m_readOnly.isEmpty()) {
        reason = QStringLiteral("Editing is off: ") + m_readOnly + QLatin1Char('.');
    } else if (!m_route) {
        reason = QStringLiteral("No route with several destinations leads here, so there is no weight to edit.");
    }
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
}

} // namespace meshdeck::views
