#pragma once

// What an instruction set offers: one table each, defined in isa/<name>.cpp.
//
// Every entry is noexcept, allocates nothing, reads only the bytes it is given (no padding needed,
// none read) and is safe to call from any thread. `data` may be unaligned; source and destination
// never overlap. Offsets and lengths are in bytes. All run in O(size) unless they say otherwise.

#include <cstddef>
#include <cstdint>

#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {

// A whole-row engine: transforms `count` rows and appends them to `output`, with ',' between them.
// Stops at the first bad row; what it had appended by then is of no use. `scratch` is left as it
// was found, but for its memo. Rows are at most 4 GiB - 1 bytes.
using TransformRows = BatchStatus (*)(const RootView& root, const Row* rows, std::size_t count,
                                      Output& output, Scratch& scratch) noexcept;

struct KernelTable {
    const char* instruction_set;

    // Whole-row engines: what production calls, one for each combination of options that changes
    // the inner loop.
    TransformRows transform_all_camel;
    TransformRows transform_all_raw;
    TransformRows transform_select_camel;
    TransformRows transform_select_raw;

    // The small kernels. They are inlined into the engines; these entries serve tests, benchmarks
    // and the plan compiler.

    // `data` starts behind an opening quote. The offset of the quote that closes the string, `size`
    // if none does. Looks at quotes and backslashes only.
    std::size_t (*find_string_end)(const std::uint8_t* data, std::size_t size) noexcept;

    // The offset of the first byte that a JSON string must escape (quote, backslash, control), or
    // `size`.
    std::size_t (*find_escape)(const std::uint8_t* data, std::size_t size) noexcept;

    // The offset of the first byte that is not JSON whitespace, or `size`.
    std::size_t (*skip_whitespace)(const std::uint8_t* data, std::size_t size) noexcept;

    // The offset of the first byte of the first ill-formed or cut UTF-8 sequence, or `size`.
    std::size_t (*validate_utf8)(const std::uint8_t* data, std::size_t size) noexcept;

    // `data` starts behind an opening quote. kOk with the offset of the closing quote, or the error
    // with its offset: controls, escapes, surrogates and UTF-8 are all judged.
    RowStatus (*validate_string)(const std::uint8_t* data, std::size_t size) noexcept;

    // kOk with the length of the number that `data` starts with (its first byte is '-' or a digit;
    // what follows the number is not judged), or the error with its offset.
    RowStatus (*validate_number)(const std::uint8_t* data, std::size_t size) noexcept;

    // kOk with the length of the literal `true`, `false` or `null` that `data` starts with (its
    // first byte is t, f or n), or the error with its offset.
    RowStatus (*validate_literal)(const std::uint8_t* data, std::size_t size) noexcept;

    // Writes the camelCase form of a key without escapes and returns its length, at most `size`.
    // `destination` has room for `size + kOutputSlack` bytes.
    std::size_t (*camel_key)(const std::uint8_t* data, std::size_t size,
                             std::uint8_t* destination) noexcept;

    // Copies `size` bytes. `readable`, at least `size`, is how many may be read; `destination` has room
    // for `size + kOutputSlack` bytes, and what lies behind the copy is of no use.
    void (*copy_bytes)(const std::uint8_t* data, std::size_t size, std::size_t readable,
                       std::uint8_t* destination) noexcept;

    // What `table` says of the key, or kNotFound. Exact. O(size) expected and, whatever the keys,
    // O(size * log count) at the most.
    std::int32_t (*find_key)(const KeyTableView& table, const std::uint8_t* data,
                             std::size_t size) noexcept;
};

}  // namespace rowcast::kernels
