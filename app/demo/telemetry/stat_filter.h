// Envoy's query parameter "filter" of its statistics pages: an expression found anywhere in a statistic's name
// (facts/wire.md 2.2).
#pragma once

#include <map>
#include <optional>
#include <regex>
#include <string>

namespace meshdeck::demo {

class StatFilter {
public:
    StatFilter() = default; // everything
    explicit StatFilter(std::string expression);

    [[nodiscard]] const std::string& expression() const { return m_expression; }
    // Nothing is shown by an expression that makes no sense.
    [[nodiscard]] bool shows(const std::string& statistic) const;

private:
    std::string m_expression;
    std::optional<std::regex> m_regex;
    mutable std::map<std::string, bool> m_known; // the same few names are asked for on every page
};

} // namespace meshdeck::demo
