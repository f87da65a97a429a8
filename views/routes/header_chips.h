// The headers of a request as chips: one field to add, a click on a chip to change it, Delete to take it away. They wrap
// onto further lines.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <QWidget>

class QLineEdit;
class QToolButton;

namespace meshdeck::views {

class FlowLayout;

class HeaderChips final : public QWidget {
    Q_OBJECT

public:
    explicit HeaderChips(QWidget* parent = nullptr);
    void setHeaders(std::vector<std::pair<std::string, std::string>> headers);
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const { return m_headers; }
    // Takes what is half written too. False when it is no header: the field says why.
    bool finishEditing();

Q_SIGNALS:
    void changed();
    void submitted(); // Enter in an empty field

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void rebuild();
    void edit(int index); // -1: a new one
    void remove(int index);

    std::vector<std::pair<std::string, std::string>> m_headers;
    FlowLayout* m_flow;
    std::vector<QToolButton*> m_chips;
    QToolButton* m_add;
    QLineEdit* m_field;
    int m_editing = -1;
};

} // namespace meshdeck::views
