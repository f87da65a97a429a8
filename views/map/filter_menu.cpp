#include "map/filter_menu.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QWidgetAction>

#include "common/safe_label.h"

namespace meshdeck::views {
namespace {

// An action's text reads '&' as the mark of a shortcut.
QString literal(const QString& text) {
    QString plain = safeText(text);
    plain.replace(QLatin1Char('&'), QStringLiteral("&&"));
    return plain.size() > 60 ? plain.left(59) + QStringLiteral("…") : plain;
}

QString described(const SavedFilter& filter) {
    QStringList parts;
    parts << (filter.find.isEmpty() ? QString() : QStringLiteral("find ") + filter.find);
    parts << (filter.hide.isEmpty() ? QString() : QStringLiteral("hide ") + filter.hide);
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

} // namespace

const SavedFilters& builtinFilters() {
    static const SavedFilters kFilters = {
        {QStringLiteral("Failing or degraded"), QStringLiteral("failing or degraded"), {}},
        {QStringLiteral("Calls that fail"), QStringLiteral("%httperr > 5 or %grpcerr > 5 or denied"), {}},
        {QStringLiteral("Slow calls"), QStringLiteral("p95 > 1s"), {}},
        {QStringLiteral("Plaintext calls"), QStringLiteral("plaintext"), {}},
        {QStringLiteral("Outside of the mesh"), QStringLiteral("oom or external or egress"), {}},
        {QStringLiteral("Split traffic"), QStringLiteral("trafficshifting or mirroring or faultinjection"), {}},
        {QStringLiteral("Hide what is healthy"), {}, QStringLiteral("healthy or idle")},
    };
    return kFilters;
}

FilterMenu::FilterMenu(QWidget* parent)
    : QMenu(parent) {
    connect(this, &QMenu::aboutToShow, this, &FilterMenu::fill);
    fill();
}

void FilterMenu::setFilters(SavedFilters filters) {
    m_filters = std::move(filters);
    fill();
}

void FilterMenu::setPresent(const QString& find, const QString& hide) {
    m_present.find = find;
    m_present.hide = hide;
}

void FilterMenu::fill() {
    clear();
    for (const SavedFilter& filter : m_filters) {
        addFilter(filter);
    }
    if (!m_filters.empty()) {
        addSeparator();
    }
    for (const SavedFilter& filter : builtinFilters()) {
        addFilter(filter);
    }
    addSeparator();
    addNameField();
    if (!m_filters.empty()) {
        QMenu* forgetting = addMenu(QStringLiteral("Forget"));
        for (const SavedFilter& filter : m_filters) {
            connect(forgetting->addAction(literal(filter.name)), &QAction::triggered, this, [this, name = filter.name] { forget(name); });
        }
    }
}

void FilterMenu::addFilter(const SavedFilter& filter) {
    QAction* action = addAction(literal(filter.name));
    action->setToolTip(plainToolTip(described(filter)));
    connect(action, &QAction::triggered, this, [this, filter] { Q_EMIT chosen(filter); });
    setToolTipsVisible(true);
}

void FilterMenu::addNameField() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 4, 12, 6);
    auto* name = new QLineEdit(row);
    name->setPlaceholderText(QStringLiteral("Save what is set now as…"));
    name->setAccessibleName(QStringLiteral("Name for the present filter"));
    name->setMinimumWidth(220);
    name->setMaxLength(80);
    name->setEnabled(!m_present.find.trimmed().isEmpty() || !m_present.hide.trimmed().isEmpty());
    layout->addWidget(name);
    auto* action = new QWidgetAction(this);
    action->setDefaultWidget(row);
    addAction(action);
    connect(name, &QLineEdit::returnPressed, this, [this, name] {
        const QString text = name->text();
        hide();
        save(text);
    });
}

void FilterMenu::save(const QString& name) {
    const QString plain = name.simplified();
    if (plain.isEmpty() || (m_present.find.trimmed().isEmpty() && m_present.hide.trimmed().isEmpty())) {
        return;
    }
    const SavedFilter filter{plain, m_present.find.trimmed(), m_present.hide.trimmed()};
    const auto known = std::find_if(m_filters.begin(), m_filters.end(), [&](const SavedFilter& f) { return f.name == plain; });
    if (known != m_filters.end()) {
        *known = filter;
    } else {
        m_filters.push_back(filter);
    }
    Q_EMIT filtersChanged(m_filters);
}

void FilterMenu::forget(const QString& name) {
    m_filters.erase(std::remove_if(m_filters.begin(), m_filters.end(), [&](const SavedFilter& f) { return f.name == name; }), m_filters.end());
    Q_EMIT filtersChanged(m_filters);
}

} // namespace meshdeck::views
