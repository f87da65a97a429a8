#include "map/find_field.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTextCharFormat>

#include "common/safe_label.h"
#include "traffic/find/complete.h"
#include "traffic/find/lexer.h"

namespace meshdeck::views {
namespace {

constexpr int kHelpRole = Qt::UserRole + 1;
constexpr int kChoiceRole = Qt::UserRole + 2;

// A choice and, paler, what it means; plain text.
class ChoiceDelegate final : public QStyledItemDelegate {
public:
    ChoiceDelegate(const Theme* const& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        painter->fillRect(option.rect, chosen ? m_theme->selectionFill : m_theme->surface.raised);
        const QRect room = option.rect.adjusted(10, 0, -10, 0);
        painter->setFont(m_theme->font(13));
        painter->setPen(m_theme->text.primary);
        const QString text = index.data(Qt::DisplayRole).toString();
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        const int used = std::max(120, QFontMetrics(painter->font()).horizontalAdvance(text) + 16);
        painter->setFont(m_theme->font(11));
        painter->setPen(m_theme->text.tertiary);
        const QRect rest = room.adjusted(used, 0, 0, 0);
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(painter->font()).elidedText(index.data(kHelpRole).toString(), Qt::ElideRight, rest.width()));
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {400, 24}; }

private:
    const Theme* const& m_theme;
};

// The expression counts bytes of UTF-8, the field counts UTF-16.
int charactersBefore(const std::string& text, std::size_t bytes) {
    return static_cast<int>(QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(bytes, text.size()))).size());
}

QString fromWords(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace

FindField::FindField(const QString& prompt, const QString& accessibleName, QWidget* parent)
    : QLineEdit(parent)
    , m_prompt(prompt)
    , m_theme(&theme(ThemeKind::Dark))
    , m_completer(new QCompleter(this))
    , m_choices(new QStandardItemModel(this))
    , m_read(traffic::FindExpression()) {
    setPlaceholderText(prompt);
    setAccessibleName(accessibleName);
    setClearButtonEnabled(true);
    setMaxLength(2000);
    m_completer->setModel(m_choices);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setWidget(this);
    m_completer->setMaxVisibleItems(12);
    m_completer->popup()->setItemDelegate(new ChoiceDelegate(m_theme, this));
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { takeChoice(index.data(kChoiceRole).toString()); });
    connect(this, &QLineEdit::textChanged, this, &FindField::read);
    connect(this, &QLineEdit::textEdited, this, &FindField::offerChoices);
}

void FindField::setTheme(const Theme& theme) {
    m_theme = &theme;
    colour();
    update();
}

void FindField::setFound(const QString& words) {
    if (words == m_found) {
        return;
    }
    m_found = words;
    const int room = words.isEmpty() ? 0 : QFontMetrics(m_theme->font(12, 600)).horizontalAdvance(words) + 12;
    setTextMargins(0, 0, room, 0);
    setAccessibleDescription(words);
    update();
}

void FindField::read() {
    m_read = traffic::FindExpression::parse(text().toStdString());
    colour();
    if (!m_read) {
        setProblem(m_read.error().incomplete ? QString() : safeText(m_read.error().what));
        return;
    }
    setProblem({});
    if (!(*m_read == m_expression)) {
        m_expression = *m_read;
        Q_EMIT expressionChanged();
    }
}

void FindField::setProblem(const QString& sentence) {
    if (sentence != m_problem) {
        m_problem = sentence;
        Q_EMIT problemChanged(sentence);
        update();
    }
}

