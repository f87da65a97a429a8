#include "traffic/series.h"

namespace meshdeck::traffic {

std::uint32_t StringTable::intern(std::string_view text) {
    if (const auto found = m_ids.find(text); found != m_ids.end()) {
        return found->second;
    }
    const auto id = static_cast<std::uint32_t>(m_texts.size());
    m_texts.emplace_back(text);
    m_ids.emplace(m_texts.back(), id);
    return id;
}

std::optional<std::uint32_t> StringTable::find(std::string_view text) const {
    const auto found = m_ids.find(text);
    return found != m_ids.end() ? std::optional(found->second) : std::nullopt;
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
