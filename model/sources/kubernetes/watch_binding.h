// Binds one reflector to the client and to the source's strand; private to this folder.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/executor.h"
#include "sources/kubernetes/discovery.h"
#include "sources/kubernetes/kubernetes_client.h"
#include "sources/kubernetes/reflector.h"

namespace meshdeck::sources::kubernetes {

// A strand that may end before those who post to it.
class StrandGate {
public:
    explicit StrandGate(Strand& strand) : m_strand(&strand) {}
    void post(std::function<void()> job) {
        const std::lock_guard lock(m_mutex);
        if (m_strand != nullptr) {
            m_strand->post(std::move(job));
        }
    }
    void postAfter(Duration delay, std::function<void()> job) {
        const std::lock_guard lock(m_mutex);
        if (m_strand != nullptr) {
            m_strand->postAfter(delay, std::move(job));
        }
    }
    void close() {
        const std::lock_guard lock(m_mutex);
        m_strand = nullptr;
    }

private:
    std::mutex m_mutex;
    Strand* m_strand;
};

struct BindingContext {
    KubernetesClient& client;
    std::shared_ptr<StrandGate> gate;
    DeltaSink& sink;
    const Clock& clock;
    Random random;
    std::stop_token stop;
    std::function<void()> stateChanged; // on the strand
};

// Lives on the strand; destroyed after the strand has ended.
class WatchBinding final : public ReflectorPort {
public:
    WatchBinding(ServedKind served, const config::Kind& kind, const std::string& scope, const BindingContext& context);

    [[nodiscard]] Reflector& reflector() { return m_reflector; }
    [[nodiscard]] const Reflector& reflector() const { return m_reflector; }

    void list(const ListQuery& query) override;
    void watch(const WatchQuery& query) override;
    void closeWatch() override { m_stream.reset(); }
    void wakeAfter(std::uint64_t epoch, Duration delay) override;
    void deliver(ObjectsDelta delta) override { m_context.sink.deliver(std::move(delta)); }
    void stateChanged() override { m_context.stateChanged(); }

private:
    const ServedKind m_served;
    const BindingContext& m_context;
    Reflector m_reflector;
    std::unique_ptr<HttpStream> m_stream;
};

} // namespace meshdeck::sources::kubernetes
