// istiod's part: debounces changes of the store, pushes the new config and knows how far each proxy has taken it.
// Times come from the caller, so that tests need no clock.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/demo/sim/engine.h"

namespace meshdeck::demo {

using Time = std::chrono::system_clock::time_point;

enum class XdsType : std::uint8_t { Cluster, Endpoint, Listener, Route };
inline constexpr std::array<XdsType, 4> kXdsTypes = {XdsType::Cluster, XdsType::Endpoint, XdsType::Listener,
                                                     XdsType::Route};
[[nodiscard]] const char* typeUrlOf(XdsType type);

struct TypeStatus {
    Time sent;
    std::string sentNonce, ackedNonce; // the same: synced
    std::string error;                 // of the last push, when the proxy rejected it
};

struct ProxyStatus {
    std::string pod, ns, address;
    bool router = false;
    std::array<TypeStatus, 4> types; // by XdsType
};

class ControlPlane {
public:
    // Reads the store and gives every proxy its config at once.
    ControlPlane(Engine& engine, const StoreView& store, std::uint32_t seed, Time now);

    // Any thread. The change takes effect in advance().
    void note(const Change& change, Time now);
    // Pushes what has been quiet for the debounce time and lets proxies acknowledge that are due.
    void advance(Time now);

    [[nodiscard]] std::vector<ProxyStatus> proxies() const;
    // "<start of the push>/<number>" of the newest config.
    [[nodiscard]] const std::string& version() const { return m_config->version; }

private:
    struct Proxy {
        ProxyStatus status;
        std::shared_ptr<const Config> pending;
        std::set<XdsType> types; // under way
        Time due;
    };
    struct Noted {
        Change change;
        Time at;
    };

    [[nodiscard]] bool takeNoted();
    void push(Time now);
    void send(Proxy& proxy, const std::set<XdsType>& types, Time now);
    void acknowledge(Proxy& proxy);
    void readInventory(Time now);
    [[nodiscard]] std::string rejection(const Config& config, std::uint32_t pod) const;
    [[nodiscard]] std::string nonce();

    Engine& m_engine;
    const StoreView& m_store;
    Random m_random;
    std::shared_ptr<const Config> m_config;
    std::uint64_t m_pushes = 0;
    std::vector<Proxy> m_proxies;
    std::unordered_map<std::string, std::uint64_t> m_effects; // of every object that matters
    std::set<XdsType> m_changed;
    bool m_inventoryChanged = false;
    std::optional<Time> m_firstChange, m_lastChange;
    std::mutex m_notedMutex;
    std::vector<Noted> m_noted;
};

} // namespace meshdeck::demo
