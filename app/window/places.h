// Where cards of a mesh's map were put by hand, remembered between runs: one small JSON file a mesh.
#pragma once

#include <string>

#include "map/place_store.h"

namespace meshdeck::app {

class FilePlaces final : public views::PlaceStore {
public:
    explicit FilePlaces(std::string file);
    [[nodiscard]] std::map<std::string, QPointF> load() const override;
    void save(const std::map<std::string, QPointF>& places) override;

private:
    std::string m_file;
};

// A file of its own for each context, whatever characters its name has; empty without a settings folder.
[[nodiscard]] std::string placesFile(const std::string& context);

} // namespace meshdeck::app
