#include "policy/world.h"

#include <algorithm>
#include <set>

#include "policy/gatewayapi/convert.h"
#include "policy/world/destination_rules.h"
#include "policy/world/population.h"
#include "policy/world/virtual_services.h"

namespace meshdeck::policy {

namespace {

using config::as;
using KindKey = std::pair<std::string, std::string>;
using Objects = std::vector<ConfigObjectPtr>;

constexpr std::string_view kNetworking = "networking.istio.io";
constexpr std::string_view kGatewayApi = "gateway.networking.k8s.io";
constexpr std::string_view kExperimentalApi = "gateway.networking.x-k8s.io"; // XListenerSet

bool byIdentity(const ConfigObjectPtr& a, const ConfigObjectPtr& b) {
    return a->ref < b->ref;
}

bool byAge(const ConfigObjectPtr& a, const ConfigObjectPtr& b) {
    return config::olderThan(*a, *b);
}

// What has to be made anew after an edit of a kind.
struct Dirty {
    bool population = false;
    bool virtualServices = false;
    bool gateways = false;
    bool destinationRules = false;
    bool converted = false; // what comes of Gateway API objects

    void touch(const KindKey& kind) {
        const auto& [group, name] = kind;
        const bool runs = group == "apps" || group == "discovery.k8s.io" || (group.empty() && (name == "Pod" || name == "Service" || name == "Namespace"));
        const bool entry = group == kNetworking && (name == "ServiceEntry" || name == "WorkloadEntry");
        population = population || runs || entry;
        virtualServices = virtualServices || (group == kNetworking && name == "VirtualService");
        gateways = gateways || (group == kNetworking && name == "Gateway");
        destinationRules = destinationRules || (group == kNetworking && name == "DestinationRule");
        // Converted routes look at services, namespaces and secrets.
        converted = converted || group == kGatewayApi || group == kExperimentalApi || runs || entry || (group.empty() && name == "Secret");
    }
};

} // namespace

// Fills the parts of a World. In the order in which they need each other.
class WorldBuilder {
public:
    static std::shared_ptr<World> create() { return std::shared_ptr<World>(new World()); }

    static void setObjects(World& world, Objects objects) {
        // The later one of two with one identity counts.
        std::stable_sort(objects.begin(), objects.end(), byIdentity);
        Objects unique;
        unique.reserve(objects.size());
        for (ConfigObjectPtr& object : objects) {
            if (!unique.empty() && unique.back()->ref == object->ref) {
                unique.back() = std::move(object);
            } else {
                unique.push_back(std::move(object));
            }
        }
        std::map<KindKey, Objects> byKind;
        for (std::size_t begin = 0; begin < unique.size();) {
            const auto sameKind = [&](const ConfigObjectPtr& each) {
                return each->ref.group == unique[begin]->ref.group && each->ref.kind == unique[begin]->ref.kind;
            };
            const auto end = std::find_if_not(unique.begin() + static_cast<std::ptrdiff_t>(begin), unique.end(), sameKind);
            Objects own(unique.begin() + static_cast<std::ptrdiff_t>(begin), end);
            std::sort(own.begin(), own.end(), byAge);
            world.m_byKind.emplace(KindKey{unique[begin]->ref.group, unique[begin]->ref.kind},
                                   std::make_shared<const Objects>(std::move(own)));
            begin = static_cast<std::size_t>(end - unique.begin());
        }
        world.m_objects = std::make_shared<const Objects>(std::move(unique));
    }

    // Replaces, adds and removes, and says what that touches.
    static Dirty edit(World& world, const std::vector<ConfigEdit>& edits) {
        Dirty dirty;
        Objects objects = *world.m_objects;
        std::set<KindKey> kinds;
        for (const ConfigEdit& each : edits) {
            const mesh::ResourceRef& ref = each.object ? each.object->ref : each.ref;
            replace(objects, ref, each.object);
            if (each.object && each.ref != each.object->ref && !each.ref.name.empty()) {
                replace(objects, each.ref, nullptr); // an edit that renames
                kinds.emplace(each.ref.group, each.ref.kind);
            }
            kinds.emplace(ref.group, ref.kind);
        }
        for (const KindKey& kind : kinds) {
            dirty.touch(kind);
            Objects own;
            std::copy_if(objects.begin(), objects.end(), std::back_inserter(own), [&](const ConfigObjectPtr& each) {
                return each->ref.group == kind.first && each->ref.kind == kind.second;
            });
            std::sort(own.begin(), own.end(), byAge);
            if (own.empty()) {
                world.m_byKind.erase(kind);
            } else {
                world.m_byKind[kind] = std::make_shared<const Objects>(std::move(own));
            }
        }
        world.m_objects = std::make_shared<const Objects>(std::move(objects));
        return dirty;
    }

