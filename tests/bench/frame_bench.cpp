// What a frame costs the thread of the window, in its own CPU time (facts/toolchain.md 4): panning, zooming, a refresh.
// Frames are 16 ms apart, so that the workers that paint tiles have as long as they have in life.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>

#include <malloc.h>
#include <time.h>

#include <QApplication>
#include <QWheelEvent>

#include <benchmark/benchmark.h>

#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "map/scene_builder.h"
#include "support/big_mesh.h"
#include "views/thread_cpu.h"

namespace meshdeck::bench {
namespace {

using namespace meshdeck::views;
using Clock = std::chrono::steady_clock;

void needApplication() {
    if (QCoreApplication::instance() == nullptr) {
        ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
        static int argc = 1;
        static char name[] = "meshdeck-bench";
        static char* argv[] = {name, nullptr};
        new QApplication(argc, argv); // lives as long as the program
    }
}

double processCpuMs() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double heapMb() {
    return static_cast<double>(mallinfo2().uordblks) / 1e6;
}

mesh::SnapshotPtr meshOf(std::int64_t workloads, std::uint32_t tick = 0) {
    return meshdeck::test::bigMesh({.workloads = static_cast<int>(workloads), .callsEach = 3, .namespaces = 0, .seed = 5, .tick = tick});
}

// The whole mesh card by card: what the budget of design.md 5 is about. Built once a size.
struct Flat {
    ScenePtr scene;
    double heap = 0; // MB of scene and index
};
const Flat& flatScene(std::int64_t workloads) {
    static std::map<std::int64_t, Flat> known;
    const auto found = known.find(workloads);
    if (found != known.end()) {
        return found->second;
    }
    const mesh::SnapshotPtr snapshot = meshOf(workloads);
    SceneOptions options;
    options.now = snapshot->time;
    const double before = heapMb();
    Flat flat;
    flat.scene = buildScene(*snapshot, options, {})->scene;
    flat.heap = heapMb() - before;
    return known.emplace(workloads, std::move(flat)).first->second;
}

double p95(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() * 95 / 100];
}

class Frames {
public:
    Frames(MapView& view, benchmark::State& state)
        : m_view(view)
        , m_state(state) {}

    // One frame: `move` and what follows from it, on the thread of the window.
    template <typename Move>
    void frame(Move move) {
        const auto due = Clock::now() + std::chrono::milliseconds(16);
        const double before = threadCpuMs();
        move();
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        m_view.repaint();
        const double took = threadCpuMs() - before;
        m_took.push_back(took);
        m_state.SetIterationTime(took / 1e3);
        std::this_thread::sleep_until(due);
    }

    // From the last move to a picture without a tile that is missing or old.
    void settle() {
        const auto start = Clock::now();
        const double before = processCpuMs();
        do {
            m_view.repaint();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        } while (!m_view.isCrisp() && Clock::now() - start < std::chrono::seconds(20));
        m_crisp.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        m_crispCpu.push_back(processCpuMs() - before);
    }

