#include "shell/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include "common/safe_label.h"

namespace meshdeck::views {

CommandPalette::CommandPalette(QWidget* parent)
    : QFrame(parent)
    , m_words(new QLineEdit(this))
    , m_list(new QListWidget(this)) {
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_words);
    layout->addWidget(m_list);
    m_words->setPlaceholderText(QStringLiteral("Go to or run…"));
    m_words->installEventFilter(this);
    m_list->setFocusPolicy(Qt::NoFocus);
    connect(m_words, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    hide();
}

void CommandPalette::open(std::vector<PaletteEntry> entries) {
    m_entries = std::move(entries);
    const int width = std::min(560, parentWidget()->width() - 40);
    setGeometry((parentWidget()->width() - width) / 2, 52, width, 340);
    m_words->clear();
    filter({});
    show();
    raise();
    m_words->setFocus();
}

void CommandPalette::filter(const QString& words) {
    constexpr int kMost = 100; // nobody reads on; of a big mesh there are thousands
    m_list->clear();
    const QStringList wanted = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (std::size_t i = 0; i < m_entries.size() && m_list->count() < kMost; ++i) {
        bool all = true;
        for (const QString& word : wanted) {
            all = all && (m_entries[i].text + QLatin1Char(' ') + m_entries[i].hint).contains(word, Qt::CaseInsensitive);
        }
        if (all) {
            auto* item = new QListWidgetItem(m_entries[i].text + QStringLiteral("    ") + m_entries[i].hint, m_list);
            item->setData(Qt::UserRole, static_cast<int>(i));
        }
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::run() {
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr) {
        return;
    }
    const auto entry = m_entries[static_cast<std::size_t>(item->data(Qt::UserRole).toInt())];
    hide();
    entry.run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_words && event->type() == QEvent::FocusOut) {
        hide();
    }
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Escape: hide(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: run(); return true;
        case Qt::Key_Down: m_list->setCurrentRow(std::min(m_list->count() - 1, m_list->currentRow() + 1)); return true;
        case Qt::Key_Up: m_list->setCurrentRow(std::max(0, m_list->currentRow() - 1)); return true;
        default: break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace meshdeck::views
