// A store in memory with the objects of a demonstration mesh, for tests of the simulation without an API server.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/demo/contract.h"

namespace meshdeck::demo {

class FakeStore : public StoreView {
public:
    FakeStore(const std::string& mesh, std::uint32_t seed) {
        std::vector<Json> objects = initialObjects(mesh, seed).value();
        for (Json& object : objects) {
            const std::string key =
                keyOf(object["kind"], object["metadata"].value("namespace", ""), object["metadata"]["name"]);
            m_objects[key] = std::make_shared<const Json>(std::move(object));
        }
    }

    [[nodiscard]] std::vector<ObjectPtr> list(const std::string& kind) const override {
        const std::lock_guard lock(m_mutex);
        std::vector<ObjectPtr> found;
        for (auto at = m_objects.lower_bound(kind + "/"); at != m_objects.end() && at->first.starts_with(kind + "/");
             ++at) {
            found.push_back(at->second);
        }
        return found;
    }
    void subscribe(std::function<void(const Change&)> listener) override { m_listeners.push_back(std::move(listener)); }

    [[nodiscard]] Json get(const std::string& kind, const std::string& ns, const std::string& name) const {
        const std::lock_guard lock(m_mutex);
        return *m_objects.at(keyOf(kind, ns, name));
    }
    // Creates or replaces, and tells the listeners.
    void put(Json object) {
        const std::string key =
            keyOf(object["kind"], object["metadata"].value("namespace", ""), object["metadata"]["name"]);
        Change change{ChangeType::Modified, std::make_shared<const Json>(std::move(object))};
        {
            const std::lock_guard lock(m_mutex);
            m_objects[key] = change.object;
        }
        tell(change);
    }
    void remove(const std::string& kind, const std::string& ns, const std::string& name) {
        Change change{ChangeType::Deleted, nullptr};
        {
            const std::lock_guard lock(m_mutex);
            const auto found = m_objects.find(keyOf(kind, ns, name));
            change.object = found->second;
            m_objects.erase(found);
        }
        tell(change);
    }

private:
    static std::string keyOf(const std::string& kind, const std::string& ns, const std::string& name) {
        return kind + "/" + ns + "/" + name;
    }
    void tell(const Change& change) {
        for (const auto& listener : m_listeners) {
            listener(change);
        }
    }

    mutable std::mutex m_mutex;
    std::map<std::string, ObjectPtr> m_objects;
    std::vector<std::function<void(const Change&)>> m_listeners;
};

} // namespace meshdeck::demo
