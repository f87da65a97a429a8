// Telemetry of one instant as a compact table: one row a series, label values interned. Made by the Prometheus and the
// scrape source alike, read by the graph builder.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace meshdeck::traffic {

// Interned text; 0 is the empty string, which also stands for an absent label. Flat, because a big reply looks up a
// million values: eight bytes a slot, the texts behind each other in blocks that never move.
class StringTable {
public:
    StringTable();
    StringTable(const StringTable&) = delete;
    StringTable& operator=(const StringTable&) = delete;

    std::uint32_t intern(std::string_view text);
    // The id of a text that is in the table.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;
    // Valid as long as the table.
    [[nodiscard]] std::string_view text(std::uint32_t id) const { return m_texts[id]; }
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }

private:
    struct Slot {
        std::uint32_t tag = 0; // of the text's hash
        std::uint32_t id = 0;  // 0: empty, for the empty text is in no slot
    };
    [[nodiscard]] std::size_t slotOf(std::string_view text, std::uint64_t hash) const;
    [[nodiscard]] std::string_view keep(std::string_view text);
    void grow();

    std::vector<std::string_view> m_texts;
    std::vector<Slot> m_slots; // a power of two
    std::vector<std::unique_ptr<char[]>> m_blocks;
    char* m_free = nullptr; // in the last block
    std::size_t m_room = 0;
};

enum class Reporter : std::uint8_t { Source, Destination, Waypoint };

// What a row's value measures.
enum class Measure : std::uint8_t {
    Requests,             // istio_requests_total, per second
    GrpcSentMessages,     // istio_request_messages_total, per second
    GrpcReceivedMessages, // istio_response_messages_total, per second
    TcpSentBytes,         // what the client sent, per second: istio_tcp_received_bytes_total (istio#32399)
    TcpReceivedBytes,     // istio_tcp_sent_bytes_total
    DurationP50,          // milliseconds over the window
    DurationP95,
    DurationP99,
    RequestBytes, // body bytes per second
    ResponseBytes,
    TcpOpened, // connections per second
    TcpClosed,
    // A third party's own traffic (kiali_ext_*), per second. Its labels stand in the fields of Istio's that mean the same:
    // names in SourceWorkload and DestinationServiceName, "secure" in ConnectionSecurityPolicy, "extension" in App.
    ExtensionRequests,
    ExtensionTcpSent,
    ExtensionTcpReceived,
};

// The labels a row may carry, as Istio spells them (facts/wire.md 6.1).
enum class Label : std::uint8_t {
    SourceCluster,
    SourceWorkloadNamespace,
    SourceWorkload,
    SourceCanonicalService,
    SourceCanonicalRevision,
    SourcePrincipal,
    DestinationCluster,
    DestinationServiceNamespace,
    DestinationService,
    DestinationServiceName,
    DestinationWorkloadNamespace,
    DestinationWorkload,
    DestinationCanonicalService,
    DestinationCanonicalRevision,
    DestinationPrincipal,
    RequestProtocol,
    ResponseCode,
    GrpcResponseStatus,
    ResponseFlags,
    ConnectionSecurityPolicy,
    App, // scrape label, tells ztunnel from Envoy
    RequestOperation, // of the user's own classification (Telemetry API)
    SourceIsRoot,     // extensions: "true" when the source is a node of the mesh
    Count,
};

inline constexpr std::size_t kLabelCount = static_cast<std::size_t>(Label::Count);

// "source_workload_namespace", ...
[[nodiscard]] std::string_view labelName(Label label);

struct Sample {
    Measure measure = Measure::Requests;
    Reporter reporter = Reporter::Source;
    bool outline = false; // of an overview: only who and whom was asked for, no app, version or host
    std::array<std::uint32_t, kLabelCount> labels{}; // ids in SampleSet::strings; 0: absent
    double value = 0;                                // never NaN or infinite: such series are left out and counted

    [[nodiscard]] std::uint32_t label(Label l) const { return labels[static_cast<std::size_t>(l)]; }
};

struct SampleSet {
    ServerTime time{};
    Duration window{};
    std::string origin;       // "Prometheus http://127.0.0.1:9090, 60 s", "40 pods scraped, 30 s"
    std::string partial;      // one clause: what is missing; empty when complete
    std::size_t unusable = 0; // series left out: no number, or broken labels
    StringTable strings;
    std::vector<Sample> samples;
};

} // namespace meshdeck::traffic
