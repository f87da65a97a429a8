// The menu of filters: those that come with Meshdeck, the user's own, a field to name the present one, and forgetting.
#pragma once

#include <QMenu>

#include "map/saved_filter.h"

namespace meshdeck::views {

class FilterMenu final : public QMenu {
    Q_OBJECT

public:
    explicit FilterMenu(QWidget* parent);
    void setFilters(SavedFilters filters);
    [[nodiscard]] const SavedFilters& filters() const { return m_filters; }
    // What would be saved; a filter of two empty texts is none.
    void setPresent(const QString& find, const QString& hide);
    // Under a name that is there already it takes that one's place. Nothing happens without a name.
    void save(const QString& name);
    void forget(const QString& name);

Q_SIGNALS:
    void chosen(const meshdeck::views::SavedFilter& filter);
    void filtersChanged(const meshdeck::views::SavedFilters& filters);

private:
    void fill();
    void addFilter(const SavedFilter& filter);
    void addNameField();

    SavedFilters m_filters;
    SavedFilter m_present;
};

} // namespace meshdeck::views
