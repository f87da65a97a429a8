// The picture of the path on the screen: scrolls where there is no room, tells what the pointer is over, and a click on a
// rule goes to it.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "routes/path_picture.h"

namespace meshdeck::views {

class PathView final : public QWidget {
    Q_OBJECT

public:
    explicit PathView(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setPicture(PathPicture picture);
    [[nodiscard]] const PathPicture& picture() const { return m_picture; }

Q_SIGNALS:
    void ruleClicked(int number); // from 1

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] const PathRule* ruleAt(QPointF at) const;

    const Theme* m_theme;
    PathPicture m_picture;
};

} // namespace meshdeck::views
