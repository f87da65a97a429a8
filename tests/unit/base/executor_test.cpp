#include "base/executor.h"

#include <future>

#include <gtest/gtest.h>

namespace meshdeck {

TEST(Strand, Jobs_runInOrderOnItsThread) {
    Strand strand("test");
    std::vector<int> order;
    std::promise<bool> done;
    strand.post([&] { order.push_back(1); });
    strand.post([&] { order.push_back(2); });
    strand.post([&] { done.set_value(strand.isCurrent()); });
    EXPECT_TRUE(done.get_future().get());
    EXPECT_EQ(order, (std::vector{1, 2}));
    EXPECT_FALSE(strand.isCurrent());
}

TEST(Strand, TimedJobs_runByTheirTime) {
    Strand strand("test");
    std::vector<int> order;
    std::promise<void> done;
    strand.postAfter(Duration(20), [&] {
        order.push_back(2);
        done.set_value();
    });
    strand.postAfter(Duration(1), [&] { order.push_back(1); });
    done.get_future().wait();
    EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(Strand, Destruction_dropsWhatHasNotRun) {
    bool ran = false;
    {
        Strand strand("test");
        strand.postAfter(std::chrono::hours(1), [&] { ran = true; });
    }
    EXPECT_FALSE(ran);
}

} // namespace meshdeck
