#include "shell/source_status.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "base/text.h"
#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

QString displayName(const std::string& source) {
    static const std::pair<const char*, const char*> kNames[] = {{"kubernetes", "Kubernetes"}, {"istiod", "istiod"},
                                                                 {"prometheus", "Prometheus"}, {"scrape", "Proxies"},
                                                                 {"jaeger", "Jaeger"},         {"hubble", "Hubble"}};
    for (const auto& [id, name] : kNames) {
        if (source == id) {
            return QString::fromLatin1(name);
        }
    }
    return safeText(source);
}

QString stateWords(const mesh::SourceHealth& source, const mesh::MeshSnapshot& snapshot, ServerTime now) {
    const QString age = source.lastSuccess && now > *source.lastSuccess
                            ? QString::fromStdString(text::age(std::chrono::duration_cast<Duration>(now - *source.lastSuccess)))
                            : QString();
    switch (source.state) {
    case mesh::SourceState::Live:
        if (source.name == "istiod" && snapshot.proxies) {
            const auto& proxies = snapshot.proxies->proxies;
            const auto synced = std::count_if(proxies.begin(), proxies.end(), [](const mesh::ProxyStatus& p) {
                return mesh::overall(p) == mesh::SyncState::Synced;
            });
            return QStringLiteral("%1 of %2 proxies synced").arg(synced).arg(proxies.size());
        }
        return age.isEmpty() ? QStringLiteral("live") : QStringLiteral("live, %1").arg(age);
    case mesh::SourceState::Connecting: return QStringLiteral("connecting…");
    case mesh::SourceState::Stale: return age.isEmpty() ? QStringLiteral("no answer") : QStringLiteral("last answer %1 ago").arg(age);
    case mesh::SourceState::Partial: return QStringLiteral("partial");
    case mesh::SourceState::Denied: return QStringLiteral("not permitted");
    case mesh::SourceState::Absent: return QStringLiteral("not configured");
    }
    return {};
}

void paintState(QPainter& painter, const Theme& theme, mesh::SourceState state, QPointF at) {
    using mesh::Health;
    painter.setPen(Qt::NoPen);
    switch (state) {
    case mesh::SourceState::Live:
        painter.setBrush(theme.of(Health::Healthy));
        painter.drawEllipse(at, 4.5, 4.5);
        break;
    case mesh::SourceState::Stale:
    case mesh::SourceState::Denied: {
        painter.setBrush(theme.of(Health::Failing));
        painter.drawRect(QRectF(at.x() - 4.5, at.y() - 4.5, 9, 9));
        painter.setPen(QPen(theme.surface.window, 1.6));
        painter.drawLine(at + QPointF(-2, -2), at + QPointF(2, 2));
        painter.drawLine(at + QPointF(2, -2), at + QPointF(-2, 2));
        break;
    }
    case mesh::SourceState::Partial:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.of(Health::Degraded), 1.5));
        painter.drawEllipse(at, 4, 4);
        painter.setBrush(theme.of(Health::Degraded));
        painter.drawPie(QRectF(at.x() - 4, at.y() - 4, 8, 8), -90 * 16, 180 * 16);
        break;
    case mesh::SourceState::Connecting:
    case mesh::SourceState::Absent: {
        painter.setBrush(Qt::NoBrush);
        QPen pen(theme.of(state == mesh::SourceState::Absent ? Health::Idle : Health::Degraded), 1.5);
        pen.setDashPattern({1.4, 1.1});
        painter.setPen(pen);
        painter.drawEllipse(at, 4, 4);
        break;
    }
    }
}

} // namespace

SourceStatus::SourceStatus(QWidget* parent)
    : QWidget(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setFixedHeight(24);
}

void SourceStatus::setTheme(const Theme& theme) {
    m_theme = &theme;
    place();
}

void SourceStatus::setSnapshot(const mesh::MeshSnapshot& snapshot, ServerTime now) {
    m_entries.clear();
    QStringList words;
    for (const mesh::SourceHealth& source : snapshot.sources) {
        Entry entry{source.state, displayName(source.name), stateWords(source, snapshot, now), {}, {}};
        QStringList tip{entry.name + QStringLiteral(": ") + entry.words};
        for (const std::string& line : {source.detail, source.hint}) {
            if (!line.empty()) {
                tip << safeText(line);
            }
        }
        entry.tip = tip.join(QLatin1Char('\n'));
        words << entry.name + QLatin1Char(' ') + entry.words;
        m_entries.push_back(std::move(entry));
    }
    setAccessibleName(words.join(QStringLiteral(", ")));
    place();
}

void SourceStatus::place() {
    double x = 12;
    const QFontMetricsF metrics(m_theme->font(11));
    for (Entry& entry : m_entries) {
        const double width = 18 + metrics.horizontalAdvance(entry.name) + 6 + metrics.horizontalAdvance(entry.words);
        entry.place = QRectF(x, 0, width, 24);
        x += width + 18;
    }
    updateGeometry();
    update();
}

QSize SourceStatus::sizeHint() const {
    return {m_entries.empty() ? 40 : static_cast<int>(m_entries.back().place.right() + 8), 24};
}

void SourceStatus::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = m_theme->font(11);
    const QFontMetricsF metrics(font);
    for (const Entry& entry : m_entries) {
        paintState(painter, *m_theme, entry.state, {entry.place.left() + 6, 12});
        painter.setFont(font);
        painter.setPen(m_theme->text.secondary);
        const QRectF row = entry.place.adjusted(18, 0, 20, 0);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, entry.name);
        const bool ill = entry.state == mesh::SourceState::Stale || entry.state == mesh::SourceState::Denied;
        painter.setPen(ill ? m_theme->textOf(mesh::Health::Failing) : m_theme->text.tertiary);
        painter.drawText(row.adjusted(metrics.horizontalAdvance(entry.name) + 6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         entry.words);
    }
}

bool SourceStatus::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (const Entry& entry : m_entries) {
            if (entry.place.contains(help->pos())) {
                QToolTip::showText(help->globalPos(), plainToolTip(entry.tip), this);
                return true;
            }
        }
        QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace meshdeck::views
