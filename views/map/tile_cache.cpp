#include "map/tile_cache.h"

#include <algorithm>
#include <utility>

#include <sys/resource.h>

#include "map/map_painter.h"

namespace meshdeck::views {

TileCache::TileCache(std::function<void()> ready, unsigned threads)
    : m_ready(std::move(ready)) {
    for (unsigned i = 0; i < threads; ++i) {
        m_threads.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
}

TileCache::~TileCache() {
    for (std::jthread& thread : m_threads) {
        thread.request_stop();
    }
    m_wake.notify_all();
}

void TileCache::setContent(ScenePtr scene, const Theme& theme, double pixelRatio) {
    if (&theme != m_theme || pixelRatio != m_pixelRatio) {
        m_tiles.clear(); // the old picture would be of the wrong colour or size
    }
    dispose(std::exchange(m_scene, std::move(scene)));
    m_theme = &theme;
    m_pixelRatio = pixelRatio;
    ++m_content;
}

const QImage* TileCache::known(const TileKey& key) const {
    const auto found = m_tiles.find(key);
    return found == m_tiles.end() ? nullptr : &found->second.image;
}

const QImage* TileCache::tile(const TileKey& key) {
    const auto found = m_tiles.find(key);
    if (m_scene && (found == m_tiles.end() || found->second.content != m_content)) {
        const std::lock_guard lock(m_mutex);
        const auto working = m_inWork.find(key);
        const bool ordered = working != m_inWork.end() && working->second == m_content;
        const bool queued = std::any_of(m_orders.begin(), m_orders.end(), [&](const Order& o) { return o.key == key; });
        if (!ordered && !queued) {
            m_orders.push_back({key, m_scene, m_theme, m_pixelRatio, m_content});
            m_wake.notify_one();
        }
    }
    return found == m_tiles.end() ? nullptr : &found->second.image;
}

void TileCache::beginFrame() {
    const std::lock_guard lock(m_mutex);
    m_orders.clear();
}

void TileCache::keepLevels(int current, int fallback) {
    std::erase_if(m_tiles, [&](const auto& entry) {
        return entry.first.level != current && entry.first.level != fallback;
    });
}

bool TileCache::collect() {
    std::vector<std::pair<TileKey, Tile>> done;
    {
        const std::lock_guard lock(m_mutex);
        done.swap(m_done);
    }
    for (auto& [key, tile] : done) {
        Tile& kept = m_tiles[key];
        if (kept.image.isNull() || kept.content <= tile.content) {
            kept = std::move(tile);
        }
    }
    return !done.empty();
}

void TileCache::finish() {
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, [this] { return m_orders.empty() && m_inWork.empty(); });
}

QImage TileCache::paintTile(const Scene& scene, const Theme& theme, double pixelRatio, const TileKey& key) {
    const int side = static_cast<int>(kTile * pixelRatio + 0.5);
    QImage image(side, side, QImage::Format_RGB32);
    const double scale = key.level / 1000.0;
    QPainter painter(&image);
    painter.scale(pixelRatio * scale, pixelRatio * scale);
    const QRectF area(key.x * kTile / scale, key.y * kTile / scale, kTile / scale, kTile / scale);
    painter.translate(-area.topLeft());
    paintMap(painter, scene, theme, area, scale);
    return image;
}

void TileCache::later(std::function<void()> job) {
    const std::lock_guard lock(m_mutex);
    m_later = std::move(job);
    m_wake.notify_one();
}

void TileCache::dispose(ScenePtr scene) {
    if (scene) {
        const std::lock_guard lock(m_mutex);
        m_trash.push_back(std::move(scene));
        m_wake.notify_one();
    }
}

void TileCache::run(const std::stop_token& stop) {
    // Painters compete with the thread that answers the hand: Linux counts niceness by thread.
    ::setpriority(PRIO_PROCESS, 0, 5);
    std::unique_lock lock(m_mutex);
    while (m_wake.wait(lock, stop, [this] { return !m_orders.empty() || m_later || !m_trash.empty(); })) {
        if (m_orders.empty() && !m_later) {
            std::vector<ScenePtr> trash;
            trash.swap(m_trash);
            lock.unlock();
            trash.clear();
            lock.lock();
            continue;
        }
        if (m_orders.empty()) {
            const std::function<void()> job = std::exchange(m_later, nullptr);
            lock.unlock();
            job();
            m_ready();
            lock.lock();
            continue;
        }
        const Order order = std::move(m_orders.front());
        m_orders.pop_front();
        m_inWork[order.key] = order.content;
        lock.unlock();
        Tile tile{paintTile(*order.scene, *order.theme, order.pixelRatio, order.key), order.content};
        lock.lock();
        if (const auto mine = m_inWork.find(order.key); mine != m_inWork.end() && mine->second == order.content) {
            m_inWork.erase(mine);
        }
        m_done.emplace_back(order.key, std::move(tile));
        m_wake.notify_all();
        m_ready();
    }
}

} // namespace meshdeck::views
