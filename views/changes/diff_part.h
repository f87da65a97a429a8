// The lower part of the change page: the object's difference three ways, as one unified text, and as the JSON Patch that
// will be sent; and all of it to copy or to keep.
#pragma once

#include <QWidget>

#include "changes/change_service.h"
#include "common/theme.h"

class QAction;
class QButtonGroup;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace meshdeck::views {

class CodeView;
class DiffView;
class SafeLabel;

class DiffPart final : public QWidget {
    Q_OBJECT

public:
    enum View { ThreeWay, Unified, Patch };

    // The context's name goes into the kubectl command.
    explicit DiffPart(std::string context, QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // Another edit: its first change is shown first.
    void begin();
    void setDraft(const EditDraft& draft, const std::string& liveYaml);
    void showView(View view);
    // What the entries of "Copy as" put on the clipboard.
    [[nodiscard]] std::string asKubectl() const;
    [[nodiscard]] std::string asPatch() const;
    [[nodiscard]] std::string asUnified() const;
    // Asks for a file and writes the patch, the difference or the whole object into it, by the name's ending.
    void exportPatch();
    // The content of a file of that name.
    [[nodiscard]] std::string exportText(const QString& file) const;

private:
    QWidget* makeHead();
    QToolButton* makeCopyChip(QWidget* head);
    void addCopy(QMenu* menu, const QString& text, std::string (DiffPart::*content)() const);
    void showChange(int current, int count);
    [[nodiscard]] std::string asYaml() const { return m_draft.mineYaml; }

    std::string m_context;
    const Theme* m_theme;
    EditDraft m_draft;
    std::string m_liveYaml;
    SafeLabel* m_object = nullptr;
    SafeLabel* m_where = nullptr;
    SafeLabel* m_change = nullptr;
    QToolButton* m_previous = nullptr;
    QToolButton* m_next = nullptr;
    QToolButton* m_only = nullptr;
    QToolButton* m_copy = nullptr;
    QButtonGroup* m_views = nullptr;
    QStackedWidget* m_stack;
    DiffView* m_threeWay;
    CodeView* m_unified;
    CodeView* m_patch;
};

} // namespace meshdeck::views
