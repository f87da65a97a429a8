#include "changes/diff_part.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QMessageBox>
#include <QSaveFile>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "changes/code_view.h"
#include "changes/diff_view.h"
#include "changes/patch_text.h"
#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

QToolButton* makeChip(const QString& text, const QString& tip, QWidget* parent) {
    auto* chip = new QToolButton(parent);
    chip->setText(text);
    chip->setProperty("role", "chip");
    if (!tip.isEmpty()) {
        setPlainToolTip(chip, tip);
    }
    return chip;
}

} // namespace

DiffPart::DiffPart(std::string context, QWidget* parent)
    : QWidget(parent)
    , m_context(std::move(context))
    , m_theme(&theme(ThemeKind::Dark))
    , m_stack(new QStackedWidget(this))
    , m_threeWay(new DiffView(this))
    , m_unified(new CodeView(QStringLiteral("Unified difference"), this))
    , m_patch(new CodeView(QStringLiteral("JSON Patch"), this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeHead());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    m_stack->addWidget(m_threeWay);
    m_stack->addWidget(m_unified);
    m_stack->addWidget(m_patch);
    layout->addWidget(m_stack, 1);
    connect(m_only, &QToolButton::toggled, m_threeWay, &DiffView::setOnlyChanges);
    connect(m_next, &QToolButton::clicked, m_threeWay, &DiffView::nextChange);
    connect(m_previous, &QToolButton::clicked, m_threeWay, &DiffView::previousChange);
    connect(m_threeWay, &DiffView::changeShown, this, &DiffPart::showChange);
    connect(m_views, &QButtonGroup::idClicked, this, [this](int id) { showView(static_cast<View>(id)); });
    showView(ThreeWay);
    showChange(-1, 0);
}

QWidget* DiffPart::makeHead() {
    auto* head = new QWidget(this);
    head->setProperty("role", "raised");
    head->setAttribute(Qt::WA_StyledBackground);
    head->setFixedHeight(36);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(10, 0, 10, 0);
    row->setSpacing(6);
    m_object = new SafeLabel({}, TextRole::Primary, head);
    m_object->setFontSize(12, 600);
    m_where = new SafeLabel({}, TextRole::Tertiary, head);
    m_where->setFontSize(11);
    row->addWidget(m_object);
    row->addSpacing(6);
    row->addWidget(m_where);
    row->addStretch(1);
    m_change = new SafeLabel({}, TextRole::Tertiary, head);
    m_change->setFontSize(11);
    m_previous = makeChip(QStringLiteral("‹"), QStringLiteral("Previous change (P)"), head);
    m_previous->setAccessibleName(QStringLiteral("Previous change"));
    m_next = makeChip(QStringLiteral("›"), QStringLiteral("Next change (N)"), head);
    m_next->setAccessibleName(QStringLiteral("Next change"));
    row->addWidget(m_change);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addSpacing(10);
    m_views = new QButtonGroup(this);
    static constexpr std::pair<View, const char*> kViews[] = {{ThreeWay, "Three-way"}, {Unified, "Unified"}, {Patch, "JSON Patch"}};
    for (const auto& [view, word] : kViews) {
        QToolButton* chip = makeChip(QString::fromLatin1(word), {}, head);
        chip->setCheckable(true);
        m_views->addButton(chip, view);
        row->addWidget(chip);
    }
    row->addSpacing(10);
    m_only = makeChip(QStringLiteral("Only changes"), QStringLiteral("Fold what is far from a change; a click on a fold opens it"), head);
    m_only->setCheckable(true);
    row->addWidget(m_only);
    row->addWidget(makeCopyChip(head));
    return head;
}

QToolButton* DiffPart::makeCopyChip(QWidget* head) {
    m_copy = makeChip(QStringLiteral("Copy as…"), QStringLiteral("Nothing is sent; what you copy is what Apply would send"), head);
    m_copy->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_copy);
    addCopy(menu, QStringLiteral("kubectl patch"), &DiffPart::asKubectl);
    addCopy(menu, QStringLiteral("JSON Patch"), &DiffPart::asPatch);
    addCopy(menu, QStringLiteral("Unified difference"), &DiffPart::asUnified);
    addCopy(menu, QStringLiteral("YAML, whole object"), &DiffPart::asYaml);
    m_copy->setMenu(menu);
    return m_copy;
}

