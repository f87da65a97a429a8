// What the map looks at and how one came there: groups opened, a focus, cards put by hand, and the way back.
#pragma once

#include <memory>
#include <optional>

#include <QObject>
#include <QStringList>

#include "map/map_view.h"
#include "map/place_store.h"
#include "map/scene_builder.h"
#include "traffic/lens.h"

namespace meshdeck::views {

class MapLens final : public QObject {
    Q_OBJECT

public:
    explicit MapLens(QObject* parent = nullptr);

    [[nodiscard]] const traffic::Lens& lens() const { return m_lens; }
    [[nodiscard]] const std::shared_ptr<const Positions>& pinned() const { return m_pinned; }
    // May be null; outlives the lens.
    void setStore(PlaceStore* store);

    // Groups open and close where they are.
    void open(const std::string& group);
    void close(const std::string& group);
    // A focus is a step that back() takes back; `camera` is where one looked from.
    void focus(const traffic::Focus& focus, const MapView::Camera& camera);
    void setDepth(int depth); // of the focus, 1 to 3
    void setAll(bool all);    // beyond the first step also what is healthy
    void setHideNoise(bool hide);
    void setFold(traffic::FoldMode fold);
    // Opens whatever a node of the graph is in, so that it has a card.
    void reveal(const mesh::Node& node);
    [[nodiscard]] bool canGoBack() const { return !m_back.empty(); }
    // The camera of the step before; nothing when there was none.
    std::optional<MapView::Camera> back();
    void home();

    void pin(const std::map<std::string, QPointF>& centres);
    void unpin(const std::string& card);
    void unpinAll();
    [[nodiscard]] bool isPinned(const std::string& card) const { return m_pinned && m_pinned->contains(card); }

    // A second end is looked for (pathFrom() is the first); empty: none.
    void startPath(const std::string& from);
    [[nodiscard]] const std::string& pathFrom() const { return m_pathFrom; }

Q_SIGNALS:
    // `inPlace`: the rest of the picture stays; else it is another picture.
    void changed(bool inPlace);
    void pinsChanged();
    void pathStarted();

private:
    struct Step {
        traffic::Lens lens;
        MapView::Camera camera;
    };
    void setPinned(Positions pinned);

    traffic::Lens m_lens;
    std::vector<Step> m_back;
    std::shared_ptr<const Positions> m_pinned;
    std::string m_pathFrom;
    PlaceStore* m_store = nullptr;
};

} // namespace meshdeck::views
