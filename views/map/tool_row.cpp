#include "map/tool_row.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

#include "common/safe_label.h"

namespace meshdeck::views {

ToolRow::ToolRow(QWidget* parent)
    : QWidget(parent) {
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground); // a subclass of QWidget paints no background of a style sheet by itself
    setFixedHeight(40);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(8);
    addFind(layout);
    m_hideIdle = addChip(QStringLiteral("Hide: idle"), QStringLiteral("Leave out what neither calls nor is called"));
    m_hideIdle->setCheckable(true);
    m_hideIdle->setChecked(true);
    connect(m_hideIdle, &QToolButton::toggled, this, &ToolRow::chooseGraph);
    addTypeChip();
    m_noise = addChip(QStringLiteral("Hide: noise"), {});
    m_noise->setCheckable(true);
    m_noise->setChecked(true);
    connect(m_noise, &QToolButton::toggled, this, &ToolRow::noiseToggled);
    layout->addStretch(1);
    addLens();
    m_table = addChip(QStringLiteral("Table"), QStringLiteral("Nodes and calls as sortable tables (T)"));
    m_table->setCheckable(true);
    connect(m_table, &QToolButton::toggled, this, &ToolRow::tableToggled);
    m_dots = addChip(QStringLiteral("Moving dots"), QStringLiteral("Dots move as fast as calls are answered"));
    m_dots->setCheckable(true);
    m_dots->setChecked(true);
    connect(m_dots, &QToolButton::toggled, this, &ToolRow::dotsToggled);
    connect(addChip(QStringLiteral("Fit"), QStringLiteral("Show the whole mesh (F)")), &QToolButton::clicked, this,
            &ToolRow::fitRequested);
    connect(addChip(QStringLiteral("Export…"), QStringLiteral("Save the map as a picture")), &QToolButton::clicked, this,
            &ToolRow::exportRequested);
}

void ToolRow::addFind(QHBoxLayout* layout) {
    m_find = new QLineEdit(this);
    m_find->setFixedWidth(270);
    m_find->setClearButtonEnabled(true);
    m_find->setPlaceholderText(QStringLiteral("Find:  name, err > 1, !mtls, failing    /"));
    m_find->setAccessibleName(QStringLiteral("Find on the map"));
    m_find->installEventFilter(this);
    connect(m_find, &QLineEdit::textChanged, this, &ToolRow::findChanged);
    m_found = new SafeLabel({}, TextRole::Tertiary, this);
    m_found->setFontSize(11);
    layout->addWidget(m_find);
    layout->addWidget(m_found);
}

QToolButton* ToolRow::addChip(const QString& text, const QString& tip) {
    auto* chip = new QToolButton(this);
    chip->setText(text);
    chip->setProperty("role", "chip");
    setPlainToolTip(chip, tip);
    layout()->addWidget(chip);
    return chip;
}

void ToolRow::addTypeChip() {
    static constexpr std::pair<mesh::GraphType, const char*> kTypes[] = {{mesh::GraphType::VersionedApp, "versioned app"},
                                                                         {mesh::GraphType::App, "app"},
                                                                         {mesh::GraphType::Workload, "workload"},
                                                                         {mesh::GraphType::Service, "service"}};
    const auto label = [](const char* word) { return QStringLiteral("Graph: ") + QLatin1String(word); };
    QToolButton* chip = addChip(label(kTypes[0].second), QStringLiteral("What stands for one card"));
    chip->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(chip);
    auto* group = new QActionGroup(menu);
    for (const auto& [type, word] : kTypes) {
        QAction* action = menu->addAction(QString::fromLatin1(word));
        action->setCheckable(true);
        action->setChecked(type == m_type);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chip, text = label(word), type = type] {
            chip->setText(text);
            m_type = type;
            chooseGraph();
        });
    }
    chip->setMenu(menu);
}

void ToolRow::addLens() {
    m_fold = addChip(QStringLiteral("Namespaces"), QStringLiteral("Draw namespaces as one card each; Enter opens one (N)"));
    m_clusters = addChip(QStringLiteral("Clusters"), QStringLiteral("Draw clusters as one card each"));
    for (QToolButton* chip : {m_fold, m_clusters}) {
        chip->setCheckable(true);
    }
    connect(m_fold, &QToolButton::clicked, this, [this](bool on) {
        Q_EMIT foldChosen(on ? traffic::FoldMode::Namespaces : traffic::FoldMode::Never);
    });
    connect(m_clusters, &QToolButton::clicked, this, [this](bool on) {
        Q_EMIT foldChosen(on ? traffic::FoldMode::Clusters : traffic::FoldMode::Automatic);
    });
}

void ToolRow::setFold(traffic::FoldMode fold, bool folded) {
    m_clusters->setChecked(fold == traffic::FoldMode::Clusters);
    m_fold->setChecked(folded && fold != traffic::FoldMode::Clusters);
}

void ToolRow::toggleFold() {
    m_fold->click();
}

void ToolRow::setNoise(const traffic::Noise& noise, bool hidden) {
    const QSignalBlocker quiet(m_noise);
    m_noise->setChecked(hidden);
    m_noise->setText(hidden && noise.total() > 0 ? QStringLiteral("Hide: noise · %1").arg(noise.total()) : QStringLiteral("Hide: noise"));
    QString tip = QStringLiteral("Leaves out calls of probes and metric scrapers, and calls for name resolution and to telemetry collectors");
    for (const traffic::NoiseKind kind : traffic::kNoiseKinds) {
        if (const std::size_t count = noise.edges[static_cast<std::size_t>(kind)]; count > 0) {
            const std::string_view words = traffic::words(kind);
            tip += QStringLiteral("\n%1: %2 calls").arg(QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()))).arg(count);
        }
    }
    if (noise.nodes > 0) {
        tip += QStringLiteral("\nwith them %1 nodes that have no other calls").arg(noise.nodes);
    }
    setPlainToolTip(m_noise, tip);
}

void ToolRow::chooseGraph() {
    Q_EMIT graphChosen(m_type, !m_hideIdle->isChecked());
}

QString ToolRow::findText() const {
    return m_find->text();
}

void ToolRow::setFound(const QString& words) {
    m_found->setText(words);
}

void ToolRow::focusFind() {
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void ToolRow::setTableShown(bool table) {
    const QSignalBlocker quiet(m_table);
    m_table->setChecked(table);
}

void ToolRow::setReducedMotion(bool reduced) {
    m_dots->setEnabled(!reduced);
}

bool ToolRow::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_find && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape) {
            m_find->clear();
            Q_EMIT findLeft();
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            Q_EMIT findEntered();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace meshdeck::views