// QLineEdit paints formats that come the way an input method brings them; the text stays as it is.
void FindField::colour() {
    if (m_colouring) {
        return;
    }
    m_colouring = true;
    const std::string words = text().toStdString();
    QList<QInputMethodEvent::Attribute> attributes;
    const auto add = [&](std::size_t position, std::size_t length, const QTextCharFormat& format) {
        const int from = charactersBefore(words, position), to = charactersBefore(words, position + length);
        attributes.append({QInputMethodEvent::TextFormat, from - cursorPosition(), to - from, format});
    };
    QTextCharFormat joins;
    joins.setForeground(m_theme->accent.base);
    for (const traffic::FindLexeme& lexeme : traffic::lexFind(words)) {
        if (lexeme.token == traffic::FindToken::And || lexeme.token == traffic::FindToken::Or || lexeme.token == traffic::FindToken::Not) {
            add(lexeme.position, lexeme.length, joins);
        }
    }
    if (!m_read && !m_read.error().incomplete) {
        QTextCharFormat wrong;
        wrong.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wrong.setUnderlineColor(m_theme->of(mesh::Health::Failing));
        wrong.setForeground(m_theme->textOf(mesh::Health::Failing));
        add(m_read.error().position, std::max<std::size_t>(1, m_read.error().length), wrong);
    }
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(this, &event);
    m_colouring = false;
}

void FindField::offerChoices() {
    const std::string words = text().toStdString();
    const std::string before = text().left(cursorPosition()).toStdString();
    const traffic::FindCompletion completion = traffic::completeFind(words, before.size(), m_graph.get());
    m_choiceFrom = charactersBefore(words, completion.position);
    m_choiceLength = charactersBefore(words, completion.position + completion.length) - m_choiceFrom;
    // Unasked only where something has been typed that it could become: a list under every space is in the way.
    if (completion.choices.empty() || completion.length == 0) {
        m_completer->popup()->hide();
        return;
    }
    m_choices->clear();
    for (const traffic::FindChoice& choice : completion.choices) {
        auto* item = new QStandardItem(safeText(choice.text));
        item->setData(fromWords(choice.help), kHelpRole);
        item->setData(fromWords(choice.text), kChoiceRole);
        item->setEditable(false);
        m_choices->appendRow(item);
    }
    m_completer->complete(QRect(0, 0, 420, height()));
    m_completer->popup()->setCurrentIndex({}); // Qt takes the first one: Enter would complete what is meant as it stands
}

void FindField::takeChoice(const QString& choice) {
    m_completer->popup()->hide();
    QString words = text();
    const bool isLast = m_choiceFrom + m_choiceLength >= words.size();
    words.replace(m_choiceFrom, m_choiceLength, isLast ? choice + QLatin1Char(' ') : choice);
    setText(words);
    setCursorPosition(m_choiceFrom + static_cast<int>(choice.size()) + (isLast ? 1 : 0));
}

bool FindField::choicesShown() const {
    return m_completer->popup()->isVisible();
}

bool FindField::event(QEvent* event) {
    const bool tab = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab;
    if (tab && choicesShown() && !m_completer->popup()->currentIndex().isValid() && m_choices->rowCount() > 0) {
        takeChoice(m_choices->item(0)->data(kChoiceRole).toString());
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void FindField::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (choicesShown()) {
        const bool chosen = m_completer->popup()->currentIndex().isValid();
        if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_Tab || (enter && chosen)) {
            event->ignore(); // the popup's
            return;
        }
        if (enter) {
            m_completer->popup()->hide();
        }
    }
    if (event->key() == Qt::Key_Escape) {
        clear();
        Q_EMIT left();
    } else if (enter) {
        if (!m_read) {
            setProblem(safeText(m_read.error().what)); // now the user says that it is finished
        }
        Q_EMIT stepRequested(event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
    } else if (event->key() == Qt::Key_Space && event->modifiers().testFlag(Qt::ControlModifier)) {
        offerChoices();
    } else {
        QLineEdit::keyPressEvent(event);
    }
}

void FindField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    if (m_found.isEmpty()) {
        return;
    }
    QPainter painter(this);
    painter.setFont(m_theme->font(12, 600));
    painter.setPen(m_problem.isEmpty() ? m_theme->text.primary : m_theme->text.tertiary);
    const int clear = text().isEmpty() ? 8 : 28;
    painter.drawText(rect().adjusted(0, 0, -clear, 0), Qt::AlignRight | Qt::AlignVCenter, m_found);
}

} // namespace meshdeck::views
