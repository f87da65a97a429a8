#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/demo/api/json_values.h"
#include "app/demo/api/store.h"

namespace meshdeck::demo::api {

namespace {

const Resource& services() {
    return *findByKind("v1", "Service");
}
const Resource& pods() {
    return *findByKind("v1", "Pod");
}

Json service(const std::string& ns, const std::string& name, int port = 80) {
    return {{"kind", "Service"},
            {"apiVersion", "v1"},
            {"metadata", {{"name", name}, {"namespace", ns}}},
            {"spec", {{"port", port}}}};
}

std::vector<std::string> namesOf(const std::vector<ObjectPtr>& objects) {
    std::vector<std::string> names;
    for (const ObjectPtr& object : objects) {
        names.push_back(namespaceOf(*object) + "/" + nameOf(*object));
    }
    return names;
}

TEST(Store_swap, countsOneRevisionForAllKinds) {
    ObjectStore store;
    const std::uint64_t before = store.version();
    const ObjectPtr first = store.swap(services(), nullptr, service("a", "x"));
    const ObjectPtr second = store.swap(pods(), nullptr, service("a", "x"));
    EXPECT_EQ(versionOf(*first), before + 1);
    EXPECT_EQ(versionOf(*second), before + 2);
    EXPECT_EQ(store.version(), before + 2);
}

TEST(Store_swap, refusesWhenSomebodyElseWasFaster) {
    ObjectStore store;
    const ObjectPtr first = store.swap(services(), nullptr, service("a", "x"));
    EXPECT_EQ(store.swap(services(), nullptr, service("a", "x")), nullptr);
    ASSERT_TRUE(store.swap(services(), first, service("a", "x", 81)));
    EXPECT_EQ(store.swap(services(), first, service("a", "x", 82)), nullptr);
    EXPECT_EQ(store.swap(services(), first, std::nullopt), nullptr);
    EXPECT_EQ((*store.get(services(), "a", "x"))["spec"]["port"], 81);
}

TEST(Store_swap, losesNoUpdateOfManyThreads) {
    ObjectStore store;
    store.swap(services(), nullptr, service("a", "x", 0));
    const auto increment = [&] {
        for (int i = 0; i < 200;) {
            const ObjectPtr before = store.get(services(), "a", "x");
            i += store.swap(services(), before, service("a", "x", (*before)["spec"]["port"].get<int>() + 1)) ? 1 : 0;
        }
    };
    std::thread other(increment);
    increment();
    other.join();
    EXPECT_EQ((*store.get(services(), "a", "x"))["spec"]["port"], 400);
}

TEST(Store_listing, isSortedAndCutToOneNamespace) {
    ObjectStore store;
    for (const auto& [ns, name] :
         {std::pair("b", "y"), std::pair("a-b", "z"), std::pair("a", "y"), std::pair("a", "x")}) {
        store.swap(services(), nullptr, service(ns, name));
    }
    EXPECT_THAT(namesOf(store.listing(services(), "").objects), testing::ElementsAre("a/x", "a/y", "a-b/z", "b/y"));
    EXPECT_THAT(namesOf(store.listing(services(), "a").objects), testing::ElementsAre("a/x", "a/y"));
    EXPECT_THAT(namesOf(store.list("Service")), testing::ElementsAre("a/x", "a/y", "a-b/z", "b/y"));
}

TEST(Store_listingAt, putsAnOlderStateTogether) {
    ObjectStore store;
    const ObjectPtr x = store.swap(services(), nullptr, service("a", "x", 1));
    const std::uint64_t then = store.version();
    store.swap(services(), x, service("a", "x", 2));
    store.swap(services(), nullptr, service("a", "y"));
    store.swap(services(), store.get(services(), "a", "x"), std::nullopt);

    const std::optional<Listing> old = store.listingAt(services(), "a", then);
    ASSERT_TRUE(old);
    ASSERT_THAT(namesOf(old->objects), testing::ElementsAre("a/x"));
    EXPECT_EQ((*old->objects[0])["spec"]["port"], 1);
    EXPECT_EQ(old->version, then);
}

TEST(Store_history, isBounded) {
    ObjectStore store(3);
    ObjectPtr object = store.swap(services(), nullptr, service("a", "x"));
    const std::uint64_t first = store.version();
    for (int i = 0; i < 5; ++i) {
        object = store.swap(services(), object, service("a", "x", i));
    }
    EXPECT_FALSE(store.listingAt(services(), "", first));
    EXPECT_FALSE(store.watch(services(), first, [](const StoreEvent&) {}));
    EXPECT_TRUE(store.watch(services(), store.version() - 3, [](const StoreEvent&) {}));
    EXPECT_FALSE(store.watch(services(), store.version() - 4, [](const StoreEvent&) {}));
    EXPECT_TRUE(store.listingAt(pods(), "", first)) << "another kind's events do not count";
}

TEST(Store_forgetHistory, expiresEveryOlderRevision) {
    ObjectStore store;
    store.swap(services(), nullptr, service("a", "x"));
    const std::uint64_t seen = store.version();
    store.forgetHistory();
    EXPECT_FALSE(store.watch(services(), seen, [](const StoreEvent&) {}));
    EXPECT_TRUE(store.watch(services(), store.version(), [](const StoreEvent&) {}));
}

TEST(Store_watch, givesWhatWasMissedThenWhatComesOnce) {
    ObjectStore store;
    const ObjectPtr x = store.swap(services(), nullptr, service("a", "x"));
    const std::uint64_t seen = store.version();
    const ObjectPtr changed = store.swap(services(), x, service("a", "x", 2));
    std::vector<std::uint64_t> live;
    auto start = store.watch(services(), seen, [&](const StoreEvent& event) { live.push_back(event.version); });
    ASSERT_TRUE(start);
    ASSERT_EQ(start->missed.size(), 1U);
    EXPECT_EQ(start->missed[0].type, ChangeType::Modified);
    EXPECT_EQ(start->missed[0].previous, x);

    store.swap(pods(), nullptr, service("a", "p"));
    store.swap(services(), changed, std::nullopt);
    EXPECT_THAT(live, testing::ElementsAre(seen + 3));
    start->watch.reset();
    store.swap(services(), nullptr, service("a", "x"));
    EXPECT_EQ(live.size(), 1U);
}

TEST(Store_subscribe, listenersMayReadTheStore) {
    ObjectStore store;
    std::vector<std::size_t> counts;
    store.subscribe([&](const Change& change) {
        EXPECT_NE(change.object, nullptr);
        counts.push_back(store.list("Service").size());
    });
    const ObjectPtr x = store.swap(services(), nullptr, service("a", "x"));
    store.swap(services(), x, std::nullopt);
    EXPECT_THAT(counts, testing::ElementsAre(1U, 0U));
}

} // namespace

} // namespace meshdeck::demo::api
