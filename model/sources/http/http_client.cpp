#include "sources/http/http_client.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include <QtCore/QCoreApplication>
#include <QtCore/QThread>
#include <QtNetwork/QNetworkAccessManager>

#include "sources/http/exchange.h"
#include "sources/http/proxies.h"
#include "sources/http/stream_pool.h"
#include "sources/http/tls.h"

namespace meshdeck::sources {
namespace {

using Done = std::function<void(Result<HttpResponse>)>;

// Jobs for the I/O thread from any thread. Outlives the client in streams that are destroyed late.
class Inbox {
public:
    explicit Inbox(QObject* target) : m_target(target) {}

    // False after close(): the job is dropped.
    bool post(std::function<void()> job) {
        const std::lock_guard lock(m_mutex);
        if (m_target == nullptr) {
            return false;
        }
        m_jobs.push_back(std::move(job));
        if (m_jobs.size() == 1) {
            QMetaObject::invokeMethod(m_target, [this] { run(); }, Qt::QueuedConnection);
        }
        return true;
    }

    void run() {
        std::deque<std::function<void()>> jobs;
        {
            const std::lock_guard lock(m_mutex);
            jobs.swap(m_jobs);
        }
        for (const auto& job : jobs) {
            job();
        }
    }

    void close() {
        const std::lock_guard lock(m_mutex);
        m_target = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject* m_target;
    std::deque<std::function<void()>> m_jobs;
};

// Between a stream's owner and the I/O thread: nothing is delivered once it is shut.
class Gate {
public:
    explicit Gate(StreamEvents events) : m_events(std::move(events)) {}

    template <typename Call>
    void deliver(const Call& call) {
        const std::lock_guard lock(m_mutex);
        if (m_open) {
            call(m_events);
        }
    }

    void shut() {
        const std::lock_guard lock(m_mutex);
        m_open = false;
    }

private:
    std::recursive_mutex m_mutex; // an event may destroy its own stream
    bool m_open = true;
    StreamEvents m_events;
};

class Stream final : public HttpStream {
public:
    Stream(std::shared_ptr<Inbox> inbox, std::shared_ptr<Gate> gate, std::function<void()> cancel)
        : m_inbox(std::move(inbox)), m_gate(std::move(gate)), m_cancel(std::move(cancel)) {}
    ~Stream() override {
        m_gate->shut();
        m_inbox->post(std::move(m_cancel));
    }

private:
    std::shared_ptr<Inbox> m_inbox;
    std::shared_ptr<Gate> m_gate;
    std::function<void()> m_cancel;
};

} // namespace

const std::string& HttpResponse::header(std::string_view name) const {
    static const std::string none;
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return none;
}

class HttpClient::Io {
public:
    explicit Io(HttpOptions options) : m_options(std::move(options)) {
        m_thread.setObjectName(QStringLiteral("http"));
        m_target.moveToThread(&m_thread);
        m_thread.start();
    }

    ~Io() {
        m_inbox->post([this] { shutDown(); });
        m_thread.wait();
    }

    int nextId() {
        return ++m_lastId;
    }

    [[nodiscard]] const std::shared_ptr<Inbox>& inbox() const { return m_inbox; }

    void request(int id, HttpRequest request, Done done) {
        if (Status ready = prepare(); !ready || m_closing) {
            done(tl::unexpected(m_closing ? Error{ErrorKind::Cancelled, "cancelled", {}, {}} : ready.error()));
            return;
        }
        auto answer = std::make_shared<HttpResponse>();
        const std::string origin = http::originOf(request.url);
        http::Exchange::Events events;
        events.onHead = [this, answer, origin](HttpResponse head) {
            *answer = std::move(head);
            m_streams->negotiated(origin, answer->http2);
        };
        events.onBytes = [answer](std::string_view bytes) { answer->body.append(bytes); };
        events.onEnd = [this, id, answer, done = std::move(done)](Status end) {
            forget(id);
            done(end ? Result<HttpResponse>(std::move(*answer)) : tl::unexpected(end.error()));
        };
        add(id, std::make_unique<http::Exchange>(std::move(request), false, std::move(events)))
            ->start(*m_ordinary, m_options, *m_ssl);
    }

    void stream(int id, HttpRequest request, const std::shared_ptr<Gate>& gate) {
        const auto endWith = [&gate](const Error& error) {
            gate->deliver([&error](const StreamEvents& to) { to.onEnd(tl::unexpected(error)); });
        };
        if (Status ready = prepare(); !ready || m_closing) {
            endWith(m_closing ? Error{ErrorKind::Cancelled, "cancelled", {}, {}} : ready.error());
            return;
        }
        const std::string origin = http::originOf(request.url);
        http::Exchange::Events events;
        events.onHead = [this, gate, origin](const HttpResponse& head) {
            m_streams->negotiated(origin, head.http2);
            gate->deliver([&head](const StreamEvents& to) { to.onHead(head); });
        };
        events.onBytes = [gate](std::string_view bytes) {
            gate->deliver([bytes](const StreamEvents& to) { to.onBytes(bytes); });
        };
        events.onEnd = [this, id, gate](const Status& end) {
            forget(id);
            m_streams->close(id);
            gate->deliver([&end](const StreamEvents& to) { to.onEnd(end); });
        };
        http::Exchange* exchange =
            add(id, std::make_unique<http::Exchange>(std::move(request), true, std::move(events)));
        m_streams->open(id, origin, [this, exchange](QNetworkAccessManager& manager) {
            exchange->start(manager, m_options, *m_ssl);
        });
    }

