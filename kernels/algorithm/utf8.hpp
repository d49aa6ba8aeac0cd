#pragma once

// UTF-8 as Unicode's table 3-7 has it: no overlong forms, no surrogates, nothing over U+10FFFF.

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {
namespace {

// The length of the well-formed sequence of a non-ASCII character at `in` (in < end, *in > 0x7F),
// or 0 where it is ill-formed or cut by `end`.
//
//     first byte   second byte   third, fourth
//     C2..DF       80..BF
//     E0           A0..BF        80..BF
//     E1..EC,EE,EF 80..BF        80..BF
//     ED           80..9F        80..BF          (A0..BF would be surrogates)
//     F0           90..BF        80..BF 80..BF
//     F1..F3       80..BF        80..BF 80..BF
//     F4           80..8F        80..BF 80..BF
inline std::size_t utf8_sequence(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    const auto continues = [](std::uint8_t byte) { return (byte & 0xC0) == 0x80; };
    const std::uint8_t lead = in[0];
    const auto available = static_cast<std::size_t>(end - in);
    if (lead < 0xE0) {
        return lead >= 0xC2 && available >= 2 && continues(in[1]) ? 2 : 0;
    }
    if (lead < 0xF0) {
        if (available < 3 || !continues(in[1]) || !continues(in[2])) {
            return 0;
        }
        const bool overlong = lead == 0xE0 && in[1] < 0xA0;
        const bool surrogate = lead == 0xED && in[1] >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead > 0xF4 || available < 4 || !continues(in[1]) || !continues(in[2]) ||
        !continues(in[3])) {
        return 0;
    }
    const bool overlong = lead == 0xF0 && in[1] < 0x90;
    const bool too_large = lead == 0xF4 && in[1] >= 0x90;
    return overlong || too_large ? 0 : 4;
}

// The first byte of the first ill-formed sequence of [in, end), or `end`.
template <class Isa>
inline const std::uint8_t* find_bad_utf8(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    for (;;) {
        in = find_first<Isa>(
            in, end, [](typename Isa::Block block) { return Isa::non_ascii(block); },
            [](std::uint8_t byte) { return byte > 0x7F; });
        while (in != end && *in > 0x7F) {
            const std::size_t length = utf8_sequence(in, end);
            if (length == 0) {
                return in;
            }
            in += length;
        }
        if (in == end) {
            return in;
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
