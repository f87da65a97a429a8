// labelSelector and fieldSelector of lists and watches.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/contract.h"

namespace meshdeck::demo::api {

class Selectors {
public:
    // Equality (=, ==, !=), sets (in, notin) and existence (key, !key) on labels; =, == and != on the fields
    // metadata.name and metadata.namespace, the only ones every kind has. Nothing, and the reason in error, when a text
    // is not one.
    [[nodiscard]] static std::optional<Selectors> parse(std::string_view labelSelector, std::string_view fieldSelector,
                                                        std::string& error);

    [[nodiscard]] bool matches(const Json& object) const;
    // True when every object matches: then a list may count what it leaves out.
    [[nodiscard]] bool empty() const { return m_labels.empty() && m_fields.empty(); }

private:
    enum class Operator { In, NotIn, Exists, Absent };
    struct Requirement {
        std::string key;
        Operator op = Operator::Exists;
        std::vector<std::string> values;
    };
    [[nodiscard]] static std::optional<Requirement> parseOne(std::string_view text);
    [[nodiscard]] static bool holds(const Requirement& requirement, const std::string* value);

    std::vector<Requirement> m_labels;
    std::vector<Requirement> m_fields;
};

} // namespace meshdeck::demo::api
