#include "map/source_banner.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

#include "common/safe_label.h"
#include "map/glyphs.h"

namespace meshdeck::views {

SourceBanner::SourceBanner(QWidget* parent)
    : QFrame(parent)
    , m_theme(&theme(ThemeKind::Dark))
    , m_mark(new QLabel(this))
    , m_what(new SafeLabel({}, TextRole::Primary, this))
    , m_then(new SafeLabel({}, TextRole::Secondary, this)) {
    setProperty("role", "raised");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(15, 7, 12, 7);
    layout->setSpacing(11);
    layout->addWidget(m_mark);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    m_what->setFontSize(13, 600);
    m_what->setElided(true);
    m_then->setElided(true);
    m_then->setFontSize(12);
    texts->addWidget(m_what);
    texts->addWidget(m_then);
    layout->addLayout(texts, 1);
    auto* retry = new QPushButton(QStringLiteral("Retry now"), this);
    connect(retry, &QPushButton::clicked, this, &SourceBanner::retryRequested);
    layout->addWidget(retry);
    hide();
}

void SourceBanner::setTheme(const Theme& theme) {
    m_theme = &theme;
    showMark();
}

void SourceBanner::showMark() {
    m_mark->setPixmap(markPixmap(*m_theme, m_health, 6.5, devicePixelRatioF(), m_theme->surface.raised));
    update();
}

void SourceBanner::setSources(const std::vector<mesh::SourceHealth>& sources, const QString& consequence) {
    for (const mesh::SourceHealth& source : sources) {
        const bool ill = source.state == mesh::SourceState::Stale || source.state == mesh::SourceState::Denied ||
                         source.state == mesh::SourceState::Partial;
        if (!ill || source.detail.empty()) {
            continue;
        }
        m_health = source.state == mesh::SourceState::Partial ? mesh::Health::Degraded : mesh::Health::Failing;
        m_what->setText(QString::fromStdString(source.detail));
        QStringList then;
        if (!consequence.isEmpty()) {
            then << consequence;
        }
        if (!source.hint.empty()) {
            then << QString::fromStdString(source.hint);
        }
        m_then->setText(then.join(QStringLiteral(". ")));
        m_then->setVisible(!then.isEmpty());
        showMark();
        show();
        return;
    }
    hide();
}

void SourceBanner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme->surface.raised);
    painter.fillRect(QRect(0, 0, 3, height()), m_theme->of(m_health));
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme->line.hair);
}

} // namespace meshdeck::views
