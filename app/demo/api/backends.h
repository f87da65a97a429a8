// Where ports of the mesh's pods and Services really lead: to servers on this machine. What is not listed here refuses
// connections, as a port without a listener does.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

namespace meshdeck::demo::api {

// Thread safe.
class Backends {
public:
    // A port of all pods with this label app.
    void setPods(const std::string& ns, const std::string& app, unsigned short port, unsigned short local) {
        set({"pods", ns, app, std::to_string(port)}, local);
    }
    // A port of a Service, by number and by name.
    void setService(const std::string& ns, const std::string& name, const std::string& port, unsigned short local) {
        set({"services", ns, name, port}, local);
    }
    [[nodiscard]] std::optional<unsigned short> ofPod(const std::string& ns, const std::string& app,
                                                      unsigned short port) const {
        return find({"pods", ns, app, std::to_string(port)});
    }
    [[nodiscard]] std::optional<unsigned short> ofService(const std::string& ns, const std::string& name,
                                                          const std::string& port) const {
        return find({"services", ns, name, port});
    }

private:
    using Key = std::tuple<std::string, std::string, std::string, std::string>;
    void set(Key key, unsigned short local) {
        const std::lock_guard lock(m_mutex);
        m_ports[std::move(key)] = local;
    }
    [[nodiscard]] std::optional<unsigned short> find(const Key& key) const {
        const std::lock_guard lock(m_mutex);
        const auto found = m_ports.find(key);
        return found == m_ports.end() ? std::nullopt : std::optional(found->second);
    }

    mutable std::mutex m_mutex;
    std::map<Key, unsigned short> m_ports;
};

} // namespace meshdeck::demo::api
