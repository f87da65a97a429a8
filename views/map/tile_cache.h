// The map's background as tiles painted by worker threads (facts/toolchain.md 4.5): panning and zooming only copy
// images. A tile that is out of date is shown until its successor is done, so a refresh does not flicker.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <QImage>

#include "common/theme.h"
#include "map/scene.h"

namespace meshdeck::views {

struct TileKey {
    int level = 1000; // scale in thousandths
    int x = 0;
    int y = 0;
    auto operator<=>(const TileKey&) const = default;
};

class TileCache {
public:
    static constexpr int kTile = 512; // logical pixels

    // `ready` is called on a worker when tiles are done; it must only post an event.
    TileCache(std::function<void()> ready, unsigned threads);
    ~TileCache();
    TileCache(const TileCache&) = delete;
    TileCache& operator=(const TileCache&) = delete;

    // All of these: UI thread only.
    void setContent(ScenePtr scene, const Theme& theme, double pixelRatio);
    // The image, perhaps of older content, or null; a missing or old one is ordered.
    [[nodiscard]] const QImage* tile(const TileKey& key);
    // What is known of another level; orders nothing.
    [[nodiscard]] const QImage* known(const TileKey& key) const;
    // Forgets orders that are no longer wanted; call before the orders of a frame. Tiles are painted in their order.
    void beginFrame();
    // Drops tiles of levels other than these two.
    void keepLevels(int current, int fallback);
    // Takes finished tiles over; true when there were any.
    bool collect();
    // Runs a job on a worker once no tile is waited for; of several only the last. It must not touch the cache.
    void later(std::function<void()> job);
    // Drops a scene on a worker.
    void dispose(ScenePtr scene);
    // Blocks until every order is done; for tests and pictures.
    void finish();

    [[nodiscard]] static QImage paintTile(const Scene& scene, const Theme& theme, double pixelRatio, const TileKey& key);

private:
    struct Tile {
        QImage image;
        std::uint64_t content = 0;
    };
    struct Order {
        TileKey key;
        ScenePtr scene;
        const Theme* theme = nullptr;
        double pixelRatio = 1;
        std::uint64_t content = 0;
    };
    void run(const std::stop_token& stop);

    std::function<void()> m_ready;
    ScenePtr m_scene;
    const Theme* m_theme = nullptr;
    double m_pixelRatio = 1;
    std::uint64_t m_content = 0;
    std::map<TileKey, Tile> m_tiles;

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Order> m_orders;
    std::function<void()> m_later;
    std::vector<ScenePtr> m_trash;
    std::vector<std::pair<TileKey, Tile>> m_done;
    std::map<TileKey, std::uint64_t> m_inWork; // content of orders being painted
    std::vector<std::jthread> m_threads;
};

} // namespace meshdeck::views