    void cancel(int id) {
        if (const auto found = m_exchanges.find(id); found != m_exchanges.end()) {
            found->second->cancel();
        }
    }

private:
    // On the I/O thread, before the first request: managers belong to the thread they are made on.
    Status prepare() {
        if (m_ordinary) {
            return {};
        }
        auto ssl = http::sslConfiguration(m_options.tls);
        if (!ssl) {
            return tl::unexpected(ssl.error());
        }
        if (!m_options.proxyUrl.empty()) {
            if (const auto proxy = http::parseProxy(m_options.proxyUrl); !proxy) {
                return tl::unexpected(proxy.error());
            }
        }
        m_ssl = *ssl;
        m_ordinary = makeManager();
        m_streams = std::make_unique<http::StreamPool>([this] { return makeManager(); });
        return {};
    }

    std::unique_ptr<QNetworkAccessManager> makeManager() const {
        auto manager = std::make_unique<QNetworkAccessManager>();
        manager->setProxyFactory(http::makeProxyFactory(m_options.proxyUrl).release());
        return manager;
    }

    http::Exchange* add(int id, std::unique_ptr<http::Exchange> exchange) {
        http::Exchange* raw = exchange.release();
        m_exchanges[id] = raw;
        return raw;
    }

    void forget(int id) {
        if (const auto found = m_exchanges.find(id); found != m_exchanges.end()) {
            found->second->deleteLater();
            m_exchanges.erase(found);
        }
    }

    void shutDown() {
        m_closing = true;
        m_inbox->close(); // what comes later is refused where it is posted
        m_inbox->run();   // what came before is answered with Cancelled
        while (!m_exchanges.empty()) {
            m_exchanges.begin()->second->cancel();
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // this thread's only
        m_streams.reset();
        m_ordinary.reset();
        m_thread.quit();
    }

    HttpOptions m_options;
    QThread m_thread;
    QObject m_target;
    std::shared_ptr<Inbox> m_inbox = std::make_shared<Inbox>(&m_target);
    std::atomic<int> m_lastId = 0;
    // On the I/O thread:
    bool m_closing = false;
    std::optional<QSslConfiguration> m_ssl;
    std::unique_ptr<QNetworkAccessManager> m_ordinary;
    std::unique_ptr<http::StreamPool> m_streams;
    std::map<int, http::Exchange*> m_exchanges;
};

HttpClient::HttpClient(HttpOptions options) : m_io(std::make_unique<Io>(std::move(options))) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(HttpRequest request, std::stop_token stop) {
    struct Waiter {
        std::mutex mutex;
        std::condition_variable wake;
        std::optional<Result<HttpResponse>> result;
    };
    const auto waiter = std::make_shared<Waiter>();
    const int id = m_io->nextId();
    Io* io = m_io.get();
    const bool posted = io->inbox()->post([io, id, request = std::move(request), waiter]() mutable {
        io->request(id, std::move(request), [waiter](Result<HttpResponse> result) {
            const std::lock_guard lock(waiter->mutex);
            waiter->result = std::move(result);
            waiter->wake.notify_all();
        });
    });
    if (!posted) {
        return fail(ErrorKind::Cancelled, "cancelled");
    }
    const std::stop_callback cancel(stop, [io, id] { io->inbox()->post([io, id] { io->cancel(id); }); });
    std::unique_lock lock(waiter->mutex);
    waiter->wake.wait(lock, [&waiter] { return waiter->result.has_value(); });
    return std::move(*waiter->result);
}

void HttpClient::sendAsync(HttpRequest request, std::function<void(Result<HttpResponse>)> done) {
    Io* io = m_io.get();
    io->inbox()->post([io, id = io->nextId(), request = std::move(request), done = std::move(done)]() mutable {
        io->request(id, std::move(request), std::move(done));
    });
}

std::unique_ptr<HttpStream> HttpClient::openStream(HttpRequest request, StreamEvents events) {
    Io* io = m_io.get();
    const auto gate = std::make_shared<Gate>(std::move(events));
    const int id = io->nextId();
    io->inbox()->post([io, id, request = std::move(request), gate]() mutable {
        io->stream(id, std::move(request), gate);
    });
    return std::make_unique<Stream>(io->inbox(), gate, [io, id] { io->cancel(id); });
}

} // namespace meshdeck::sources
