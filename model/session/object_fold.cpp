#include "session/object_fold.h"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace meshdeck::session {
namespace {

std::string keyOf(const mesh::Namespace& object) {
    return object.name;
}

template <typename T>
std::string keyOf(const T& object) {
    return object.ns + "/" + object.name;
}

std::string keyOf(const mesh::ResourceRef& ref) {
    return ref.ns.empty() ? ref.name : ref.ns + "/" + ref.name;
}

bool isWorkloadKind(std::string_view kind) {
    return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "ReplicaSet";
}

bool sameObject(const mesh::ResourcePtr& a, const mesh::ResourcePtr& b) {
    return a == b || (a && b && !a->resourceVersion.empty() && a->uid == b->uid &&
                      a->resourceVersion == b->resourceVersion);
}

template <typename Table, typename Value>
bool differs(const Table& table, const std::string& key, const Value& value) {
    const auto known = table.find(key);
    return known == table.end() || !(known->second == value);
}

// Keys of `table` that a replace of that scope did not list. `belongs` tells which entries the delta speaks of.
template <typename Table, typename Belongs>
std::vector<std::string> unlisted(const Table& table, const std::set<std::string>& listed, const std::string& scope,
                                  Belongs belongs) {
    std::vector<std::string> gone;
    for (const auto& [key, value] : table) {
        const bool inScope = scope.empty() || key.starts_with(scope + "/");
        if (inScope && belongs(value) && !listed.contains(key)) {
            gone.push_back(key);
        }
    }
    return gone;
}

} // namespace

void ObjectFold::apply(const sources::ObjectsDelta& delta) {
    if (delta.replace) {
        removeUnlisted(delta);
    }
    for (const sources::ClusterObject& object : delta.upserted) {
        upsert(object);
    }
    for (const mesh::ResourceRef& ref : delta.deleted) {
        remove(ref);
    }
}

void ObjectFold::upsert(const sources::ClusterObject& object) {
    const mesh::Inventory& known = *m_inventory.value;
    if (const auto* ns = std::get_if<mesh::Namespace>(&object)) {
        if (differs(known.namespaces, keyOf(*ns), *ns)) {
            m_inventory.forWriting().namespaces[keyOf(*ns)] = *ns;
        }
    } else if (const auto* service = std::get_if<mesh::Service>(&object)) {
        if (differs(known.services, keyOf(*service), *service)) {
            m_inventory.forWriting().services[keyOf(*service)] = *service;
        }
    } else if (const auto* workload = std::get_if<mesh::Workload>(&object)) {
        if (differs(known.workloads, keyOf(*workload), *workload)) {
            m_inventory.forWriting().workloads[keyOf(*workload)] = *workload;
        }
    } else if (const auto* pod = std::get_if<mesh::Pod>(&object)) {
        if (differs(known.pods, keyOf(*pod), *pod)) {
            m_inventory.forWriting().pods[keyOf(*pod)] = *pod;
        }
    } else if (const auto* resource = std::get_if<mesh::ResourcePtr>(&object); resource != nullptr && *resource) {
        const auto found = m_config.value->find((*resource)->ref);
        if (found == m_config.value->end() || !sameObject(found->second, *resource)) {
            m_config.forWriting()[(*resource)->ref] = *resource;
        }
    }
}

void ObjectFold::remove(const mesh::ResourceRef& ref) {
    const std::string key = keyOf(ref);
    const mesh::Inventory& known = *m_inventory.value;
    if (ref.kind == "Namespace" && known.namespaces.contains(key)) {
        m_inventory.forWriting().namespaces.erase(key);
    } else if (ref.kind == "Service" && ref.group.empty() && known.services.contains(key)) {
        m_inventory.forWriting().services.erase(key);
    } else if (ref.kind == "Pod" && known.pods.contains(key)) {
        m_inventory.forWriting().pods.erase(key);
    } else if (isWorkloadKind(ref.kind)) {
        const auto found = known.workloads.find(key);
        if (found != known.workloads.end() && found->second.kind == ref.kind) {
            m_inventory.forWriting().workloads.erase(key);
        }
    }
    if (m_config.value->contains(ref)) {
        m_config.forWriting().erase(ref);
    }
}

void ObjectFold::removeUnlisted(const sources::ObjectsDelta& delta) {
    std::set<std::string> listed;
    std::set<mesh::ResourceRef> listedResources;
    for (const sources::ClusterObject& object : delta.upserted) {
        if (const auto* resource = std::get_if<mesh::ResourcePtr>(&object)) {
            if (*resource) {
                listedResources.insert((*resource)->ref);
            }
        } else {
            std::visit(
                [&](const auto& one) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, mesh::ResourcePtr>) {
                        listed.insert(keyOf(one));
                    }
                },
                object);
        }
    }
    const auto erase = [&](auto member, auto belongs) {
        for (const std::string& key : unlisted((*m_inventory.value).*member, listed, delta.scope, belongs)) {
            (m_inventory.forWriting().*member).erase(key);
        }
    };
    const auto any = [](const auto&) { return true; };
    if (delta.kind == "Namespace") {
        erase(&mesh::Inventory::namespaces, any);
    } else if (delta.kind == "Service") {
        erase(&mesh::Inventory::services, any);
    } else if (delta.kind == "Pod") {
        erase(&mesh::Inventory::pods, any);
    } else if (isWorkloadKind(delta.kind)) {
        erase(&mesh::Inventory::workloads, [&](const mesh::Workload& one) { return one.kind == delta.kind; });
    }
    std::vector<mesh::ResourceRef> gone;
    for (const auto& [ref, resource] : *m_config.value) {
        if (ref.kind == delta.kind && (delta.group.empty() || ref.group == delta.group) &&
            (delta.scope.empty() || ref.ns == delta.scope) && !listedResources.contains(ref)) {
            gone.push_back(ref);
        }
    }
    for (const mesh::ResourceRef& ref : gone) {
        m_config.forWriting().erase(ref);
    }
}

std::shared_ptr<const mesh::Inventory> ObjectFold::inventory() {
    return m_inventory.forReading();
}

std::shared_ptr<const mesh::ResourceTable> ObjectFold::config() {
    return m_config.forReading();
}

} // namespace meshdeck::session
