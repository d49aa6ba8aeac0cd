#pragma once

// The vocabulary of SSE4.2 with SSSE3 and POPCNT, and no carry-less multiply: a block is four
// registers.

#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/isa/lanes.hpp"
#include "kernels/isa/sets_of_sixteen.hpp"

namespace rowcast::kernels {
namespace {

struct Xmm {
    static constexpr std::size_t kBytes = 16;
    using Words [[gnu::vector_size(kBytes)]] = std::uint64_t;
    __m128i bytes;

    [[gnu::always_inline]] static Xmm load(const std::uint8_t* from) noexcept {
        return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))};
    }
    [[gnu::always_inline]] void store(std::uint8_t* to) const noexcept {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    }
    [[gnu::always_inline]] static Xmm splat(std::uint8_t byte) noexcept {
        return {_mm_set1_epi8(static_cast<char>(byte))};
    }
    [[gnu::always_inline]] static Xmm table(const NibbleTable& table) noexcept {
        return {_mm_load_si128(reinterpret_cast<const __m128i*>(table.entries))};
    }

    [[gnu::always_inline]] friend Xmm operator&(Xmm a, Xmm b) noexcept {
        return {_mm_and_si128(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm operator|(Xmm a, Xmm b) noexcept {
        return {_mm_or_si128(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm operator^(Xmm a, Xmm b) noexcept {
        return {_mm_xor_si128(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm and_not(Xmm a, Xmm b) noexcept {
        return {_mm_andnot_si128(b.bytes, a.bytes)};
    }
    [[gnu::always_inline]] friend Xmm equal_bytes(Xmm a, Xmm b) noexcept {
        return {_mm_cmpeq_epi8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm greater(Xmm a, Xmm b) noexcept {
        return {_mm_cmpgt_epi8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm min(Xmm a, Xmm b) noexcept {
        return {_mm_min_epu8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Xmm shuffle(Xmm table, Xmm places) noexcept {
        return {_mm_shuffle_epi8(table.bytes, places.bytes)};
    }
    [[gnu::always_inline]] Xmm minus(Xmm less) const noexcept {
        return {_mm_subs_epu8(bytes, less.bytes)};
    }
    [[gnu::always_inline]] Xmm plus(Xmm more) const noexcept {
        return {_mm_add_epi8(bytes, more.bytes)};
    }
    [[gnu::always_inline]] Xmm subtract(Xmm less) const noexcept {
        return {_mm_sub_epi8(bytes, less.bytes)};
    }
    [[gnu::always_inline]] Xmm low_halves() const noexcept { return *this & splat(0x0F); }
    [[gnu::always_inline]] Xmm high_halves() const noexcept {
        return Xmm{_mm_srli_epi16(bytes, 4)} & splat(0x0F);
    }
    [[gnu::always_inline]] std::uint32_t signs() const noexcept {
        return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
    }
    [[gnu::always_inline]] static Xmm words(std::uint64_t mask) noexcept {
        return {_mm_cvtsi64_si128(static_cast<long long>(mask))};
    }
    [[gnu::always_inline]] static Xmm expand(Xmm words, std::size_t number) noexcept {
        const auto first = static_cast<long long>(0x0202020202020202 * number);
        const Xmm places{_mm_set_epi64x(first + 0x0101010101010101, first)};
        const Xmm bits{_mm_set1_epi64x(static_cast<long long>(0x8040201008040201))};
        return equal_bytes(shuffle(words, places) & bits, bits);
    }
    template <int n>
    [[gnu::always_inline]] static Xmm shifted(Xmm before, Xmm block) noexcept {
        return {_mm_alignr_epi8(block.bytes, before.bytes, 16 - n)};
    }
    [[gnu::always_inline]] static std::uint8_t* compress(std::uint8_t* out, Xmm block,
                                                         std::uint64_t keep) noexcept {
        const SetOfSixteen set(keep);
        return set.store(out, _mm_shuffle_epi8(block.bytes, set.places()));
    }
};

struct Sse42 : Lanes<Xmm> {
    // Bit i of the result is the parity of bits 0..i.
    [[gnu::always_inline]] static Mask prefix_xor(Mask mask) noexcept {
        for (int step = 1; step != 64; step *= 2) {
            mask ^= mask << step;
        }
        return mask;
    }
};

}  // namespace
}  // namespace rowcast::kernels
