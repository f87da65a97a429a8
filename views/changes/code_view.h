// Text to read and copy, lines tinted by the sign they begin with: a unified difference, a patch.
#pragma once

#include <QPlainTextEdit>

#include "common/theme.h"

namespace meshdeck::views {

class CodeView final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit CodeView(const QString& accessibleName, QWidget* parent = nullptr);
    // `signs`: '+', '-' and '@' at the beginning of a line mean what they mean in a unified difference.
    void setCode(const std::string& text, bool signs, const Theme& theme);

private:
    void tint(bool signs, const Theme& theme);
};

} // namespace meshdeck::views
