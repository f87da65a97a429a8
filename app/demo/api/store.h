// The API server's objects with what etcd and the watch cache add to them: one growing revision for all kinds, and for
// each kind a bounded history, from which watches resume and lists at an older revision are put together.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "app/demo/api/resources.h"
#include "app/demo/contract.h"

namespace meshdeck::demo::api {

struct StoreEvent {
    std::uint64_t version = 0;
    ChangeType type = ChangeType::Added;
    ObjectPtr object;   // as it is now; of a delete: as it was, with the delete's version
    ObjectPtr previous; // null for Added
};

// Objects of one kind at one moment, sorted by namespace and name.
struct Listing {
    std::uint64_t version = 0;
    std::vector<ObjectPtr> objects;
};

class ObjectStore final : public StoreView {
public:
    // Ends the watch when it is destroyed; after that the callback is not called again, unless it is running now.
    class Watch;
    using WatchCallback = std::function<void(const StoreEvent&)>;
    struct WatchStart {
        std::shared_ptr<Watch> watch;
        std::vector<StoreEvent> missed; // after the revision asked for, oldest first
        std::uint64_t version = 0;      // of the store when the watch began
    };

    // Events kept for each kind. The real server keeps at least a hundred and grows with the rate of changes.
    explicit ObjectStore(std::size_t historySize = 1024);
    ~ObjectStore() override;
    ObjectStore(const ObjectStore&) = delete;
    ObjectStore& operator=(const ObjectStore&) = delete;

    std::vector<ObjectPtr> list(const std::string& kind) const override;
    void subscribe(std::function<void(const Change&)> listener) override;

    [[nodiscard]] ObjectPtr get(const Resource& resource, const std::string& ns, const std::string& name) const;
    // All namespaces when ns is empty.
    [[nodiscard]] Listing listing(const Resource& resource, const std::string& ns) const;
    // The same as it was at an older revision; nothing when the history does not reach back that far.
    [[nodiscard]] std::optional<Listing> listingAt(const Resource& resource, const std::string& ns,
                                                   std::uint64_t version) const;

    // Puts an object in the place of the one that was read: compare and swap, so that whoever prepared the new value
    // does it without a lock. before null: it must not exist yet; after nothing: delete. The stored object gets the
    // next revision. Null when somebody else was faster: read again.
    ObjectPtr swap(const Resource& resource, const ObjectPtr& before, std::optional<Json> after);

    // The last revision; every event up to it has been handed to the watches.
    [[nodiscard]] std::uint64_t version() const;
    // The revision from which this kind's history is complete; a watch from before it is answered with 410.
    [[nodiscard]] std::uint64_t oldestVersion(const Resource& resource) const;
    // Forgets all history, as the real server's compaction does: every older revision is expired from now on.
    void forgetHistory();

    // Nothing when the revision is older than the history. since of the future is allowed: later events only.
    [[nodiscard]] std::optional<WatchStart> watch(const Resource& resource, std::uint64_t since,
                                                  WatchCallback callback);

private:
    using Key = std::pair<std::string, std::string>; // namespace, name
    struct Shelf {
        std::map<Key, ObjectPtr> objects;
        std::deque<StoreEvent> history;
        std::uint64_t oldest = 0;
        std::vector<std::weak_ptr<Watch>> watches;
    };

    [[nodiscard]] static Listing present(const Shelf& shelf, const std::string& ns, std::uint64_t version);
    void record(Shelf& shelf, StoreEvent event);
    void notify(Shelf& shelf, const StoreEvent& event);

    // m_commit orders the writers and what they announce; m_data guards the maps for readers. A listener runs with
    // m_commit held, so it may read the store and must not write to it.
    mutable std::mutex m_commit;
    mutable std::shared_mutex m_data;
    const std::size_t m_historySize;
    std::uint64_t m_version;
    std::map<const Resource*, Shelf> m_shelves;
    std::vector<std::function<void(const Change&)>> m_listeners;
};

} // namespace meshdeck::demo::api
