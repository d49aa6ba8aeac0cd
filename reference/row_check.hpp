#pragma once

// Judges one row as a JSON text (semantics rules 9 and 10) and says where its tokens are.
//
// The reference does this itself: nlohmann's parser accepts a byte order mark and a NUL behind the
// text, knows no depth limit, and places errors elsewhere. Nothing here is shared with any other
// implementation, so that a wrong offset in either shows as a difference.

#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/error.hpp"

namespace rowcast::reference {

enum class TokenKind : std::uint8_t {
    kObjectBegin,
    kObjectEnd,
    kArrayBegin,
    kArrayEnd,
    kKey,     // with its quotes
    kString,  // with its quotes
    kNumber,
    kLiteral,
};

struct Token {
    TokenKind kind;
    std::uint32_t offset;
    std::uint32_t size;
};

// Reads `row` (at most 4 GiB - 1 bytes). kOk, with the row's tokens in `tokens` in the order of the
// row; or the error and its offset, and `tokens` is of no use. Replaces what `tokens` held. Time
// and heap memory grow with the row's size; the machine's stack does not. Throws std::bad_alloc.
kernels::RowStatus check_row(std::string_view row, std::uint32_t max_depth,
                             std::vector<Token>& tokens);

}  // namespace rowcast::reference
