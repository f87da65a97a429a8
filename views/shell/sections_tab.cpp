#include "shell/sections_tab.h"

#include <algorithm>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

constexpr int kLinkRoom = 190; // px a name may take before it is cut in the middle

QString cutName(const QString& name, const QFont& font) {
    return QFontMetrics(font).elidedText(name, Qt::ElideMiddle, kLinkRoom);
}

} // namespace

SectionsTab::SectionsTab(QWidget* parent)
    : QScrollArea(parent)
    , m_theme(&theme(ThemeKind::Dark)) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(this);
    m_layout = new QVBoxLayout(body);
    m_layout->setContentsMargins(16, 12, 16, 14);
    m_layout->setSpacing(5);
    m_layout->addStretch(1);
    setWidget(body);
}

bool SectionsTab::sameShape(const std::vector<Section>& sections) const {
    return std::equal(sections.begin(), sections.end(), m_sections.begin(), m_sections.end(), [](const Section& a, const Section& b) {
        return a.title == b.title && a.note == b.note && a.heads == b.heads && a.empty == b.empty &&
               std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), [](const SectionRow& x, const SectionRow& y) {
                   return x.cells.size() == y.cells.size() && (x.node.empty() && x.edge.empty()) == (y.node.empty() && y.edge.empty());
               });
    });
}

void SectionsTab::show(std::vector<Section> sections, const Theme& theme) {
    std::erase_if(sections, [](const Section& section) { return section.rows.empty() && section.empty.isEmpty(); });
    const bool repaint = m_theme != &theme;
    const bool same = sameShape(sections);
    if (same && !repaint && sections == m_sections) {
        return;
    }
    m_theme = &theme;
    m_sections = std::move(sections);
    if (!same) {
        rebuild();
    }
    fill();
}

void SectionsTab::rebuild() {
    // Deleted later: a click on a link may be what brought us here.
    while (m_layout->count() > 1) {
        QLayoutItem* item = m_layout->takeAt(0);
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_cells.clear();
    for (const Section& section : m_sections) {
        addSection(section);
    }
}

void SectionsTab::addSection(const Section& section) {
    auto* part = new QWidget(widget());
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 8);
    layout->setSpacing(4);
    auto* head = new QHBoxLayout;
    auto* title = new SafeLabel(section.title, TextRole::Secondary, part);
    title->setFontSize(11, 600);
    auto* note = new SafeLabel(section.note, TextRole::Tertiary, part);
    note->setFontSize(11);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(note);
    layout->addLayout(head);
    m_cells.emplace_back();
    if (section.rows.empty()) {
        auto* empty = new SafeLabel(section.empty, TextRole::Tertiary, part);
        empty->setFontSize(12);
        empty->setWordWrap(true);
        layout->addWidget(empty);
    }
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    const bool table = !section.heads.isEmpty();
    for (int column = 0; table && !section.rows.empty() && column < section.heads.size(); ++column) {
        auto* label = new SafeLabel(section.heads.at(column), TextRole::Tertiary, part);
        label->setFontSize(11);
        label->setAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        grid->addWidget(label, 0, column);
    }
    grid->setColumnStretch(table ? 0 : 1, 1);
    int line = 1;
    for (const SectionRow& row : section.rows) {
        addRow(grid, line++, row, table);
    }
    layout->addLayout(grid);
    layout->addSpacing(2);
    layout->addWidget(makeLine(Qt::Horizontal, part));
    m_layout->insertWidget(m_layout->count() - 1, part);
}

void SectionsTab::addRow(QGridLayout* grid, int line, const SectionRow& row, bool table) {
    const std::size_t section = m_cells.size() - 1, at = m_cells.back().size();
    const bool leads = !row.node.empty() || !row.edge.empty();
    std::vector<Cell> cells;
    for (int column = 0; column < row.cells.size(); ++column) {
        Cell cell;
        const int linked = table ? 0 : 1; // of a pair, the value leads somewhere
        if (leads && column == linked) {
            cell.link = new QToolButton(widget());
            cell.link->setProperty("role", "link");
            cell.link->setFont(m_theme->font(12));
            connect(cell.link, &QToolButton::clicked, this, [this, section, at] { follow(section, at); });
            grid->addWidget(cell.link, line, column, table ? Qt::AlignLeft : Qt::AlignRight);
        } else {
            cell.label = new SafeLabel({}, table || column == 1 ? TextRole::Primary : TextRole::Tertiary, widget());
            cell.label->setFontSize(12);
            cell.label->setElided(table ? column == 0 : column == 1);
            cell.label->setAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
            grid->addWidget(cell.label, line, column);
        }
        cells.push_back(cell);
    }
    m_cells.back().push_back(std::move(cells));
}

void SectionsTab::fill() {
    const QPalette plain = palette();
    QPalette bad = plain;
    bad.setColor(QPalette::WindowText, m_theme->textOf(mesh::Health::Failing));
    for (std::size_t s = 0; s < m_sections.size(); ++s) {
        for (std::size_t r = 0; r < m_sections[s].rows.size(); ++r) {
            const SectionRow& row = m_sections[s].rows[r];
            for (int column = 0; column < row.cells.size(); ++column) {
                const Cell& cell = m_cells[s][r][static_cast<std::size_t>(column)];
                const QString& text = row.cells.at(column);
                if (cell.link != nullptr) {
                    cell.link->setText(cutName(text, cell.link->font()).replace(QLatin1Char('&'), QLatin1String("&&")));
                    cell.link->setAccessibleName(text);
                    setPlainToolTip(cell.link, text);
                    continue;
                }
                cell.label->setText(text);
                const bool marked = row.bad && column + 1 == row.cells.size();
                cell.label->setPalette(marked ? bad : plain);
                cell.label->setFontSize(12, marked ? 600 : 400);
            }
        }
    }
}

void SectionsTab::follow(std::size_t section, std::size_t row) {
    if (section >= m_sections.size() || row >= m_sections[section].rows.size()) {
        return;
    }
    const SectionRow chosen = m_sections[section].rows[row]; // the answer may replace the sections
    if (!chosen.edge.empty()) {
        Q_EMIT edgeChosen(QString::fromStdString(chosen.edge));
    } else if (!chosen.node.empty()) {
        Q_EMIT nodeChosen(QString::fromStdString(chosen.node));
    }
}

} // namespace meshdeck::views
