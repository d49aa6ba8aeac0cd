#pragma once

// UTF-8 as Unicode's table 3-7 has it: no overlong forms, no surrogates, nothing over U+10FFFF.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/token_classes.hpp"

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

// Two bytes in a row, the first's halves and the second's upper half, allow or forbid what a bit
// stands for; an error is a bit that all three have (Keiser and Lemire, "Validating UTF-8 in less
// than one instruction per byte", 2021).
enum Utf8Error : std::uint8_t {
    kTooShort = 1 << 0,       // a lead, and no continuation behind it
    kTooLong = 1 << 1,        // ASCII, and a continuation behind it
    kOverlong3 = 1 << 2,      // E0 80..9F
    kTooLarge = 1 << 3,       // F4 90..BF, F5..FF 90..BF
    kSurrogate = 1 << 4,      // ED A0..BF
    kOverlong2 = 1 << 5,      // C0, C1
    kTooLargeLow = 1 << 6,    // F5..FF 80..8F; shared with
    kOverlong4 = 1 << 6,      // F0 80..8F
    kContinuations = 1 << 7,  // two continuations: an error unless the lead before asked for them
};

inline constexpr std::uint8_t kCarry = kTooShort | kTooLong | kContinuations;

inline constexpr NibbleTable kFirstHigh = {
    {kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kContinuations,
     kContinuations, kContinuations, kContinuations, kTooShort | kOverlong2, kTooShort,
     kTooShort | kOverlong3 | kSurrogate, kTooShort | kTooLarge | kTooLargeLow | kOverlong4}};

inline constexpr std::uint8_t kFrom5 = kCarry | kTooLarge | kTooLargeLow;
inline constexpr NibbleTable kFirstLow = {{kCarry | kOverlong2 | kOverlong3 | kOverlong4,
                                           kCarry | kOverlong2, kCarry, kCarry, kCarry | kTooLarge,
                                           kFrom5, kFrom5, kFrom5, kFrom5, kFrom5, kFrom5, kFrom5,
                                           kFrom5, kFrom5 | kSurrogate, kFrom5, kFrom5}};

inline constexpr std::uint8_t kBehindLead = kTooLong | kOverlong2 | kContinuations;
inline constexpr NibbleTable kSecondHigh = {
    {kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort,
     kBehindLead | kOverlong3 | kTooLargeLow | kOverlong4, kBehindLead | kOverlong3 | kTooLarge,
     kBehindLead | kSurrogate | kTooLarge, kBehindLead | kSurrogate | kTooLarge, kTooShort,
     kTooShort, kTooShort, kTooShort}};

// Not zero where a block, `before` being the one before it, shows an error.
template <class Isa>
[[gnu::always_inline]] inline typename Isa::Block utf8_errors(typename Isa::Block before,
                                                              typename Isa::Block block) noexcept {
    const auto one = Isa::template shifted<1>(before, block);
    const auto two = Isa::template shifted<2>(before, block);
    const auto three = Isa::template shifted<3>(before, block);
    const auto pairs =
        Isa::both(Isa::both(Isa::look_up_high(kFirstHigh, one), Isa::look_up_low(kFirstLow, one)),
                  Isa::look_up_high(kSecondHigh, block));
    // Behind a lead of three or four bytes two continuations in a row are wanted: bit 7.
    const auto wanted = Isa::either(Isa::minus(two, 0xE0 - 0x80), Isa::minus(three, 0xF0 - 0x80));
    return Isa::differing(Isa::both(wanted, Isa::fill(0x80)), pairs);
}

template <class Isa>
inline bool is_utf8(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    auto before = Isa::fill(0);
    auto errors = Isa::fill(0);
    for (; end - in >= 64; in += 64) {
        const auto block = Isa::load(in);
        errors = Isa::either(errors, utf8_errors<Isa>(before, block));
        before = block;
    }
    // The zeros behind the last byte do not continue a sequence.
    const auto rest =
        in == end ? Isa::fill(0) : Isa::load_some(in, static_cast<std::size_t>(end - in));
    return Isa::is_zero(Isa::either(errors, utf8_errors<Isa>(before, rest)));
}

// The first byte of the first ill-formed sequence of [in, end), or `end`.
template <class Isa>
inline const std::uint8_t* find_bad_utf8(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    if constexpr (Isa::kBlockBytes == 64) {
        if (is_utf8<Isa>(in, end)) {
            return end;
        }
    }
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
