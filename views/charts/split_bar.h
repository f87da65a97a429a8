// A split as a bar: one part a version in its colour, with its name and share where there is room.
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "common/theme.h"

namespace meshdeck::views {

struct SplitPart {
    QString name;
    double percent = 0;
    int version = 0;
};

class SplitBar final : public QWidget {
    Q_OBJECT

public:
    explicit SplitBar(const QString& caption, QWidget* parent = nullptr);
    // Nothing: hatched, unknown.
    void setParts(std::optional<std::vector<SplitPart>> parts, const Theme& theme);
    void setCaptionWidth(int pixels) { m_captionWidth = pixels; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_caption;
    std::optional<std::vector<SplitPart>> m_parts;
    const Theme* m_theme;
    int m_captionWidth = 72;
};

} // namespace meshdeck::views
