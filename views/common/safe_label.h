// The one place where labels and tooltips are made (facts/faults.md E2): plain text by construction, control and
// bidirectional characters shown escaped, cut in the middle where there is no room.
#pragma once

#include <string_view>

#include <QLabel>
#include <QString>

namespace meshdeck::views {

// text::safe as a QString.
[[nodiscard]] QString safeText(std::string_view text, bool multiLine = false);
[[nodiscard]] QString safeText(const QString& text, bool multiLine = false);

// Sets a tooltip that shows `text` literally, at most 1 KB of it.
void setPlainToolTip(QWidget* widget, const QString& text);
[[nodiscard]] QString plainToolTip(const QString& text);

enum class TextRole { Primary, Secondary, Tertiary };

class SafeLabel : public QLabel {
    Q_OBJECT

public:
    explicit SafeLabel(const QString& text = {}, TextRole role = TextRole::Primary, QWidget* parent = nullptr);
    // Hides QLabel's: the text is escaped and never read as rich text.
    void setText(const QString& text);
    void setFontSize(double pixels, int weight = 400);
    // Cuts the text in the middle instead of asking for room; the tooltip has the whole.
    void setElided(bool elided);
    [[nodiscard]] QString fullText() const { return m_full; }
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_full;
    bool m_elided = false;
};

// A hairline between parts of a panel.
[[nodiscard]] QFrame* makeLine(Qt::Orientation orientation, QWidget* parent = nullptr);

} // namespace meshdeck::views
