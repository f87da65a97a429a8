// UTF-8 as bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace meshdeck::config {

// Offset of the first byte that begins no well-formed character (overlong forms and surrogates count as broken).
[[nodiscard]] std::optional<std::size_t> firstBadUtf8(std::string_view text);

// The character at `offset` of well-formed text and how many bytes it has.
struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0; // 0: not well-formed
};
[[nodiscard]] CodePoint codePointAt(std::string_view text, std::size_t offset);

} // namespace meshdeck::config
