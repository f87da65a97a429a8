#include "shell/start_page.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/glyphs.h"

namespace meshdeck::views {

// What a mesh looks like here, from the glyphs the map uses; no data, so no figures.
class StartPage::Picture final : public QWidget {
public:
    explicit Picture(QWidget* parent)
        : QWidget(parent)
        , m_theme(&theme(ThemeKind::Dark)) {
        setMinimumSize(420, 260);
    }
    void setTheme(const Theme& theme) {
        m_theme = &theme;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double unit = std::min(width() / 520.0, height() / 290.0);
        painter.translate((width() - 520 * unit) / 2, (height() - 290 * unit) / 2);
        painter.scale(unit, unit);
        painter.setPen(QPen(m_theme->namespaces[0].line, 1));
        painter.setBrush(m_theme->namespaces[0].fill);
        painter.drawRoundedRect(QRectF(0, 0, 520, 290), 6, 6);
        curve(painter, {118, 145}, {170, 70}, m_theme->of(mesh::Protocol::Http), 3);
        curve(painter, {118, 145}, {170, 205}, m_theme->of(mesh::Protocol::Grpc), 4);
        curve(painter, {282, 205}, {360, 160}, m_theme->versionColour(0), 5);
        curve(painter, {282, 205}, {360, 245}, m_theme->versionColour(1), 2);
        card(painter, {14, 122}, QStringLiteral("gateway"), Glyph::Gateway, mesh::Health::Healthy, -1);
        card(painter, {178, 47}, QStringLiteral("catalog"), Glyph::Service, mesh::Health::Healthy, -1);
        card(painter, {178, 182}, QStringLiteral("checkout"), Glyph::Service, mesh::Health::Degraded, -1);
        card(painter, {368, 137}, QStringLiteral("v1"), Glyph::Version, mesh::Health::Healthy, 0);
        card(painter, {368, 222}, QStringLiteral("v2"), Glyph::Version, mesh::Health::Failing, 1);
    }

private:
    static void curve(QPainter& painter, QPointF a, QPointF b, const QColor& colour, double width) {
        QPainterPath path(a);
        const double half = (b.x() - a.x()) / 2;
        path.cubicTo(a + QPointF(half, 0), b - QPointF(half, 0), b);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, width));
        painter.drawPath(path);
    }

    void card(QPainter& painter, QPointF at, const QString& name, Glyph glyph, mesh::Health health, int version) {
        const QRectF box(at, QSizeF(104, 46));
        const bool ill = health != mesh::Health::Healthy;
        painter.setPen(QPen(ill ? m_theme->of(health) : m_theme->line.edge, ill ? 1.5 : 1));
        painter.setBrush(ill ? m_theme->tintOf(health) : m_theme->surface.panel);
        painter.drawRoundedRect(box, 4, 4);
        if (version >= 0) {
            painter.fillRect(QRectF(box.left() + 0.5, box.top() + 4, 4, 38), m_theme->versionColour(version));
        }
        const QPointF ring(box.left() + (version >= 0 ? 24 : 20), box.center().y());
        paintRing(painter, *m_theme, health, health == mesh::Health::Failing ? 0.2 : 0.07, glyph, ring, 10, m_theme->surface.panel);
        painter.setFont(m_theme->font(12, 600));
        painter.setPen(m_theme->text.primary);
        painter.drawText(QRectF(ring.x() + 16, box.top(), 70, 46), Qt::AlignLeft | Qt::AlignVCenter, name);
        if (ill) {
            paintMark(painter, *m_theme, health, box.topRight(), 6.5, m_theme->surface.panel);
        }
    }

    const Theme* m_theme;
};

StartPage::StartPage(const ShellOptions& options, QWidget* parent)
    : QWidget(parent) {
    setProperty("role", "canvas");
    setAttribute(Qt::WA_StyledBackground);
    setAcceptDrops(true);
    auto* outer = new QVBoxLayout(this);
    auto* card = new QFrame(this);
    card->setProperty("role", "card");
    card->setMaximumWidth(1240);
    auto* halves = new QHBoxLayout(card);
    halves->setContentsMargins(0, 0, 0, 0);
    halves->setSpacing(0);
    halves->addWidget(makeLeft(options), 1);
    halves->addWidget(makeLine(Qt::Vertical, card));
    halves->addWidget(makeRight(), 1);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(card, 12);
    row->addStretch(1);
    outer->addStretch(2);
    outer->addLayout(row, 5);
    outer->addStretch(3);
}

