#include "sources/http/stream_pool.h"

#include <algorithm>

#include <QtNetwork/QNetworkAccessManager>

namespace meshdeck::sources::http {

StreamPool::StreamPool(MakeManager makeManager) : m_makeManager(std::move(makeManager)) {}
StreamPool::~StreamPool() = default;

void StreamPool::open(int id, const std::string& origin, Start start) {
    m_waiting.push_back({id, origin, std::move(start)});
    drain();
}

void StreamPool::negotiated(const std::string& origin, bool http2) {
    m_http2[origin] = http2;
    drain();
}

void StreamPool::close(int id) {
    std::erase_if(m_waiting, [id](const Waiting& waiting) { return waiting.id == id; });
    if (const auto found = m_open.find(id); found != m_open.end()) {
        --found->second->active;
        m_open.erase(found);
        dropIdle();
    }
    drain();
}

StreamPool::Slot* StreamPool::room(const std::string& origin) {
    const auto known = m_http2.find(origin);
    const int capacity = known != m_http2.end() && known->second ? kPerHttp2 : kPerHttp1;
    bool any = false;
    for (const auto& slot : m_slots) {
        if (slot->origin == origin) {
            any = true;
            if (slot->active < capacity) {
                return slot.get();
            }
        }
    }
    // An unknown origin is probed on one manager only; the rest waits for its answer.
    const bool unknown = known == m_http2.end() && !origin.starts_with("http://");
    if (any && unknown) {
        return nullptr;
    }
    m_slots.push_back(std::make_unique<Slot>(Slot{origin, m_makeManager(), 0}));
    return m_slots.back().get();
}

void StreamPool::drain() {
    if (m_draining) {
        return; // a start that ended at once comes back here; the loop below goes on
    }
    m_draining = true;
    for (std::size_t i = 0; i < m_waiting.size();) {
        Slot* slot = room(m_waiting[i].origin);
        if (slot == nullptr) {
            ++i;
            continue;
        }
        const Waiting next = std::move(m_waiting[i]);
        m_waiting.erase(m_waiting.begin() + static_cast<std::ptrdiff_t>(i));
        ++slot->active;
        m_open[next.id] = slot;
        next.start(*slot->manager);
        i = 0;
    }
    m_draining = false;
}

void StreamPool::dropIdle() {
    // One idle manager stays, for the next watch to find its connection open.
    bool spare = false;
    for (auto it = m_slots.begin(); it != m_slots.end();) {
        if ((*it)->active > 0 || !std::exchange(spare, true)) {
            ++it;
            continue;
        }
        (*it)->manager.release()->deleteLater(); // its reply is still on the stack
        it = m_slots.erase(it);
    }
}

} // namespace meshdeck::sources::http
