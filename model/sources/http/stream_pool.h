// Managers for streams: 80 on each HTTP/2 connection, 5 on HTTP/1.1, which allows six (facts/real-servers.md 6).
// Lives on the I/O thread. Private to this folder.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

class QNetworkAccessManager;

namespace meshdeck::sources::http {

class StreamPool {
public:
    static constexpr int kPerHttp2 = 80;
    static constexpr int kPerHttp1 = 5;

    using MakeManager = std::function<std::unique_ptr<QNetworkAccessManager>()>;
    using Start = std::function<void(QNetworkAccessManager&)>;

    explicit StreamPool(MakeManager makeManager);
    ~StreamPool();
    StreamPool(const StreamPool&) = delete;
    StreamPool& operator=(const StreamPool&) = delete;

    // Calls `start` with a manager that has room, now or as soon as it is known which protocol the origin speaks: until
    // then five streams probe it. `id` is the caller's and unique.
    void open(int id, const std::string& origin, Start start);
    // The protocol that was negotiated with an origin, by any request.
    void negotiated(const std::string& origin, bool http2);
    void close(int id);
    // Managers in use; for tests.
    [[nodiscard]] std::size_t managerCount() const { return m_slots.size(); }

private:
    struct Slot {
        std::string origin;
        std::unique_ptr<QNetworkAccessManager> manager;
        int active = 0;
    };
    struct Waiting {
        int id = 0;
        std::string origin;
        Start start;
    };
    Slot* room(const std::string& origin);
    void drain();
    void dropIdle();

    MakeManager m_makeManager;
    std::vector<std::unique_ptr<Slot>> m_slots;
    std::map<int, Slot*> m_open;
    std::map<std::string, bool> m_http2;
    std::deque<Waiting> m_waiting;
    bool m_draining = false;
};

} // namespace meshdeck::sources::http