void DiffPart::addCopy(QMenu* menu, const QString& text, std::string (DiffPart::*content)() const) {
    QAction* action = menu->addAction(text);
    connect(action, &QAction::triggered, this,
            [this, content] { QGuiApplication::clipboard()->setText(QString::fromStdString((this->*content)())); });
}

void DiffPart::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_threeWay->setTheme(theme);
    m_unified->setCode(asUnified(), true, theme);
    m_patch->setCode(asPatch(), false, theme);
}

void DiffPart::begin() {
    m_threeWay->begin();
}

void DiffPart::setDraft(const EditDraft& draft, const std::string& liveYaml) {
    m_draft = draft;
    m_liveYaml = liveYaml;
    m_object->setText(QString::fromStdString(draft.route.resource.display()));
    const QString apiVersion = draft.edit.base ? QString::fromStdString(draft.edit.base->apiVersion) + QStringLiteral(" · ") : QString();
    m_where->setText(apiVersion + QStringLiteral("spec.%1[%2]").arg(QString::fromStdString(draft.route.section)).arg(draft.route.index));
    m_threeWay->setTexts(draft.baseYaml, liveYaml, draft.mineYaml,
                         liveYaml == draft.baseYaml ? QStringLiteral("unchanged since") : QStringLiteral("changed by somebody else"));
    m_copy->setEnabled(!draft.patch.empty());
    setTheme(*m_theme);
}

void DiffPart::showView(View view) {
    m_views->button(view)->setChecked(true);
    m_stack->setCurrentIndex(view);
    for (QWidget* only : {static_cast<QWidget*>(m_only), static_cast<QWidget*>(m_change), static_cast<QWidget*>(m_previous),
                          static_cast<QWidget*>(m_next)}) {
        only->setVisible(view == ThreeWay);
    }
}

void DiffPart::showChange(int current, int count) {
    m_change->setText(count == 0 ? QString() : QStringLiteral("change %1 of %2").arg(current + 1).arg(count));
    m_previous->setEnabled(count > 1);
    m_next->setEnabled(count > 1);
}

std::string DiffPart::asKubectl() const {
    return m_draft.patch.empty() ? std::string() : kubectlPatch(m_draft.route.resource, m_draft.patch, m_context) + "\n";
}

std::string DiffPart::asPatch() const {
    return patchText(m_draft.patch);
}

std::string DiffPart::asUnified() const {
    const std::string name = m_draft.route.resource.display();
    return change::unifiedDiff(m_liveYaml, m_draft.mineYaml, name + " (live)", name + " (mine)");
}

std::string DiffPart::exportText(const QString& file) const {
    if (file.endsWith(QLatin1String(".json"))) {
        return asPatch();
    }
    if (file.endsWith(QLatin1String(".sh"))) {
        return "#!/bin/sh\n" + asKubectl();
    }
    return file.endsWith(QLatin1String(".yaml")) || file.endsWith(QLatin1String(".yml")) ? asYaml() : asUnified();
}

void DiffPart::exportPatch() {
    const QString name = QString::fromStdString(m_draft.route.resource.name);
    const QString file = QFileDialog::getSaveFileName(
        this, QStringLiteral("Export the patch"), name + QStringLiteral(".diff"),
        QStringLiteral("Unified difference (*.diff);;JSON Patch (*.json);;YAML, whole object (*.yaml);;kubectl command (*.sh)"));
    if (file.isEmpty()) {
        return;
    }
    const std::string text = exportText(file);
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), static_cast<qint64>(text.size())) < 0 || !out.commit()) {
        QMessageBox box(QMessageBox::Warning, QStringLiteral("Meshdeck"),
                        QStringLiteral("The patch could not be written to %1: %2").arg(safeText(file), safeText(out.errorString())),
                        QMessageBox::Ok, this);
        box.setTextFormat(Qt::PlainText);
        box.exec();
    }
}

} // namespace meshdeck::views
