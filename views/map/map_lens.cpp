#include "map/map_lens.h"

#include <algorithm>

namespace meshdeck::views {

MapLens::MapLens(QObject* parent)
    : QObject(parent) {}

void MapLens::setStore(PlaceStore* store) {
    m_store = store;
    if (m_store == nullptr) {
        return;
    }
    Positions pinned;
    for (const auto& [id, at] : m_store->load()) {
        pinned[id] = {at.x(), at.y()};
    }
    m_pinned = pinned.empty() ? nullptr : std::make_shared<const Positions>(std::move(pinned));
    Q_EMIT pinsChanged();
}

void MapLens::open(const std::string& group) {
    if (m_lens.open.insert(group).second) {
        Q_EMIT changed(true);
    }
}

void MapLens::close(const std::string& group) {
    if (m_lens.open.erase(group) == 0) {
        return;
    }
    // "ns|CLUSTER|NAME" takes its quiet ones with it.
    m_lens.open.erase("quiet" + group.substr(std::min<std::size_t>(2, group.size())));
    Q_EMIT changed(true);
}

void MapLens::focus(const traffic::Focus& focus, const MapView::Camera& camera) {
    if (m_lens.focus == focus) {
        return;
    }
    m_back.push_back({m_lens, camera});
    m_lens.focus = focus;
    m_pathFrom.clear();
    Q_EMIT changed(false);
}

void MapLens::setDepth(int depth) {
    if (m_lens.focus && m_lens.focus->depth != depth) {
        m_lens.focus->depth = std::clamp(depth, 1, 3);
        Q_EMIT changed(false);
    }
}

void MapLens::setAll(bool all) {
    if (m_lens.focus && m_lens.focus->all != all) {
        m_lens.focus->all = all;
        Q_EMIT changed(false);
    }
}

void MapLens::setHideNoise(bool hide) {
    if (m_lens.hideNoise != hide) {
        m_lens.hideNoise = hide;
        Q_EMIT changed(true);
    }
}

void MapLens::setFold(traffic::FoldMode fold) {
    if (m_lens.fold != fold) {
        m_lens.fold = fold;
        Q_EMIT changed(false);
    }
}

void MapLens::reveal(const mesh::Node& node) {
    m_lens.open.insert(traffic::groupId(node.cluster, node.ns));
    m_lens.open.insert("cluster|" + node.cluster);
    m_lens.open.insert(node.id); // a node by its own id is drawn however quiet it is
    Q_EMIT changed(true);
}

std::optional<MapView::Camera> MapLens::back() {
    if (m_back.empty()) {
        return std::nullopt;
    }
    const Step step = std::move(m_back.back());
    m_back.pop_back();
    m_lens = step.lens;
    Q_EMIT changed(false);
    return step.camera;
}

void MapLens::home() {
    m_back.clear();
    m_pathFrom.clear();
    m_lens.focus.reset();
    m_lens.open.clear();
    Q_EMIT changed(false);
}

void MapLens::setPinned(Positions pinned) {
    m_pinned = pinned.empty() ? nullptr : std::make_shared<const Positions>(std::move(pinned));
    if (m_store != nullptr) {
        std::map<std::string, QPointF> places;
        for (const auto& [id, at] : m_pinned ? *m_pinned : Positions()) {
            places[id] = QPointF(at.x, at.y);
        }
        m_store->save(places);
    }
    Q_EMIT pinsChanged();
}

void MapLens::pin(const std::map<std::string, QPointF>& centres) {
    Positions pinned = m_pinned ? *m_pinned : Positions();
    for (const auto& [id, at] : centres) {
        pinned[id] = {at.x(), at.y()};
    }
    setPinned(std::move(pinned));
}

void MapLens::unpin(const std::string& card) {
    Positions pinned = m_pinned ? *m_pinned : Positions();
    if (pinned.erase(card) > 0) {
        setPinned(std::move(pinned));
    }
}

void MapLens::unpinAll() {
    if (m_pinned) {
        setPinned({});
    }
}

void MapLens::startPath(const std::string& from) {
    m_pathFrom = from;
    Q_EMIT pathStarted();
}

} // namespace meshdeck::views
