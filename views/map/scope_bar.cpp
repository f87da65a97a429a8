#include "map/scope_bar.h"

#include <QHBoxLayout>
#include <QToolButton>

#include "common/safe_label.h"

namespace meshdeck::views {

QString focusWords(const traffic::Focus& focus, const QString& name, const QString& other) {
    switch (focus.kind) {
    case traffic::FocusKind::Neighbours: return QStringLiteral("Focus on %1").arg(name);
    case traffic::FocusKind::Upstream: return QStringLiteral("Who depends on %1").arg(name);
    case traffic::FocusKind::Downstream: return QStringLiteral("What %1 depends on").arg(name);
    case traffic::FocusKind::Path: return QStringLiteral("Between %1 and %2").arg(name, other);
    }
    return {};
}

ScopeBar::ScopeBar(QWidget* parent)
    : QFrame(parent) {
    setProperty("role", "card");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 5, 10, 5);
    layout->setSpacing(6);
    m_back = addButton(QStringLiteral("←"), QStringLiteral("Back to the picture before (Backspace)"));
    m_back->setAccessibleName(QStringLiteral("Back"));
    m_home = addButton(QStringLiteral("Whole mesh"), QStringLiteral("Show all of it, namespaces closed (0)"));
    m_words = new SafeLabel({}, TextRole::Primary, this);
    m_words->setFontSize(12, 600);
    layout->addWidget(m_words);
    for (int depth = 1; depth <= 3; ++depth) {
        QToolButton* button = addButton(QString::number(depth), QStringLiteral("Calls up to %1 away (%1)").arg(depth));
        button->setAccessibleName(QStringLiteral("Depth %1").arg(depth));
        button->setCheckable(true);
        connect(button, &QToolButton::clicked, this, [this, depth] { Q_EMIT depthChosen(depth); });
        m_depths.push_back(button);
    }
    m_all = addButton(QStringLiteral("healthy too"),
                      QStringLiteral("Beyond the first step also what is healthy; else only what is degraded or failing (H)"));
    m_all->setCheckable(true);
    m_counts = new SafeLabel({}, TextRole::Tertiary, this);
    m_counts->setFontSize(11);
    layout->addWidget(m_counts);
    connect(m_back, &QToolButton::clicked, this, &ScopeBar::backRequested);
    connect(m_home, &QToolButton::clicked, this, &ScopeBar::homeRequested);
    connect(m_all, &QToolButton::clicked, this, &ScopeBar::allToggled);
    hide();
}

QToolButton* ScopeBar::addButton(const QString& text, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setProperty("role", "chip");
    button->setFocusPolicy(Qt::TabFocus);
    setPlainToolTip(button, tip);
    layout()->addWidget(button);
    return button;
}

void ScopeBar::tell(const traffic::Lens& lens, const Words& words, bool canGoBack) {
    const bool near = lens.focus && lens.focus->kind == traffic::FocusKind::Neighbours && !words.lost;
    const bool somewhere = lens.focus.has_value() || !lens.open.empty() || !words.pathFrom.isEmpty();
    setVisible(somewhere);
    if (!somewhere) {
        return;
    }
    m_back->setVisible(canGoBack);
    QString text;
    if (!words.pathFrom.isEmpty()) {
        text = QStringLiteral("From %1 to … select the other end and press P").arg(words.pathFrom);
    } else if (lens.focus && words.lost) {
        text = lens.focus->kind == traffic::FocusKind::Path ? QStringLiteral("No way leads from one to the other")
                                                            : QStringLiteral("What was in focus is gone from the graph");
    } else if (lens.focus) {
        text = focusWords(*lens.focus, words.name, words.other);
    }
    m_words->setText(text);
    m_words->setVisible(!text.isEmpty());
    for (std::size_t i = 0; i < m_depths.size(); ++i) {
        m_depths[i]->setVisible(near);
        m_depths[i]->setChecked(near && lens.focus->depth == static_cast<int>(i) + 1);
    }
    m_all->setVisible(near && lens.focus->depth > 1);
    m_all->setChecked(near && lens.focus->all);
    m_counts->setText(words.counts);
    adjustSize();
}

} // namespace meshdeck::views
