// The lines of one watch: what was missed, then what happens, filtered and written as watch events. Knows nothing of
// sockets; the connection pulls the lines.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/demo/api/request.h"
#include "app/demo/api/store.h"

namespace meshdeck::demo::api {

class WatchStream {
public:
    // Called on a writing thread for each line that is due; must hand it on without blocking.
    using Sink = std::function<void(std::string line)>;

    WatchStream(ObjectStore& store, WatchRequest request)
        : m_store(store)
        , m_request(std::move(request)) {}

    // Begins the watch. The lines to send first are returned; later ones go to the sink, in order. ended is true when
    // the stream is over at once (the revision asked for has expired).
    [[nodiscard]] std::vector<std::string> start(Sink sink, bool& ended);
    // A bookmark line for everything that went to the sink so far.
    [[nodiscard]] std::string bookmarkLine() const;
    [[nodiscard]] const WatchRequest& request() const { return m_request; }

private:
    [[nodiscard]] static std::string lineOf(const WatchRequest& request, const StoreEvent& event);
    [[nodiscard]] std::vector<std::string> initialLines(std::uint64_t& since) const;

    ObjectStore& m_store;
    WatchRequest m_request;
    std::shared_ptr<ObjectStore::Watch> m_watch;
};

} // namespace meshdeck::demo::api
