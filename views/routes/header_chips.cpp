#include "routes/header_chips.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include "common/safe_label.h"
#include "common/theme.h"
#include "routes/flow_layout.h"
#include "routes/request_words.h"

namespace meshdeck::views {
namespace {

constexpr qsizetype kChipCharacters = 48;

QString chipText(const std::pair<std::string, std::string>& header) {
    QString text = safeText(header.first + ": " + header.second);
    if (text.size() > kChipCharacters) {
        text = text.left(kChipCharacters - 1) + QChar(0x2026);
    }
    return text.replace(QLatin1Char('&'), QLatin1String("&&")); // no mnemonic
}

} // namespace

HeaderChips::HeaderChips(QWidget* parent)
    : QWidget(parent)
    , m_flow(new FlowLayout(this, 8))
    , m_add(new QToolButton(this))
    , m_field(new QLineEdit(this)) {
    m_add->setText(QStringLiteral("+ header"));
    m_add->setProperty("role", "chip");
    m_add->setAccessibleName(QStringLiteral("Add a header"));
    setPlainToolTip(m_add, QStringLiteral("Add a header: name: value"));
    m_field->setPlaceholderText(QStringLiteral("name: value"));
    m_field->setAccessibleName(QStringLiteral("Header, name and value with a colon between"));
    m_field->setFont(theme(ThemeKind::Dark).monoFont(11));
    m_field->setFixedWidth(260);
    m_field->hide();
    m_field->installEventFilter(this);
    m_flow->addWidget(m_field);
    m_flow->addWidget(m_add);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_add, &QToolButton::clicked, this, [this] { edit(-1); });
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        const bool empty = m_field->text().trimmed().isEmpty();
        if (finishEditing() && empty) {
            Q_EMIT submitted();
        } else if (!m_field->isVisible()) {
            edit(-1); // one header after the other
        }
    });
}

void HeaderChips::setHeaders(std::vector<std::pair<std::string, std::string>> headers) {
    m_headers = std::move(headers);
    m_editing = -1;
    m_field->hide();
    m_add->show();
    rebuild();
}

void HeaderChips::rebuild() {
    for (QToolButton* chip : m_chips) {
        m_flow->removeWidget(chip);
        chip->hide();
        chip->deleteLater();
    }
    m_chips.clear();
    for (std::size_t i = 0; i < m_headers.size(); ++i) {
        auto* chip = new QToolButton(this);
        chip->setProperty("role", "chip");
        chip->setFont(theme(ThemeKind::Dark).monoFont(11));
        chip->setText(chipText(m_headers[i]));
        const QString whole = safeText(m_headers[i].first + ": " + m_headers[i].second);
        chip->setAccessibleName(QStringLiteral("Header %1; Enter changes it, Delete removes it").arg(whole));
        setPlainToolTip(chip, whole + QStringLiteral("\nClick to change, Delete to remove"));
        chip->installEventFilter(this);
        connect(chip, &QToolButton::clicked, this, [this, i] { edit(static_cast<int>(i)); });
        m_flow->insertWidget(static_cast<int>(i), chip);
        chip->setVisible(static_cast<int>(i) != m_editing);
        m_chips.push_back(chip);
    }
    QWidget* before = this;
    for (QToolButton* chip : m_chips) {
        if (before != this) {
            setTabOrder(before, chip);
        }
        before = chip;
    }
    if (before != this) {
        setTabOrder(before, m_field);
    }
    setTabOrder(m_field, m_add);
    updateGeometry();
}

void HeaderChips::edit(int index) {
    if (m_field->isVisible() && !finishEditing()) {
        return;
    }
    m_editing = index;
    const bool known = index >= 0 && index < static_cast<int>(m_headers.size());
    const auto& header = known ? m_headers[static_cast<std::size_t>(index)] : std::pair<std::string, std::string>();
    m_field->setText(known ? QString::fromStdString(header.first + ": " + header.second) : QString());
    m_field->show();
    m_add->hide();
    rebuild();
    m_field->setFocus();
    m_field->selectAll();
}

bool HeaderChips::finishEditing() {
    if (m_field->isHidden()) {
        return true;
    }
    const QString text = m_field->text().trimmed();
    if (text.isEmpty()) {
        const int gone = m_editing;
        m_editing = -1;
        m_field->hide();
        m_add->show();
        gone >= 0 ? remove(gone) : rebuild();
        return true;
    }
    const auto header = readHeader(text);
    if (!header) {
        setPlainToolTip(m_field, QString::fromStdString(describe(header.error())));
        m_field->setProperty("invalid", true);
        m_field->selectAll();
        return false;
    }
    if (m_editing >= 0) {
        m_headers[static_cast<std::size_t>(m_editing)] = *header;
    } else {
        m_headers.push_back(*header);
    }
    m_editing = -1;
    m_field->hide();
    m_add->show();
    rebuild();
    Q_EMIT changed();
    return true;
}

void HeaderChips::remove(int index) {
    m_headers.erase(m_headers.begin() + index);
    rebuild();
    (m_chips.empty() ? m_add : m_chips[static_cast<std::size_t>(std::min<int>(index, static_cast<int>(m_chips.size()) - 1))])->setFocus();
    Q_EMIT changed();
}

bool HeaderChips::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (watched == m_field && key == Qt::Key_Escape) {
            m_editing = -1;
            m_field->hide();
            m_add->show();
            rebuild();
            m_add->setFocus();
            return true;
        }
        for (std::size_t i = 0; i < m_chips.size(); ++i) {
            if (watched == m_chips[i] && (key == Qt::Key_Delete || key == Qt::Key_Backspace)) {
                remove(static_cast<int>(i));
                return true;
            }
            if (watched == m_chips[i] && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
                edit(static_cast<int>(i));
                return true;
            }
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace meshdeck::views
