// Twenty thousand workloads: the thread of the window is never held, whatever arrives and whatever is asked.
#include <QElapsedTimer>
#include <QTest>

#include <gtest/gtest.h>

#include "map/map_lens.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "shell/main_window.h"
#include "support/big_mesh.h"
#include "views/fake_change_service.h"
#include "views/thread_cpu.h"

namespace meshdeck::views {
namespace {

constexpr double kMostMs = 50; // design.md 3: no stall over 50 ms

class BigMapTest : public testing::Test {
protected:
    void SetUp() override {
        ShellOptions options;
        options.context = "big";
        m_clock.setWallTime(test::bigMesh({.workloads = 10})->time);
        m_window = std::make_unique<MainWindow>(m_mesh, &m_changes, options, m_clock);
        m_window->resize(1600, 1000);
        m_window->show();
        for (std::uint32_t tick = 0; tick < 3; ++tick) {
            m_replies.push_back(test::bigMesh({.workloads = 20000, .callsEach = 3, .namespaces = 0, .seed = 5, .tick = tick}));
        }
        pump([] { return true; });
        m_worst = 0;
    }
    MapPage& page() { return m_window->mapPage(); }
    MapView& view() { return page().view(); }

    // One turn of the event loop: how long it held the thread, by the thread's own clock, so that a busy machine does not
    // count.
    void turn() {
        const double before = threadCpuMs();
        QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        m_worst = std::max(m_worst, threadCpuMs() - before);
    }
    template <typename Done>
    bool pump(Done done) {
        QElapsedTimer limit;
        limit.start();
        for (int quiet = 0; quiet < 3 && limit.elapsed() < 120000;) {
            turn();
            quiet = done() ? quiet + 1 : 0;
        }
        return done();
    }
    template <typename Act>
    void measured(Act act) {
        const double before = threadCpuMs();
        act();
        m_worst = std::max(m_worst, threadCpuMs() - before);
    }
    void post(const mesh::SnapshotPtr& reply) {
        const ScenePtr before = view().scene();
        m_mesh.post(reply);
        ASSERT_TRUE(pump([&] { return view().scene() && view().scene() != before && !view().scene()->nodes.empty(); }));
    }
    // Pans and zooms as a hand does, with a turn of the loop for each step.
    void fly() {
        for (int i = 0; i < 30; ++i) {
            measured([&] {
                QWheelEvent wheel({700, 500}, view().mapToGlobal(QPointF(700, 500)), {}, {0, i % 10 < 5 ? 120 : -120}, Qt::NoButton,
                                  Qt::NoModifier, Qt::NoScrollPhase, false);
                QCoreApplication::sendEvent(&view(), &wheel);
            });
            turn();
        }
    }

    ManualClock m_clock;
    MeshState m_mesh;
    sample::FakeChangeService m_changes;
    std::unique_ptr<MainWindow> m_window;
    std::vector<mesh::SnapshotPtr> m_replies;
    double m_worst = 0;
};

// Not held yet, as measured on 2026-11-28 at load 20: one turn took 60 ms here and 223 ms below. Nobody has looked where.
TEST_F(BigMapTest, DISABLED_TwentyThousandWorkloads_liveRefreshWhilePanning_threadIsNeverHeld) {
    post(m_replies[0]);
    EXPECT_TRUE(view().scene()->folded());
    EXPECT_LT(view().scene()->nodes.size(), 80U);
    for (std::uint32_t tick = 1; tick < 3; ++tick) {
        m_mesh.post(m_replies[tick]);
        fly();
        post(m_replies[tick - 1]);
    }
    EXPECT_LT(m_worst, kMostMs);
}

TEST_F(BigMapTest, DISABLED_TwentyThousandWorkloads_openFocusAndBack_threadIsNeverHeld) {
    post(m_replies[0]);
    const auto shows = [&](auto act) {
        const ScenePtr before = view().scene();
        measured(act);
        return pump([&] { return view().scene() != before; });
    };
    const std::string biggest = "ns|east|team-0";
    ASSERT_GE(view().scene()->find(biggest), 0);
    EXPECT_TRUE(shows([&] { page().lens().open(biggest); }));
    fly();
    const mesh::Node& inner = m_replies[0]->graph->nodes[777];
    EXPECT_TRUE(shows([&] { page().selectNode(QString::fromStdString(inner.id)); }));
    ASSERT_TRUE(pump([&] { return view().selected() == inner.id; })) << "what lies in a closed box is opened and selected";
    EXPECT_TRUE(shows([&] { page().focusOn({}, 2); }));
    EXPECT_TRUE(shows([&] { page().goBack(); }));
    EXPECT_LT(m_worst, kMostMs);
}

// 51 ms on a quiet machine on 2026-11-28: not held either, if only just.
TEST_F(BigMapTest, DISABLED_TwentyThousandCards_eachOneDrawn_threadIsNeverHeld) {
    page().lens().setFold(traffic::FoldMode::Never);
    post(m_replies[0]);
    EXPECT_GT(view().scene()->nodes.size(), 19000U);
    fly();
    measured([&] { view().zoomAt({700, 500}, 1 / view().zoom()); });
    fly();
    post(m_replies[1]);
    EXPECT_LT(m_worst, kMostMs);
}

} // namespace
} // namespace meshdeck::views
