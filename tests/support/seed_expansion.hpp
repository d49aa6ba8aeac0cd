#pragma once

// Twenty tiny cases written by hand become thousands: each is padded in front and behind by 0..515
// bytes, so that what matters stands at every alignment, across every border of a block, and in
// every tail.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace rowcast::test {

inline constexpr std::size_t kLongestPadding = 515;

// Calls `check(front, back)` for every front padding with no and with a little padding behind,
// every back padding with no and with a little in front, and every pair of short ones.
template <class Check>
void for_each_padding(Check check) {
    constexpr std::size_t kShort = 34;
    for (std::size_t front = 0; front <= kLongestPadding; ++front) {
        check(front, std::size_t{0});
        check(front, front % 67);
    }
    for (std::size_t back = 0; back <= kLongestPadding; ++back) {
        check(std::size_t{0}, back);
        check(back % 65, back);
    }
    for (std::size_t front = 0; front != kShort; ++front) {
        for (std::size_t back = 0; back != kShort; ++back) {
            check(front, back);
        }
    }
}

// `size` bytes of `pattern`, repeated; its last repetition may be cut.
inline std::string repeated(std::string_view pattern, std::size_t size) {
    std::string text;
    text.reserve(size + pattern.size());
    while (text.size() < size) {
        text += pattern;
    }
    text.resize(size);
    return text;
}

}  // namespace rowcast::test
