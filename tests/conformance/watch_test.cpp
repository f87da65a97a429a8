// Watches through the whole source, their expiry, and many of them at once (facts/real-servers.md 6).
#include <atomic>
#include <latch>

#include "server.h"
#include "sources/kubernetes/decode.h"
#include "sources/kubernetes/kubernetes_source.h"
#include "support/delta_collector.h"

namespace meshdeck::conformance {
namespace {

using test::DeltaCollector;

class Watches : public Suite {
protected:
    static bool upserted(const std::vector<sources::Delta>& deltas, const std::string& name, int wanted) {
        for (const auto& delta : deltas) {
            const auto* objects = std::get_if<sources::ObjectsDelta>(&delta);
            for (std::size_t i = 0; objects != nullptr && i < objects->upserted.size(); ++i) {
                const auto* resource = std::get_if<mesh::ResourcePtr>(&objects->upserted[i]);
                if (resource != nullptr && (*resource)->ref.name == name && weight(**resource) == wanted) {
                    return true;
                }
            }
        }
        return false;
    }
    static bool deleted(const std::vector<sources::Delta>& deltas, const mesh::ResourceRef& ref) {
        for (const auto& delta : deltas) {
            const auto* objects = std::get_if<sources::ObjectsDelta>(&delta);
            if (objects != nullptr &&
                std::find(objects->deleted.begin(), objects->deleted.end(), ref) != objects->deleted.end()) {
                return true;
            }
        }
        return false;
    }
    static std::string describeHealth(const DeltaCollector& collector) {
        const auto health = collector.health();
        return health ? std::string(mesh::name(health->state)) + ": " + health->detail : "none";
    }
};

TEST_F(Watches, Source_ofAnAdmin_bringsEverythingAndFollowsChanges) {
    DeltaCollector collector;
    sources::KubernetesSource source(client, {});
    source.start(collector);
    ASSERT_TRUE(collector.waitForState(mesh::SourceState::Live)) << describeHealth(collector);
    bool reviews = false;
    bool version = false;
    for (const auto& delta : collector.deltas()) {
        if (const auto* objects = std::get_if<sources::ObjectsDelta>(&delta)) {
            for (const auto& object : objects->upserted) {
                const auto* service = std::get_if<mesh::Service>(&object);
                reviews = reviews || (service != nullptr && service->name == "reviews" && service->ns == kNamespace);
            }
        } else if (const auto* facts = std::get_if<sources::ClusterDelta>(&delta)) {
            version = version || facts->kubernetesVersion.starts_with("v");
        }
    }
    EXPECT_TRUE(reviews);
    EXPECT_TRUE(version);

    const auto made = makeRoute();
    EXPECT_TRUE(collector.waitFor([&](const auto& deltas) { return upserted(deltas, made->ref.name, 90); }));
    ASSERT_TRUE(cluster.patch(made->ref, weights(*made, 90, 60), {}, {}));
    EXPECT_TRUE(collector.waitFor([&](const auto& deltas) { return upserted(deltas, made->ref.name, 60); }));
    ASSERT_TRUE(cluster.remove(made->ref, {}, {}, {}));
    EXPECT_TRUE(collector.waitFor([&](const auto& deltas) { return deleted(deltas, made->ref); }));
    source.stop();
}

TEST_F(Watches, Source_ofAViewer_readsItsNamespaceAndSaysSo) {
    sources::KubernetesClient viewer(viewerContext());
    DeltaCollector collector;
    sources::KubernetesSource source(viewer, {});
    source.start(collector);
    ASSERT_TRUE(collector.waitForState(mesh::SourceState::Partial)) << describeHealth(collector);
    EXPECT_TRUE(collector.waitFor([](const auto& deltas) {
        for (const auto& delta : deltas) {
            const auto* objects = std::get_if<sources::ObjectsDelta>(&delta);
            if (objects != nullptr && objects->kind == "VirtualService" && objects->scope == kNamespace &&
                objects->replace) {
                return true;
            }
        }
        return false;
    }));
    EXPECT_NE(collector.health()->detail.find("bookinfo"), std::string::npos) << describeHealth(collector);
}

TEST_F(Watches, Source_ofAStranger_isDeniedWithAHint) {
    auto context = adminContext();
    context.user = {};
    context.user.token = "nobody-knows-this-one";
    sources::KubernetesClient stranger(context);
    DeltaCollector collector;
    sources::KubernetesSource source(stranger, {});
    source.start(collector);
    ASSERT_TRUE(collector.waitForState(mesh::SourceState::Denied)) << describeHealth(collector);
    EXPECT_FALSE(collector.health()->hint.empty());
}

TEST_F(Watches, Watch_fromAnExpiredVersion_endsWithA410Line) {
    std::mutex mutex;
    std::string body;
    int status = 0;
    std::latch ended(1);
    sources::StreamEvents events;
    events.onHead = [&](const sources::HttpResponse& head) { status = head.status; };
    events.onBytes = [&](std::string_view bytes) {
        const std::lock_guard lock(mutex);
        body.append(bytes);
    };
    events.onEnd = [&](const Status&) { ended.count_down(); };
    const auto stream = client.openStream(
        {"GET", "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices?watch=true&resourceVersion=1"
                "&allowWatchBookmarks=true&timeoutSeconds=10",
         {}, {}, std::chrono::seconds(20)},
        std::move(events));
    ASSERT_TRUE(stream);
    ended.wait();
    EXPECT_EQ(status, 200);
    const auto event = sources::kubernetes::decodeWatchLine(*config::findKind("networking.istio.io", "VirtualService"),
                                                            body.substr(0, body.find('\n')));
    ASSERT_TRUE(event) << body;
    EXPECT_EQ(event->type, sources::kubernetes::WatchEvent::Type::Error);
    EXPECT_TRUE(event->status.expired());
}

TEST_F(Watches, Watches_aHundredAndTwentyOpen_starveNoRequestAndNoWrite) {
    constexpr int kWatches = 120;
    const auto made = makeRoute();
    std::atomic<int> refused = 0;
    std::latch open(kWatches);
    std::latch seen(kWatches);
    std::vector<std::unique_ptr<sources::HttpStream>> streams;
    const std::string path = "/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices?watch=true"
                             "&resourceVersion=" + made->resourceVersion + "&timeoutSeconds=120";
    for (int i = 0; i < kWatches; ++i) {
        sources::StreamEvents events;
        events.onHead = [&](const sources::HttpResponse& head) {
            refused += head.status == 200 ? 0 : 1;
            open.count_down();
        };
        events.onBytes = [&, told = false](std::string_view bytes) mutable {
            if (!told && bytes.find(made->ref.name) != std::string_view::npos) {
                told = true;
                seen.count_down();
            }
        };
        events.onEnd = [](const Status&) {};
        auto stream = client.openStream({"GET", path, {}, {}, std::chrono::seconds(30)}, std::move(events));
        ASSERT_TRUE(stream) << describe(stream.error());
        streams.push_back(std::move(*stream));
    }
    open.wait(); // every one of them; the old way waits here for ever
    EXPECT_EQ(refused, 0);
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(cluster.read(made->ref, {}));
    const auto written = cluster.patch(made->ref, weights(*made, 90, 80), {}, {});
    ASSERT_TRUE(written) << describe(written.error());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
    seen.wait(); // the write reaches every watch
    streams.clear();
}

} // namespace
} // namespace meshdeck::conformance
