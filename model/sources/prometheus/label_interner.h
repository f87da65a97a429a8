// Label values to ids, with a small memo per label: most values of a reply repeat within a few series, and the memo
// spares the string table's hashing of the whole text.
#pragma once

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "traffic/flat_map.h"
#include "traffic/series.h"

namespace meshdeck::sources {

class LabelInterner {
public:
    explicit LabelInterner(traffic::StringTable& table)
        : m_table(table)
        , m_memos(traffic::kLabelCount * kMemoSize) {}

    [[nodiscard]] std::uint32_t intern(traffic::Label label, std::string_view text) {
        if (text.empty()) {
            return 0;
        }
        Memo& memo = m_memos[static_cast<std::size_t>(label) * kMemoSize + (digest(text) & (kMemoSize - 1))];
        if (memo.text.size() != text.size() || std::memcmp(memo.text.data(), text.data(), text.size()) != 0) {
            memo.id = m_table.intern(text);
            memo.text = m_table.text(memo.id); // the table's texts never move
        }
        return memo.id;
    }

private:
    static constexpr std::size_t kMemoSize = 4096;
    struct Memo {
        std::string_view text;
        std::uint32_t id = 0;
    };

    // Length, both ends and the middle: enough to tell names apart, and a clash costs only a look-up in the table.
    static std::uint64_t digest(std::string_view text) {
        std::uint64_t head = 0;
        std::uint64_t tail = 0;
        std::uint64_t middle = 0;
        const std::size_t size = text.size();
        std::memcpy(&head, text.data(), size < 8 ? size : 8);
        if (size >= 8) {
            std::memcpy(&tail, text.data() + size - 8, 8);
            std::memcpy(&middle, text.data() + (size - 8) / 2, 8);
        }
        return traffic::mix(head + 3 * tail + 7 * middle + size);
    }

    traffic::StringTable& m_table;
    std::vector<Memo> m_memos;
};

} // namespace meshdeck::sources
