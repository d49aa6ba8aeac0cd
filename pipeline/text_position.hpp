#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace rowcast {

// "line 2, column 7" (both from 1, columns in bytes) of the byte at `offset`.
inline std::string text_position(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(lines + 1) + ", column " +
           std::to_string(offset - line_start + 1);
}

}  // namespace rowcast
