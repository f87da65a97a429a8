#include "traffic/series.h"

#include <algorithm>
#include <cstring>

#include "traffic/flat_map.h"

namespace meshdeck::traffic {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kBlock = 16 * 1024;

std::uint64_t word(const char* at, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, size);
    return value;
}

std::uint64_t hashOf(std::string_view text) {
    static constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t hash = left * kOdd;
    for (; left > 8; at += 8, left -= 8) {
        hash = (hash ^ word(at, 8)) * kOdd;
        hash ^= hash >> 32U;
    }
    return mix(hash ^ word(at, left));
}

std::uint32_t tagOf(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32U);
}

} // namespace

StringTable::StringTable() : m_slots(kFirstSlots) {
    m_texts.emplace_back(); // the empty text has the id 0
}

// Where the text is, or where it would go.
std::size_t StringTable::slotOf(std::string_view text, std::uint64_t hash) const {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = hash & mask;
    while (m_slots[at].id != 0 && (m_slots[at].tag != tagOf(hash) || m_texts[m_slots[at].id] != text)) {
        at = (at + 1) & mask;
    }
    return at;
}

std::uint32_t StringTable::intern(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const std::uint64_t hash = hashOf(text);
    std::size_t at = slotOf(text, hash);
    if (m_slots[at].id != 0) {
        return m_slots[at].id;
    }
    if (m_texts.size() * 2 >= m_slots.size()) {
        grow();
        at = slotOf(text, hash);
    }
    const auto id = static_cast<std::uint32_t>(m_texts.size());
    m_texts.push_back(keep(text));
    m_slots[at] = {tagOf(hash), id};
    return id;
}

std::optional<std::uint32_t> StringTable::find(std::string_view text) const {
    const std::uint32_t id = text.empty() ? 0 : m_slots[slotOf(text, hashOf(text))].id;
    return id != 0 || text.empty() ? std::optional(id) : std::nullopt;
}

std::string_view StringTable::keep(std::string_view text) {
    if (text.size() > m_room) {
        m_room = std::max(kBlock, text.size());
        m_blocks.push_back(std::make_unique_for_overwrite<char[]>(m_room));
        m_free = m_blocks.back().get();
    }
    char* const place = m_free;
    std::memcpy(place, text.data(), text.size());
    m_free += text.size();
    m_room -= text.size();
    return {place, text.size()};
}

void StringTable::grow() {
    m_slots.assign(m_slots.size() * 4, {});
    for (std::uint32_t id = 1; id < m_texts.size(); ++id) {
        const std::uint64_t hash = hashOf(m_texts[id]);
        m_slots[slotOf(m_texts[id], hash)] = {tagOf(hash), id};
    }
}

std::string_view labelName(Label label) {
    static constexpr std::array<std::string_view, kLabelCount> kNames{
        "source_cluster",
        "source_workload_namespace",
        "source_workload",
        "source_canonical_service",
        "source_canonical_revision",
        "source_principal",
        "destination_cluster",
        "destination_service_namespace",
        "destination_service",
        "destination_service_name",
        "destination_workload_namespace",
        "destination_workload",
        "destination_canonical_service",
        "destination_canonical_revision",
        "destination_principal",
        "request_protocol",
        "response_code",
        "grpc_response_status",
        "response_flags",
        "connection_security_policy",
        "app",
        "request_operation",
        "source_is_root",
    };
    return kNames.at(static_cast<std::size_t>(label));
}

} // namespace meshdeck::traffic
