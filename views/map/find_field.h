// The field for find expressions: colours the words that join, underlines what cannot be read, completes by token, and
// says what was found at its right end.
#pragma once

#include <memory>

#include <QLineEdit>

#include "common/theme.h"
#include "mesh/graph.h"
#include "traffic/find/expression.h"

class QCompleter;
class QStandardItemModel;

namespace meshdeck::views {

class FindField final : public QLineEdit {
    Q_OBJECT

public:
    FindField(const QString& prompt, const QString& accessibleName, QWidget* parent);
    void setTheme(const Theme& theme);
    // Values for the completion; may be null.
    void setGraph(std::shared_ptr<const mesh::Graph> graph) { m_graph = std::move(graph); }
    // The last text that could be read: it stays in force while something is being typed.
    [[nodiscard]] const traffic::FindExpression& expression() const { return m_expression; }
    // "8 of 3,012"; empty takes it away.
    void setFound(const QString& words);
    [[nodiscard]] QString found() const { return m_found; }
    // What is wrong with the text, empty when nothing is.
    [[nodiscard]] QString problem() const { return m_problem; }

Q_SIGNALS:
    void expressionChanged();
    void stepRequested(int by); // Enter: 1, Shift+Enter: -1
    void left();                // Escape; the field is empty by then
    // One sentence; empty when the text can be read or may just not be finished.
    void problemChanged(const QString& sentence);

protected:
    bool event(QEvent* event) override; // Tab, before it moves the focus
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void read();
    void colour();
    void offerChoices();
    void takeChoice(const QString& choice);
    void setProblem(const QString& sentence);
    [[nodiscard]] bool choicesShown() const;

    QString m_prompt;
    const Theme* m_theme;
    QCompleter* m_completer;
    QStandardItemModel* m_choices;
    std::shared_ptr<const mesh::Graph> m_graph;
    traffic::FindExpression m_expression;
    tl::expected<traffic::FindExpression, traffic::FindError> m_read;
    QString m_found;
    QString m_problem;
    int m_choiceFrom = 0; // what a choice replaces, in characters
    int m_choiceLength = 0;
    bool m_colouring = false;
};

} // namespace meshdeck::views
