// An object's YAML to read: line numbers, and marks beside the lines that a finding speaks of.
#pragma once

#include <map>

#include <QPlainTextEdit>

#include "common/theme.h"
#include "routes/policy_state.h"

namespace meshdeck::views {

class YamlView final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit YamlView(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // `findings` of this object. The same text stays where it was scrolled to.
    void setObject(const config::ConfigObject& object, const std::vector<FindingRow>& findings);
    void clearObject(const QString& why);
    // Puts the cursor on the line of a pointer of the object, and into the middle of the view.
    void showPointer(const std::string& pointer);
    [[nodiscard]] int lineOf(const std::string& pointer) const; // from 1
    // By line, from 1: the worst of the line's findings.
    [[nodiscard]] std::map<int, policy::Severity> marks() const;

protected:
    bool viewportEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    class Gutter;
    void paintGutter(QPaintEvent& event);
    [[nodiscard]] int gutterWidth() const;
    void tint();

    const Theme* m_theme;
    Gutter* m_gutter;
    std::string m_yaml;
    std::multimap<int, FindingRow> m_findings; // by line
};

} // namespace meshdeck::views
