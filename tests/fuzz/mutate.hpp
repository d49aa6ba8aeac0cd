#pragma once

// What a fuzzer does to a case: not to its bytes at random, but to what they mean. Plain changes of
// bytes hardly ever make a token cross the border of a block, or a key of a row one that is also in
// the selection.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rowcast::fuzz {

// What a target is after.
enum class Focus : std::uint8_t {
    kRows,  // the rows, mostly
    kPlan,  // all but the rows, of which there are none
};

// Changes some of the `size` bytes, of which there may become up to `capacity`, and returns their
// number: libFuzzer's own changes, which know its dictionary.
using ChangeBytes = std::size_t (*)(std::uint8_t* data, std::size_t size, std::size_t capacity);

// A changed case, at most `limit` bytes long. The same arguments give the same bytes, as far as
// that goes for `change_bytes`.
std::string mutate(std::string_view bytes, std::size_t limit, std::uint64_t seed, Focus focus,
                   ChangeBytes change_bytes);

// A case with parts of both, at most `limit` bytes long.
std::string cross_over(std::string_view a, std::string_view b, std::size_t limit,
                       std::uint64_t seed);

}  // namespace rowcast::fuzz
