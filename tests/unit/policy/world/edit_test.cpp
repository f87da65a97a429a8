// An edited world equals one that is built anew of the edited objects.
#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "policy/scope.h"
#include "policy/world/destination_rules.h"
#include "world_of.h"

namespace meshdeck::policy {

namespace {

void print(std::ostream& out, const std::vector<std::string>& list) {
    for (const std::string& each : list) {
        out << each << ',';
    }
    out << ' ';
}

// Everything a world says, as text.
std::string told(const World& world) {
    std::ostringstream out;
    for (const auto& object : world.objects()) {
        out << object->ref.display() << ' ' << object.get() << '\n';
        EXPECT_EQ(world.find(object->ref), object);
        const auto& own = world.ofKind(object->ref.group, object->ref.kind);
        EXPECT_NE(std::find(own.begin(), own.end(), object), own.end());
    }
    for (const Workload& workload : world.workloads()) {
        out << workload.ns << '/' << workload.name << '/' << workload.pod << ' ' << workload.address << ' '
            << workload.sidecar << workload.ambient << '\n';
    }
    for (const Service& service : world.services()) {
        out << service.host << ' ' << service.ns << ' ' << service.origin.get() << ' ';
        print(out, service.exportTo);
        for (const Endpoint& endpoint : service.endpoints) {
            out << endpoint.workload << '=' << endpoint.address << ' ';
        }
        out << world.servicesOfHost(service.host).size() << '\n';
    }
    for (const auto& vs : world.virtualServices()) {
        out << vs->object->ref.display() << ' ' << vs->object.get() << ' ';
        print(out, vs->spec->hosts);
        print(out, vs->gateways);
        print(out, vs->exportTo);
        for (std::size_t i = 0; i < vs->http.size(); ++i) {
            out << vs->http[i].object.get() << vs->http[i].pointer << vs->spec->http[i].name << ' ';
        }
        out << '\n';
    }
    for (const EffectiveGateway& gateway : world.gateways()) {
        out << gateway.id << ' ' << gateway.object.get() << '\n';
    }
    for (const char* ns : {"a", "b", "istio-system"}) {
        Proxy proxy;
        proxy.type = Proxy::Type::Sidecar;
        proxy.ns = ns;
        const auto scope = Scope::of(std::shared_ptr<const World>(&world, [](const World*) {}), proxy);
        for (const Service& service : world.services()) {
            for (const auto* rule : scope->destinationRule(service).rules) {
                out << service.host << ' ' << ns << ' ' << rule->object.get() << '\n';
            }
        }
    }
    return out.str();
}

class RandomMesh {
public:
    explicit RandomMesh(unsigned seed) : m_random(seed) {}

    std::size_t below(std::size_t end) { return m_random() % end; }
    std::string ns() { return std::vector<std::string>{"a", "b", "istio-system"}[below(3)]; }

    ConfigObjectPtr object() {
        const std::string name = "n" + std::to_string(below(5));
        const std::string label = "l" + std::to_string(below(3));
        const std::string host = below(2) == 0 ? "n" + std::to_string(below(5)) : below(2) == 0 ? "'*.local'" : "x.com";
        static const std::vector<std::array<std::string, 3>> kKinds = {
            {"v1", "Service", "{selector: {app: LABEL}, ports: [{port: 80}]}"},
            {"v1", "Pod", "{containers: [{name: c}]}"},
            {"apps/v1", "Deployment", "{template: {metadata: {labels: {app: LABEL}}}}"},
            {"v1", "Namespace", "{}"},
            {"networking.istio.io/v1", "ServiceEntry", "{hosts: [HOST], resolution: DNS, ports: [{number: 80}]}"},
            {"networking.istio.io/v1", "WorkloadEntry", "{address: 1.2.3.4, labels: {app: LABEL}}"},
            {"networking.istio.io/v1", "VirtualService", "{hosts: [HOST], http: [{name: LABEL, delegate: {name: n1}}, {name: r}]}"},
            {"networking.istio.io/v1", "VirtualService", "{http: [{name: LABEL}]}"},
            {"networking.istio.io/v1", "VirtualService", "{hosts: [HOST], exportTo: [\".\"], http: [{name: LABEL}]}"},
            {"networking.istio.io/v1", "Gateway", "{selector: {app: LABEL}}"},
            {"networking.istio.io/v1", "DestinationRule", "{host: HOST, subsets: [{name: LABEL}]}"},
            {"security.istio.io/v1", "PeerAuthentication", "{mtls: {mode: STRICT}}"},
        };
        const auto& kind = kKinds[below(kKinds.size())];
        std::string spec = kind[2];
        for (const auto& [word, value] : {std::pair("LABEL", label), std::pair("HOST", host)}) {
            for (auto at = spec.find(word); at != std::string::npos; at = spec.find(word)) {
                spec.replace(at, std::string(word).size(), value);
            }
        }
        const std::string created =
            below(2) == 0 ? "" : ", creationTimestamp: \"2024-01-01T00:00:0" + std::to_string(below(10)) + "Z\"";
        const std::string labels = kind[1] == "Namespace" ? "istio-injection: enabled" : "app: " + label;
        const std::string own = kind[1] == "Namespace" ? ns() : name;
        return objectsOf("apiVersion: " + kind[0] + "\nkind: " + kind[1] + "\nmetadata: {name: " + own + ", namespace: " +
                         ns() + ", labels: {" + labels + "}" + created + "}\nspec: " + spec + "\n")[0];
    }

private:
    std::mt19937 m_random;
};

} // namespace

TEST(WorldProperty, EditedWorld_equalsAFreshOne) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        RandomMesh random(seed);
        std::map<mesh::ResourceRef, ConfigObjectPtr> objects;
        for (std::size_t i = 0; i < 40; ++i) {
            const auto object = random.object();
            objects[object->ref] = object;
        }
        const auto all = [&] {
            std::vector<ConfigObjectPtr> list;
            for (const auto& [ref, object] : objects) {
                list.push_back(object);
            }
            return list;
        };
        WorldPtr world = World::build(all());
        for (int step = 0; step < 25; ++step) {
            std::vector<ConfigEdit> edits;
            for (std::size_t i = 0; i <= random.below(3); ++i) {
                if (random.below(3) == 0 && !objects.empty()) {
                    auto victim = objects.begin();
                    std::advance(victim, static_cast<std::ptrdiff_t>(random.below(objects.size())));
                    edits.push_back({victim->first, nullptr});
                    objects.erase(victim);
                } else {
                    const auto object = random.object();
                    objects[object->ref] = object;
                    edits.push_back({object->ref, object});
                }
            }
            const std::string before = told(*world);
            const WorldPtr next = world->with(edits);
            EXPECT_EQ(told(*world), before); // the old one stays as it is
            ASSERT_EQ(told(*next), told(*World::build(all()))) << "seed " << seed << " step " << step;
            world = next;
        }
    }
}

TEST(World, EditOfOneVirtualService_sharesEverythingElse) {
    const auto world = worldOf(R"(
apiVersion: v1
kind: Service
metadata: {name: a}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: x}
spec: {hosts: [a], http: [{}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: z}
spec: {hosts: [b], http: [{}]}
)");
    const auto edited = world->with({{world->virtualServices()[1]->object->ref, nullptr}});
    ASSERT_EQ(edited->virtualServices().size(), 1U);
    EXPECT_EQ(edited->virtualServices()[0], world->virtualServices()[0]);
    EXPECT_EQ(&edited->services(), &world->services());
    EXPECT_EQ(world->virtualServices().size(), 2U);
}

} // namespace meshdeck::policy
