#include "app/demo/sim/control_plane.h"

#include <algorithm>
#include <ctime>

#include "app/demo/sim/json_access.h"

namespace meshdeck::demo {

namespace {

using std::chrono::milliseconds;

// istiod waits until changes have been quiet for so long, but not longer than the second (facts/real-servers.md 2).
constexpr milliseconds kDebounce{100};
constexpr milliseconds kDebounceMost{10000};

std::string timeText(Time time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string keyOf(const Json& object) {
    return textOf(member(object, "kind")) + "/" + textOf(member(object, "metadata", "namespace")) + "/" +
           textOf(member(object, "metadata", "name"));
}

// What of a pod matters to others: where it is, whether it is ready, what selects it.
std::string podEffect(const Json& pod) {
    return member(pod, "metadata", "labels").dump() + member(pod, "status", "phase").dump() +
           member(pod, "status", "podIP").dump() + member(pod, "status", "conditions").dump();
}

std::uint64_t effectHash(const Json& object) {
    return textHash(textOf(member(object, "kind")) == "Pod" ? podEffect(object) : effectOf(object));
}

// The kinds of xDS resource that a change of the object's kind makes istiod send anew.
std::set<XdsType> typesFor(const std::string& kind) {
    if (kind == "AuthorizationPolicy" || kind == "RequestAuthentication" || kind == "Telemetry") {
        return {XdsType::Listener};
    }
    if (kind == "PeerAuthentication") {
        return {XdsType::Cluster, XdsType::Endpoint, XdsType::Listener};
    }
    if (kind == "Pod") {
        return {XdsType::Endpoint};
    }
    if (kind == "Service" || kind == "ServiceEntry" || kind == "Sidecar" || kind == "EnvoyFilter") {
        return {XdsType::Cluster, XdsType::Endpoint, XdsType::Listener, XdsType::Route};
    }
    return {XdsType::Cluster, XdsType::Listener, XdsType::Route};
}

} // namespace

const char* typeUrlOf(XdsType type) {
    switch (type) {
    case XdsType::Cluster:
        return "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    case XdsType::Endpoint:
        return "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    case XdsType::Listener:
        return "type.googleapis.com/envoy.config.listener.v3.Listener";
    case XdsType::Route:
        break;
    }
    return "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
}

ControlPlane::ControlPlane(Engine& engine, const StoreView& store, std::uint32_t seed, Time now)
    : m_engine(engine)
    , m_store(store)
    , m_random(seed + 0xC0FFEE) {
    std::vector<std::string> kinds = configKinds();
    kinds.emplace_back("Pod");
    for (const std::string& kind : kinds) {
        for (const ObjectPtr& object : store.list(kind)) {
            m_effects[keyOf(*object)] = effectHash(*object);
        }
    }
    std::shared_ptr<Config> config = readConfig(store);
    config->push = ++m_pushes;
    config->version = timeText(now) + "/" + std::to_string(m_pushes);
    m_config = std::move(config);
    readInventory(now);
}

void ControlPlane::note(const Change& change, Time now) {
    const std::lock_guard lock(m_notedMutex);
    m_noted.push_back({change, now});
}

bool ControlPlane::takeNoted() {
    static const std::set<std::string> kKinds(configKinds().begin(), configKinds().end());
    std::vector<Noted> noted;
    {
        const std::lock_guard lock(m_notedMutex);
        noted.swap(m_noted);
    }
    for (const Noted& entry : noted) {
        const Json& object = *entry.change.object;
        const std::string kind = textOf(member(object, "kind"));
        if (kind != "Pod" && !kKinds.contains(kind)) {
            continue;
        }
        const std::string key = keyOf(object);
        if (entry.change.type == ChangeType::Deleted) {
            m_effects.erase(key);
        } else {
            const std::uint64_t hash = effectHash(object);
            const auto known = m_effects.find(key);
            if (known != m_effects.end() && known->second == hash) {
                continue; // an edit without effect causes no push
            }
            m_effects[key] = hash;
        }
        m_inventoryChanged |= kind == "Pod" || kind == "Service" || kind == "ServiceEntry";
        m_changed.merge(typesFor(kind));
        m_firstChange = m_firstChange.value_or(entry.at);
        m_lastChange = entry.at;
    }
    return m_lastChange.has_value();
}

void ControlPlane::advance(Time now) {
    if (takeNoted() && (now - *m_lastChange >= kDebounce || now - *m_firstChange >= kDebounceMost)) {
        push(now);
    }
    for (Proxy& proxy : m_proxies) {
        if (proxy.pending && proxy.due <= now) {
            acknowledge(proxy);
        }
    }
}

void ControlPlane::push(Time now) {
    std::shared_ptr<Config> config = readConfig(m_store);
    config->push = ++m_pushes;
    config->version = timeText(now) + "/" + std::to_string(m_pushes);
    m_config = std::move(config);
    if (m_inventoryChanged) {
        readInventory(now);
    }
    for (Proxy& proxy : m_proxies) {
        send(proxy, m_changed, now);
        // Each proxy answers in its own time.
        proxy.due = now + milliseconds(200 + static_cast<int>(m_random.below(2300)));
        proxy.pending = m_config;
    }
    m_changed.clear();
    m_inventoryChanged = false;
    m_firstChange.reset();
    m_lastChange.reset();
}

void ControlPlane::send(Proxy& proxy, const std::set<XdsType>& types, Time now) {
    for (const XdsType type : types) {
        TypeStatus& status = proxy.status.types[static_cast<std::size_t>(type)];
        now += std::chrono::microseconds(80 + m_random.below(120));
        status.sent = now;
        status.sentNonce = nonce();
        proxy.types.insert(type);
    }
}

void ControlPlane::acknowledge(Proxy& proxy) {
    const std::shared_ptr<const Config> config = std::move(proxy.pending);
    proxy.pending.reset();
    const std::uint32_t pod = m_engine.inventory().podNamed(proxy.status.ns, proxy.status.pod);
    if (pod == kNone) {
        return;
    }
    const std::string error = rejection(*config, pod);
    for (const XdsType type : proxy.types) {
        TypeStatus& status = proxy.status.types[static_cast<std::size_t>(type)];
        status.error = type == XdsType::Route ? error : std::string();
        if (status.error.empty()) {
            status.ackedNonce = status.sentNonce;
        }
    }
    proxy.types.clear();
    m_engine.setPolicies(pod, config);
    if (error.empty()) {
        m_engine.setRoutes(pod, config); // a rejected push leaves the old routes in use
    }
}

std::string ControlPlane::rejection(const Config& config, std::uint32_t pod) const {
    const bool any = std::any_of(config.virtualServices.begin(), config.virtualServices.end(),
                                 [](const VirtualService& service) { return !service.rejection.empty(); });
    if (!any) {
        return {};
    }
    const std::uint32_t index = m_engine.inventory().pods[pod].workload;
    const Workload& workload = m_engine.inventory().workloads[index];
    if (workload.gateway) {
        for (const VirtualService* service : gatewayServicesFor(config, workload)) {
            if (!service->rejection.empty()) {
                return service->rejection;
            }
        }
    }
    for (const std::uint32_t called : m_engine.callsOf(index)) {
        const CallPlan& call = m_engine.plan().calls[called];
        if (call.ingress) {
            continue;
        }
        for (const VirtualService* service : meshServicesFor(config, workload.ns, call.host)) {
            if (!service->rejection.empty()) {
                return service->rejection;
            }
        }
    }
    return {};
}

void ControlPlane::readInventory(Time now) {
    m_engine.setInventory(Inventory::read(m_store, m_engine.plan()), m_config);
    std::unordered_map<std::string, Proxy> before;
    for (Proxy& proxy : m_proxies) {
        before.emplace(proxy.status.ns + "/" + proxy.status.pod, std::move(proxy));
    }
    m_proxies.clear();
    const Inventory& inventory = m_engine.inventory();
    for (const Pod& pod : inventory.pods) {
        const Workload& workload = inventory.workloads[pod.workload];
        if (!workload.proxied()) {
            continue;
        }
        const auto known = before.find(pod.ns + "/" + pod.name);
        if (known != before.end()) {
            m_proxies.push_back(std::move(known->second));
            continue;
        }
        Proxy proxy;
        proxy.status.pod = pod.name;
        proxy.status.ns = pod.ns;
        proxy.status.address = pod.address;
        proxy.status.router = workload.gateway;
        send(proxy, {kXdsTypes.begin(), kXdsTypes.end()}, now);
        for (TypeStatus& type : proxy.status.types) {
            type.ackedNonce = type.sentNonce;
        }
        proxy.types.clear();
        m_proxies.push_back(std::move(proxy));
    }
}

std::string ControlPlane::nonce() {
    // istiod's nonces are its version followed by a random UUID.
    char text[40];
    const std::uint64_t a = m_random.next();
    const std::uint64_t b = m_random.next();
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(a >> 32),
                  static_cast<unsigned>(a >> 16) & 0xFFFFU, static_cast<unsigned>(a) & 0xFFFU,
                  static_cast<unsigned>(b >> 52), static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFULL));
    return m_config->version + text;
}

std::vector<ProxyStatus> ControlPlane::proxies() const {
    std::vector<ProxyStatus> list;
    list.reserve(m_proxies.size());
    for (const Proxy& proxy : m_proxies) {
        list.push_back(proxy.status);
    }
    return list;
}

} // namespace meshdeck::demo
