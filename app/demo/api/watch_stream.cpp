#include "app/demo/api/watch_stream.h"

#include "app/demo/api/json_values.h"
#include "app/demo/api/object_form.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

std::string line(const char* type, const std::string& objectText) {
    return std::string("{\"type\":\"") + type + "\",\"object\":" + objectText + "}\n";
}

bool selected(const WatchRequest& request, const ObjectPtr& object) {
    return object && (request.ns.empty() || namespaceOf(*object) == request.ns) && request.selectors.matches(*object);
}

} // namespace

// What a watcher with selectors sees: an object that begins to match is ADDED for it, one that no longer does DELETED.
std::string WatchStream::lineOf(const WatchRequest& request, const StoreEvent& event) {
    const bool before = selected(request, event.previous);
    const bool now = event.type != ChangeType::Deleted && selected(request, event.object);
    if (!before && !now) {
        return {};
    }
    if (now) {
        return line(before ? "MODIFIED" : "ADDED", presentedText(*event.object, request.form));
    }
    Json last = presented(*event.previous, request.form);
    last["metadata"]["resourceVersion"] = std::to_string(event.version);
    return line("DELETED", textOf(last));
}

std::vector<std::string> WatchStream::initialLines(std::uint64_t& since) const {
    std::vector<std::string> lines;
    const Listing listing = m_store.listing(*m_request.form.resource, m_request.ns);
    for (const ObjectPtr& object : listing.objects) {
        if (m_request.selectors.matches(*object)) {
            lines.push_back(line("ADDED", presentedText(*object, m_request.form)));
        }
    }
    if (m_request.initialEventsEnd) {
        lines.push_back(line("BOOKMARK", textOf(bookmark(listing.version, true, m_request.form))));
    }
    since = listing.version;
    return lines;
}

std::vector<std::string> WatchStream::start(Sink sink, bool& ended) {
    std::vector<std::string> lines;
    std::uint64_t since = m_request.since.value_or(0);
    if (!m_request.since) {
        lines = initialLines(since);
    }
    // A revision of the future is answered with silence until then (facts/real-servers.md 1).
    auto deliver = [request = m_request, since, sink = std::move(sink)](const StoreEvent& event) {
        std::string text = event.version > since ? lineOf(request, event) : std::string();
        if (!text.empty()) {
            sink(std::move(text));
        }
    };
    std::optional<ObjectStore::WatchStart> start = m_store.watch(*m_request.form.resource, since, std::move(deliver));
    ended = !start;
    if (!start) {
        const Json status = expired(since, m_store.oldestVersion(*m_request.form.resource));
        return {line("ERROR", textOf(status))};
    }
    m_watch = std::move(start->watch);
    for (const StoreEvent& event : start->missed) {
        std::string text = lineOf(m_request, event);
        if (!text.empty()) {
            lines.push_back(std::move(text));
        }
    }
    return lines;
}

std::string WatchStream::bookmarkLine() const {
    return line("BOOKMARK", textOf(bookmark(m_store.version(), false, m_request.form)));
}

} // namespace meshdeck::demo::api
