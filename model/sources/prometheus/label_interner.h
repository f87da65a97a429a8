// Label values to ids. Series that follow each other share most of their values, so each label remembers its last one.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

#include "traffic/series.h"

namespace meshdeck::sources {

class LabelInterner {
public:
    explicit LabelInterner(traffic::StringTable& table)
        : m_table(table) {}

    [[nodiscard]] std::uint32_t intern(traffic::Label label, std::string_view text) {
        Last& last = m_last[static_cast<std::size_t>(label)];
        if (last.text != text) {
            last.id = m_table.intern(text);
            last.text = m_table.text(last.id); // the table's texts never move
        }
        return last.id;
    }

private:
    struct Last {
        std::string_view text;
        std::uint32_t id = 0;
    };

    traffic::StringTable& m_table;
    std::array<Last, traffic::kLabelCount> m_last{};
};

} // namespace meshdeck::sources
