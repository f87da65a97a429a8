#include "shell/context_bar.h"

#include <algorithm>
#include <set>

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include "base/text.h"
#include "common/icons.h"
#include "common/safe_label.h"

namespace meshdeck::views {

QString contextWord(ContextKind kind) {
    switch (kind) {
    case ContextKind::Production: return QStringLiteral("production");
    case ContextKind::Staging: return QStringLiteral("staging");
    case ContextKind::Development: return QStringLiteral("development");
    case ContextKind::Demo: return QStringLiteral("demo");
    }
    return {};
}

QColor contextColour(const Theme& theme, ContextKind kind) {
    const ContextColours& c = theme.context;
    return kind == ContextKind::Production ? c.production
           : kind == ContextKind::Staging  ? c.staging
           : kind == ContextKind::Demo     ? c.demo
                                           : c.development;
}

QColor contextTint(const Theme& theme, ContextKind kind) {
    const ContextColours& c = theme.contextTint;
    return kind == ContextKind::Production ? c.production
           : kind == ContextKind::Staging  ? c.staging
           : kind == ContextKind::Demo     ? c.demo
                                           : c.development;
}

// Context name, kind and mode; painted, since its parts differ in colour and nothing in it is rich text.
class ContextBar::Chip final : public QWidget {
public:
    explicit Chip(const ShellOptions& options, QWidget* parent)
        : QWidget(parent)
        , m_options(options)
        , m_theme(&theme(ThemeKind::Dark))
        , m_readOnly(options.readOnly) {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setTheme(const Theme& theme) {
        m_theme = &theme;
        update();
    }
    void setReadOnly(bool readOnly) {
        m_readOnly = readOnly;
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override {
        double width = 18;
        for (const auto& [text, font, colour] : parts()) {
            width += QFontMetricsF(font).horizontalAdvance(text) + 7;
        }
        return {static_cast<int>(width - 7), 24};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(m_options.context.empty() ? m_theme->line.strong : contextColour(*m_theme, m_options.kind));
        painter.setBrush(m_options.context.empty() ? m_theme->surface.input : contextTint(*m_theme, m_options.kind));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        double x = 9;
        for (const auto& [text, font, colour] : parts()) {
            painter.setFont(font);
            painter.setPen(colour);
            painter.drawText(QRectF(x, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, text);
            x += QFontMetricsF(font).horizontalAdvance(text) + 7;
        }
    }

private:
    using Part = std::tuple<QString, QFont, QColor>;
    [[nodiscard]] std::vector<Part> parts() const {
        const QFont strong = m_theme->font(12, 600), plain = m_theme->font(12);
        if (m_options.context.empty()) {
            return {{QStringLiteral("no context"), strong, m_theme->text.primary},
                    {QStringLiteral("nothing connected"), plain, m_theme->text.secondary}};
        }
        std::vector<Part> parts{{safeText(m_options.context).left(48), strong, m_theme->text.primary},
                                {contextWord(m_options.kind), strong, contextColour(*m_theme, m_options.kind)}};
        if (m_readOnly) {
            parts.emplace_back(QStringLiteral("read-only"), plain, m_theme->text.secondary);
        }
        return parts;
    }

    const ShellOptions& m_options;
    const Theme* m_theme;
    bool m_readOnly;
};

ContextBar::ContextBar(const ShellOptions& options, QWidget* parent)
    : QWidget(parent)
    , m_options(options)
    , m_theme(&theme(ThemeKind::Dark))
    , m_chip(new Chip(options, this))
    , m_scope(new SafeLabel({}, TextRole::Secondary, this))
    , m_time(new SafeLabel({}, TextRole::Secondary, this))
    , m_palette(new QToolButton(this))
    , m_pending(new QToolButton(this)) {
    setFixedHeight(44);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(58, 2, 12, 0);
    layout->setSpacing(10);
    layout->addWidget(m_chip);
    m_scope->setFontSize(12);
    m_scope->setElided(true);
    layout->addWidget(m_scope, 1);
    m_time->setFontSize(12);
    layout->addWidget(m_time);
    m_palette->setProperty("role", "chip");
    m_palette->setText(QStringLiteral("Go to or run…          Ctrl K"));
    layout->addWidget(m_palette);
    m_pending->setProperty("role", "chip");
    layout->addWidget(m_pending);
    setPending(0);
    connect(m_palette, &QToolButton::clicked, this, &ContextBar::paletteRequested);
    connect(m_pending, &QToolButton::clicked, this, &ContextBar::pendingClicked);
}

void ContextBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_chip->setTheme(theme);
    update();
}

void ContextBar::setReadOnly(bool readOnly) {
    m_chip->setReadOnly(readOnly);
}

void ContextBar::setPending(int changes) {
    m_pending->setText(QStringLiteral("%1 pending").arg(changes));
    m_pending->setCheckable(changes > 0);
    m_pending->setChecked(changes > 0);
    m_pending->setEnabled(changes > 0);
}

void ContextBar::setSnapshot(const mesh::MeshSnapshot& snapshot) {
    QStringList scope;
    if (!snapshot.istioVersion.empty()) {
        scope << QStringLiteral("Istio ") + safeText(snapshot.istioVersion);
    }
    if (snapshot.graph || snapshot.inventory) {
        std::set<std::string> namespaces;
        std::set<std::string> services;
        if (snapshot.graph) {
            for (const mesh::Node& node : snapshot.graph->nodes) {
                if (!node.ns.empty() && node.ns != "unknown") {
                    namespaces.insert(node.ns);
                }
                if (node.kind == mesh::NodeKind::Service) {
                    services.insert(node.ns + '/' + node.service);
                }
            }
        }
        scope << (namespaces.size() == 1 ? QStringLiteral("1 namespace") : QStringLiteral("%1 namespaces").arg(namespaces.size()));
        if (!services.empty()) {
            scope << QStringLiteral("%1 services").arg(services.size());
        }
    }
    m_scope->setText(scope.join(QStringLiteral(" · ")));
    if (snapshot.generation == 0) {
        return;
    }
    const bool live = std::all_of(snapshot.sources.begin(), snapshot.sources.end(), [](const mesh::SourceHealth& s) {
        return s.state == mesh::SourceState::Live || s.state == mesh::SourceState::Absent;
    });
    const bool none = std::none_of(snapshot.sources.begin(), snapshot.sources.end(), [](const mesh::SourceHealth& s) {
        return s.state == mesh::SourceState::Live || s.state == mesh::SourceState::Partial;
    });
    const ServerTime time = snapshot.graph ? snapshot.graph->time : snapshot.time;
    m_time->setText(QStringLiteral("%1 · last %2 · %3 UTC")
                        .arg(live   ? QStringLiteral("Live")
                             : none ? QStringLiteral("Not live")
                                    : QStringLiteral("Partly live"),
                             QString::fromStdString(text::age(m_options.window)),
                             QString::fromStdString(text::rfc3339(time)).mid(11, 8)));
}

void ContextBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme->surface.window);
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme->line.hair);
    const QColor bar = m_options.context.empty() ? m_theme->line.strong : contextColour(*m_theme, m_options.kind);
    painter.fillRect(QRect(0, 0, width(), m_options.kind == ContextKind::Production ? 3 : 2), bar);
    painter.drawPixmap(13, 12, iconPixmap(QStringLiteral("logo"), m_theme->accent.base, 22, devicePixelRatioF()));
}

} // namespace meshdeck::views