    void report() {
        m_state.counters["p95_ms"] = p95(m_took);
        m_state.counters["crisp_ms"] = p95(m_crisp);
        m_state.counters["crisp_cpu_ms"] = p95(m_crispCpu);
    }

private:
    MapView& m_view;
    benchmark::State& m_state;
    std::vector<double> m_took, m_crisp, m_crispCpu;
};

void fly(benchmark::State& state, double zoom, bool zooms) {
    needApplication();
    const Flat& flat = flatScene(state.range(0));
    MapView view;
    view.resize(1600, 1000);
    view.show();
    view.setScene(flat.scene);
    view.zoomAt({800, 500}, zoom / view.zoom());
    view.holdAt(flat.scene->bounds.center(), {800, 500});
    Frames frames(view, state);
    frames.settle();
    int step = 0;
    for (auto _ : state) {
        frames.frame([&] {
            if (zooms) {
                view.zoomAt({700, 400}, step % 40 < 20 ? 1.05 : 1 / 1.05);
            } else {
                view.holdAt(flat.scene->bounds.center(), {800.0 + 24 * (step % 60 < 30 ? step % 30 : 30 - step % 30), 500});
            }
        });
        if (++step % 40 == 0) {
            frames.settle();
        }
    }
    frames.report();
    state.counters["scene_mb"] = flat.heap;
    state.counters["budget_mb"] = (1000.0 * static_cast<double>(flat.scene->nodes.size()) + 300.0 * static_cast<double>(flat.scene->edges.size())) / 1e6;
}

void PaintPan(benchmark::State& state) {
    fly(state, 1, false);
}
void PaintPanMiddle(benchmark::State& state) {
    fly(state, 0.5, false);
}
void PaintZoom(benchmark::State& state) {
    fly(state, 0.6, true);
}

// A reply that changes every rate: from the snapshot at the border to the picture, the longest turn of the event loop.
void Refresh(benchmark::State& state) {
    needApplication();
    const mesh::SnapshotPtr replies[] = {meshOf(state.range(0), 0), meshOf(state.range(0), 1)};
    MeshState mesh;
    ManualClock clock;
    clock.setWallTime(replies[0]->time);
    Strand worker("scene");
    {
        MapPage page(mesh, worker, clock);
        page.lens().setFold(state.range(1) != 0 ? traffic::FoldMode::Automatic : traffic::FoldMode::Never);
        page.resize(1600, 1000);
        page.show();
        std::vector<double> longest;
        const auto refresh = [&](const mesh::SnapshotPtr& reply) {
            const ScenePtr before = page.view().scene();
            double worst = 0;
            mesh.post(reply);
            for (int after = 0; after < 3;) {
                const double start = threadCpuMs();
                QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
                worst = std::max(worst, threadCpuMs() - start);
                after += page.view().scene() != before ? 1 : 0;
            }
            return worst;
        };
        refresh(replies[0]);
        std::size_t tick = 0;
        const double cpu = processCpuMs();
        for (auto _ : state) {
            longest.push_back(refresh(replies[++tick % 2]));
            state.SetIterationTime(longest.back() / 1e3);
        }
        state.counters["p95_ms"] = p95(longest);
        state.counters["whole_cpu_ms"] = (processCpuMs() - cpu) / static_cast<double>(tick);
    }
}

// The dots alone, on the busiest 2,000 in view.
void Dots(benchmark::State& state) {
    needApplication();
    const Flat& flat = flatScene(state.range(0));
    QImage image(1600, 1000, QImage::Format_RGB32);
    image.fill(Qt::black);
    const double zoom = 0.6;
    const QRectF area(flat.scene->bounds.center() - QPointF(800, 500) / zoom, QSizeF(1600, 1000) / zoom);
    const DotField field(*flat.scene, area);
    DotSprite sprite;
    double seconds = 0;
    std::vector<double> took;
    for (auto _ : state) {
        const double before = threadCpuMs();
        QPainter painter(&image);
        field.paint(painter, seconds, zoom, -area.topLeft() * zoom, QRectF(0, 0, 1600, 1000), sprite.of(Qt::white, 1.7, 1));
        painter.end();
        took.push_back(threadCpuMs() - before);
        state.SetIterationTime(took.back() / 1e3);
        seconds += 1.0 / 30;
    }
    state.counters["p95_ms"] = p95(took);
    state.counters["dots"] = static_cast<double>(field.count());
}

void sizes(benchmark::internal::Benchmark* bench) {
    bench->Arg(1000)->Arg(5000)->Arg(10000)->Arg(20000)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(160);
}

BENCHMARK(PaintPan)->Apply(sizes);
BENCHMARK(PaintPanMiddle)->Apply(sizes);
BENCHMARK(PaintZoom)->Apply(sizes);
BENCHMARK(Dots)->Apply(sizes);
BENCHMARK(Refresh)->ArgsProduct({{1000, 5000, 10000, 20000}, {1, 0}})->ArgNames({"", "overview"})->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(8);

} // namespace
} // namespace meshdeck::bench
