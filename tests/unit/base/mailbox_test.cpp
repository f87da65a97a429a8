#include "base/mailbox.h"

#include <thread>

#include <gtest/gtest.h>

namespace meshdeck {

TEST(Mailbox, SeveralPosts_wakeOnceAndKeepTheNewest) {
    int wakes = 0;
    Mailbox<int> mailbox([&] { ++wakes; });
    mailbox.post(1);
    mailbox.post(2);
    EXPECT_EQ(wakes, 1);
    EXPECT_EQ(mailbox.take(), 2);
    EXPECT_EQ(mailbox.take(), std::nullopt);
    mailbox.post(3);
    EXPECT_EQ(wakes, 2);
}

TEST(Mailbox, TwoThreads_lastValueArrives) {
    Mailbox<int> mailbox;
    std::jthread writer([&] {
        for (int i = 1; i <= 10'000; ++i) {
            mailbox.post(i);
        }
    });
    int last = 0;
    while (last != 10'000) {
        if (const auto value = mailbox.take()) {
            EXPECT_GT(*value, last);
            last = *value;
        }
    }
}

} // namespace meshdeck
