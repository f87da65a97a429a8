// The cluster's objects as the watch caches deliver them, folded into one inventory and one table of configuration.
#pragma once

#include <memory>

#include "mesh/inventory.h"
#include "mesh/snapshot.h"
#include "sources/interfaces.h"

namespace meshdeck::session {

// Not thread safe: lives on the session's strand. What was handed out never changes: the first change after a
// publication works on a copy.
class ObjectFold {
public:
    // Applies the delta as a whole. Objects that are equal to what is known keep their old value.
    void apply(const sources::ObjectsDelta& delta);

    [[nodiscard]] std::shared_ptr<const mesh::Inventory> inventory();
    [[nodiscard]] std::shared_ptr<const mesh::ResourceTable> config();

private:
    template <typename T>
    struct Shared {
        std::shared_ptr<T> value = std::make_shared<T>();
        bool published = false;

        T& forWriting() {
            if (published) {
                value = std::make_shared<T>(*value);
                published = false;
            }
            return *value;
        }
        std::shared_ptr<const T> forReading() {
            published = true;
            return value;
        }
    };

    void upsert(const sources::ClusterObject& object);
    void remove(const mesh::ResourceRef& ref);
    void removeUnlisted(const sources::ObjectsDelta& delta);

    Shared<mesh::Inventory> m_inventory;
    Shared<mesh::ResourceTable> m_config;
};

} // namespace meshdeck::session
