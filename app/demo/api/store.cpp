#include "app/demo/api/store.h"

#include <algorithm>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

// A server that has just been installed has some hundred revisions behind it; what starts at 1 hides clients that take
// a revision for an index.
constexpr std::uint64_t kFirstVersion = 300;

ChangeType typeOf(bool existed, bool exists) {
    if (!exists) {
        return ChangeType::Deleted;
    }
    return existed ? ChangeType::Modified : ChangeType::Added;
}

} // namespace

class ObjectStore::Watch {
public:
    explicit Watch(WatchCallback callback)
        : m_callback(std::move(callback)) {}
    void call(const StoreEvent& event) const { m_callback(event); }

private:
    WatchCallback m_callback;
};

ObjectStore::ObjectStore(std::size_t historySize)
    : m_historySize(historySize)
    , m_version(kFirstVersion) {
    for (const Resource& resource : allResources()) {
        m_shelves[&resource].oldest = kFirstVersion;
    }
}

ObjectStore::~ObjectStore() = default;

std::vector<ObjectPtr> ObjectStore::list(const std::string& kind) const {
    const std::shared_lock lock(m_data);
    std::vector<ObjectPtr> objects;
    for (const auto& [resource, shelf] : m_shelves) {
        if (resource->kind == kind) { // "Gateway" is a kind of two groups; both are given, apiVersion tells them apart
            for (const auto& [key, object] : shelf.objects) {
                objects.push_back(object);
            }
        }
    }
    return objects;
}

void ObjectStore::subscribe(std::function<void(const Change&)> listener) {
    const std::lock_guard lock(m_commit);
    m_listeners.push_back(std::move(listener));
}

ObjectPtr ObjectStore::get(const Resource& resource, const std::string& ns, const std::string& name) const {
    const std::shared_lock lock(m_data);
    const auto& objects = m_shelves.at(&resource).objects;
    const auto found = objects.find(Key(ns, name));
    return found == objects.end() ? nullptr : found->second;
}

Listing ObjectStore::listing(const Resource& resource, const std::string& ns) const {
    const std::shared_lock lock(m_data);
    return present(m_shelves.at(&resource), ns, m_version);
}

Listing ObjectStore::present(const Shelf& shelf, const std::string& ns, std::uint64_t version) {
    Listing result;
    result.version = version;
    for (auto at = shelf.objects.lower_bound(Key(ns, ""));
         at != shelf.objects.end() && (ns.empty() || at->first.first == ns); ++at) {
        result.objects.push_back(at->second);
    }
    return result;
}

std::optional<Listing> ObjectStore::listingAt(const Resource& resource, const std::string& ns,
                                              std::uint64_t version) const {
    const std::shared_lock lock(m_data);
    const Shelf& shelf = m_shelves.at(&resource);
    if (version < shelf.oldest) {
        return std::nullopt;
    }
    if (shelf.history.empty() || shelf.history.back().version <= version) {
        return present(shelf, ns, version); // the pages of a list follow each other faster than changes
    }
    std::map<Key, ObjectPtr> objects = shelf.objects;
    for (auto event = shelf.history.rbegin(); event != shelf.history.rend() && event->version > version; ++event) {
        const Key key(namespaceOf(*event->object), nameOf(*event->object));
        if (event->previous) {
            objects[key] = event->previous;
        } else {
            objects.erase(key);
        }
    }
    Listing result;
    result.version = version;
    for (const auto& [key, object] : objects) {
        if (ns.empty() || key.first == ns) {
            result.objects.push_back(object);
        }
    }
    return result;
}

ObjectPtr ObjectStore::swap(const Resource& resource, const ObjectPtr& before, std::optional<Json> after) {
    const std::lock_guard commit(m_commit);
    Json next = after ? std::move(*after) : *before;
    const Key key(namespaceOf(next), nameOf(next));
    Shelf& shelf = m_shelves.at(&resource);
    const auto current = shelf.objects.find(key); // only writers change the map, and they hold m_commit
    if ((current == shelf.objects.end() ? nullptr : current->second) != before) {
        return nullptr;
    }
    StoreEvent event;
    event.version = m_version + 1;
    event.type = typeOf(before != nullptr, after.has_value());
    next["metadata"]["resourceVersion"] = std::to_string(event.version);
    event.object = std::make_shared<const Json>(std::move(next));
    event.previous = before;
    {
        const std::lock_guard lock(m_data);
        if (after) {
            shelf.objects[key] = event.object;
        } else {
            shelf.objects.erase(key);
        }
        m_version = event.version;
        record(shelf, event);
    }
    notify(shelf, event);
    return event.object;
}

void ObjectStore::record(Shelf& shelf, StoreEvent event) {
    shelf.history.push_back(std::move(event));
    while (shelf.history.size() > m_historySize) {
        shelf.oldest = shelf.history.front().version;
        shelf.history.pop_front();
    }
}

void ObjectStore::notify(Shelf& shelf, const StoreEvent& event) {
    std::erase_if(shelf.watches, [&](const std::weak_ptr<Watch>& weak) {
        const std::shared_ptr<Watch> watch = weak.lock();
        if (watch) {
            watch->call(event);
        }
        return !watch;
    });
    for (const auto& listener : m_listeners) {
        listener(Change{event.type, event.object});
    }
}

std::uint64_t ObjectStore::version() const {
    const std::lock_guard lock(m_commit);
    return m_version;
}

std::uint64_t ObjectStore::oldestVersion(const Resource& resource) const {
    const std::shared_lock lock(m_data);
    return m_shelves.at(&resource).oldest;
}

void ObjectStore::forgetHistory() {
    const std::lock_guard commit(m_commit);
    const std::lock_guard lock(m_data);
    // A revision of its own, so that what was read a moment ago is older than it.
    ++m_version;
    for (auto& [resource, shelf] : m_shelves) {
        shelf.history.clear();
        shelf.oldest = m_version;
    }
}

std::optional<ObjectStore::WatchStart> ObjectStore::watch(const Resource& resource, std::uint64_t since,
                                                          WatchCallback callback) {
    const std::lock_guard commit(m_commit);
    Shelf& shelf = m_shelves.at(&resource);
    if (since < shelf.oldest) {
        return std::nullopt;
    }
    WatchStart start;
    start.version = m_version;
    start.watch = std::make_shared<Watch>(std::move(callback));
    for (const StoreEvent& event : shelf.history) {
        if (event.version > since) {
            start.missed.push_back(event);
        }
    }
    shelf.watches.push_back(start.watch);
    return start;
}

} // namespace meshdeck::demo::api