void StartPage::setTheme(const Theme& theme) {
    m_picture->setTheme(theme);
}

QWidget* StartPage::makeLeft(const ShellOptions& options) {
    auto* left = new QWidget(this);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(40, 34, 40, 34);
    layout->setSpacing(10);
    auto* title = new SafeLabel(QStringLiteral("No cluster to connect to yet"), TextRole::Primary, left);
    title->setFontSize(24, 600);
    title->setWordWrap(true);
    layout->addWidget(title);
    auto* about = new SafeLabel(QStringLiteral("Meshdeck reads the same kubeconfig as kubectl and found none on this computer. "
                                               "Nothing is installed in a cluster, and nothing is written without asking."),
                                TextRole::Secondary, left);
    about->setFontSize(15);
    about->setWordWrap(true);
    layout->addWidget(about);
    layout->addSpacing(8);
    const auto addRow = [&](const std::string& what, const std::string& result, bool mono) {
        auto* row = new QHBoxLayout;
        auto* name = new SafeLabel(QString::fromStdString(what), TextRole::Primary, left);
        if (mono) {
            name->setFont(theme(ThemeKind::Dark).monoFont(12.5));
        }
        auto* answer = new SafeLabel(QString::fromStdString(result), TextRole::Secondary, left);
        answer->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        answer->setWordWrap(result.size() > 50); // a reason is read to its end
        row->addWidget(name, answer->wordWrap() ? 0 : 1);
        row->addWidget(answer, answer->wordWrap() ? 1 : 0);
        layout->addLayout(row);
    };
    for (const LookedFor& place : options.lookedFor) {
        layout->addWidget(makeLine(Qt::Horizontal, left));
        addRow(place.where, place.result, true);
    }
    layout->addSpacing(12);
    auto* buttons = new QHBoxLayout;
    auto* demo = new QPushButton(QStringLiteral("Start the demo mesh"), left);
    demo->setProperty("primary", true);
    demo->setDefault(true);
    auto* open = new QPushButton(QStringLiteral("Open a kubeconfig…"), left);
    connect(demo, &QPushButton::clicked, this, &StartPage::demoRequested);
    connect(open, &QPushButton::clicked, this, &StartPage::chooseFile);
    buttons->addWidget(demo);
    buttons->addWidget(open);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    auto* drop = new SafeLabel(QStringLiteral("You can also drop a kubeconfig on this window."), TextRole::Tertiary, left);
    layout->addWidget(drop);
    layout->addSpacing(14);
    layout->addWidget(makeLine(Qt::Horizontal, left));
    auto* uses = new SafeLabel(QStringLiteral("With a cluster, Meshdeck uses"), TextRole::Secondary, left);
    uses->setFontSize(11, 600);
    layout->addWidget(uses);
    addRow("read access to services, pods and Istio objects", "needed", false);
    addRow("a Prometheus that scrapes the mesh, or the right to read the proxies", "for rates and health", false);
    addRow("istiod", "if it is there", false);
    layout->addStretch(1);
    return left;
}

QWidget* StartPage::makeRight() {
    auto* right = new QWidget(this);
    auto* layout = new QVBoxLayout(right);
    layout->setContentsMargins(24, 20, 24, 20);
    layout->setSpacing(10);
    auto* title = new SafeLabel(QStringLiteral("The demo mesh “boutique”"), TextRole::Primary, right);
    title->setFontSize(13, 600);
    layout->addWidget(title);
    m_picture = new Picture(right);
    layout->addWidget(m_picture, 1);
    auto* about = new SafeLabel(QStringLiteral("Runs on this computer: a canary in trouble, a plaintext caller and a denied call "
                                               "to practise on. Editing a weight there moves simulated traffic."),
                                TextRole::Secondary, right);
    about->setWordWrap(true);
    layout->addWidget(about);
    return right;
}

void StartPage::chooseFile() {
    const QString file = QFileDialog::getOpenFileName(this, QStringLiteral("Open a kubeconfig"));
    if (!file.isEmpty()) {
        Q_EMIT kubeconfigChosen(file);
    }
}

void StartPage::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) {
        event->acceptProposedAction();
    }
}

void StartPage::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) {
        Q_EMIT kubeconfigChosen(urls.front().toLocalFile());
    }
}

} // namespace meshdeck::views
