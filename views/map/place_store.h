// Where a user put cards by hand, remembered for each mesh. Implemented by the composition (a settings file).
#pragma once

#include <map>
#include <string>

#include <QPointF>

namespace meshdeck::views {

class PlaceStore {
public:
    virtual ~PlaceStore() = default;
    // Centres in scene pixels by card id; empty when nothing is known or the file is damaged.
    [[nodiscard]] virtual std::map<std::string, QPointF> load() const = 0;
    // The whole set; what cannot be written is lost with the window, which is no reason to disturb anybody.
    virtual void save(const std::map<std::string, QPointF>& places) = 0;
};

} // namespace meshdeck::views
