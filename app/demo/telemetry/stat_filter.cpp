#include "app/demo/telemetry/stat_filter.h"

namespace meshdeck::demo {

StatFilter::StatFilter(std::string expression)
    : m_expression(std::move(expression)) {
    try {
        m_regex.emplace(m_expression);
    } catch (const std::regex_error&) {
        m_regex.reset();
    }
}

bool StatFilter::shows(const std::string& statistic) const {
    if (m_expression.empty()) {
        return true;
    }
    const auto [known, fresh] = m_known.try_emplace(statistic, false);
    if (fresh && m_regex) {
        known->second = std::regex_search(statistic, *m_regex);
    }
    return known->second;
}

} // namespace meshdeck::demo