    static void fill(World& world, const Dirty& dirty) {
        if (dirty.population) {
            world.m_population = std::make_shared<const Population>(populationOf(world));
        }
        if (dirty.virtualServices) {
            world.m_written = std::make_shared<const std::vector<EffectiveVirtualServicePtr>>(
                effectiveVirtualServices(world, world.m_written.get()));
        }
        if (dirty.converted) {
            world.m_converted = std::make_shared<const ConvertedGatewayApi>(convertGatewayApi(world));
        }
        if (dirty.virtualServices || dirty.converted) {
            world.m_virtualServices = allVirtualServices(world);
        }
        if (dirty.gateways || dirty.converted) {
            world.m_gateways = std::make_shared<const std::vector<EffectiveGateway>>(allGateways(world));
        }
        if (dirty.destinationRules || dirty.converted) {
            std::vector<EffectiveDestinationRule> rules = effectiveDestinationRules(world);
            const auto& converted = world.m_converted->destinationRules;
            rules.insert(rules.end(), converted.begin(), converted.end()); // those written by hand go first
            world.m_destinationRules = std::make_shared<const DestinationRuleIndex>(std::move(rules));
        }
    }

    static void setMesh(World& world, config::MeshConfig mesh) {
        world.m_mesh = std::make_shared<const config::MeshConfig>(std::move(mesh));
    }

private:
    static void replace(Objects& objects, const mesh::ResourceRef& ref, const ConfigObjectPtr& object) {
        const auto place = std::lower_bound(objects.begin(), objects.end(), ref,
                                            [](const ConfigObjectPtr& each, const mesh::ResourceRef& wanted) {
                                                return each->ref < wanted;
                                            });
        const bool found = place != objects.end() && (*place)->ref == ref;
        if (found && object) {
            *place = object;
        } else if (found) {
            objects.erase(place);
        } else if (object) {
            objects.insert(place, object);
        }
    }

    // Written by hand and made of Gateway API objects, the oldest first.
    static std::shared_ptr<const std::vector<EffectiveVirtualServicePtr>> allVirtualServices(const World& world) {
        const auto& converted = world.m_converted->virtualServices;
        if (converted.empty()) {
            return world.m_written;
        }
        std::vector<EffectiveVirtualServicePtr> result;
        std::merge(world.m_written->begin(), world.m_written->end(), converted.begin(), converted.end(),
                   std::back_inserter(result),
                   [](const auto& a, const auto& b) { return config::olderThan(*a->object, *b->object); });
        return std::make_shared<const std::vector<EffectiveVirtualServicePtr>>(std::move(result));
    }

    static std::vector<EffectiveGateway> allGateways(const World& world) {
        std::vector<EffectiveGateway> result;
        for (const ConfigObjectPtr& object : world.ofKind(kNetworking, "Gateway")) {
            if (const auto* held = std::get_if<config::Shared<config::Gateway>>(&object->typed)) {
                result.push_back({object, *held, object->ref.ns + "/" + object->ref.name, false, {}, {}});
            }
        }
        const auto& converted = world.m_converted->gateways;
        result.insert(result.end(), converted.begin(), converted.end());
        std::stable_sort(result.begin(), result.end(),
                         [](const auto& a, const auto& b) { return config::olderThan(*a.object, *b.object); });
        return result;
    }
};

WorldPtr World::build(std::vector<ConfigObjectPtr> objects, config::MeshConfig mesh) {
    const auto world = WorldBuilder::create();
    WorldBuilder::setMesh(*world, std::move(mesh));
    WorldBuilder::setObjects(*world, std::move(objects));
    WorldBuilder::fill(*world, {true, true, true, true, true});
    return world;
}

WorldPtr World::with(const std::vector<ConfigEdit>& edits) const {
    const auto world = WorldBuilder::create();
    *world = *this;
    WorldBuilder::fill(*world, WorldBuilder::edit(*world, edits));
    return world;
}

ConfigObjectPtr World::find(const mesh::ResourceRef& ref) const {
    const auto place =
        std::lower_bound(m_objects->begin(), m_objects->end(), ref,
                         [](const ConfigObjectPtr& each, const mesh::ResourceRef& wanted) { return each->ref < wanted; });
    return place != m_objects->end() && (*place)->ref == ref ? *place : nullptr;
}

const std::vector<ConfigObjectPtr>& World::ofKind(std::string_view group, std::string_view kind) const {
    static const Objects kNone;
    const auto found = m_byKind.find(std::pair<std::string, std::string>(group, kind));
    return found == m_byKind.end() ? kNone : *found->second;
}

const std::vector<Service>& World::services() const {
    return m_population->services;
}

const std::vector<Workload>& World::workloads() const {
    return m_population->workloads;
}

const std::vector<EffectiveDestinationRule>& World::destinationRules() const {
    return m_destinationRules->rules();
}

std::span<const std::size_t> World::servicesOfHost(std::string_view host) const {
    const auto found = m_population->servicesOfHost.find(host);
    return found == m_population->servicesOfHost.end() ? std::span<const std::size_t>() : found->second;
}

const Workload* World::workload(std::string_view nsAndName) const {
    const auto found = m_population->workloadOf.find(nsAndName);
    return found == m_population->workloadOf.end() ? nullptr : &m_population->workloads[found->second];
}

const mesh::Labels* World::namespaceLabels(std::string_view ns) const {
    const ConfigObjectPtr object = find({"", "Namespace", "", std::string(ns)});
    return object ? &object->labels : nullptr; // the world keeps it alive
}

const Port* Service::port(std::uint32_t number) const {
    const auto found =
        std::find_if(ports.begin(), ports.end(), [&](const Port& each) { return each.number == number; });
    return found == ports.end() ? nullptr : &*found;
}

} // namespace meshdeck::policy
