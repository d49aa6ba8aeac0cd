#pragma once

// The vocabulary of AVX2 with BMI1, BMI2, LZCNT, POPCNT and PCLMULQDQ: a block is two registers.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/isa/lanes.hpp"
#include "kernels/isa/sets_of_sixteen.hpp"

namespace rowcast::kernels {
namespace {

// Every byte, four times: what a register is filled from.
struct SplatTable {
    std::uint32_t words[256];
};

inline constexpr SplatTable kSplats = [] {
    SplatTable table{};
    for (std::uint32_t byte = 0; byte != 256; ++byte) {
        table.words[byte] = byte * 0x01010101;
    }
    return table;
}();

struct Ymm {
    static constexpr std::size_t kBytes = 32;
    using Words [[gnu::vector_size(kBytes)]] = std::uint64_t;
    __m256i bytes;

    [[gnu::always_inline]] static Ymm load(const std::uint8_t* from) noexcept {
        return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))};
    }
    [[gnu::always_inline]] void store(std::uint8_t* to) const noexcept {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes);
    }
    [[gnu::always_inline]] static Ymm splat(std::uint8_t byte) noexcept {
        // g++ 12 would build each constant anew in each block, by three instructions.
        __m256i filled;
        asm("vpbroadcastd %1, %0" : "=x"(filled) : "m"(kSplats.words[byte]));
        return {filled};
    }
    [[gnu::always_inline]] static Ymm table(const NibbleTable& table) noexcept {
        return {_mm256_broadcastsi128_si256(
            _mm_load_si128(reinterpret_cast<const __m128i*>(table.entries)))};
    }

    [[gnu::always_inline]] friend Ymm operator&(Ymm a, Ymm b) noexcept {
        return {_mm256_and_si256(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm operator|(Ymm a, Ymm b) noexcept {
        return {_mm256_or_si256(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm operator^(Ymm a, Ymm b) noexcept {
        return {_mm256_xor_si256(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm and_not(Ymm a, Ymm b) noexcept {
        return {_mm256_andnot_si256(b.bytes, a.bytes)};
    }
    [[gnu::always_inline]] friend Ymm equal_bytes(Ymm a, Ymm b) noexcept {
        return {_mm256_cmpeq_epi8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm greater(Ymm a, Ymm b) noexcept {
        return {_mm256_cmpgt_epi8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm min(Ymm a, Ymm b) noexcept {
        return {_mm256_min_epu8(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] friend Ymm shuffle(Ymm table, Ymm places) noexcept {
        return {_mm256_shuffle_epi8(table.bytes, places.bytes)};
    }
    [[gnu::always_inline]] Ymm minus(Ymm less) const noexcept {
        return {_mm256_subs_epu8(bytes, less.bytes)};
    }
    [[gnu::always_inline]] Ymm plus(Ymm more) const noexcept {
        return {_mm256_add_epi8(bytes, more.bytes)};
    }
    [[gnu::always_inline]] Ymm subtract(Ymm less) const noexcept {
        return {_mm256_sub_epi8(bytes, less.bytes)};
    }
    [[gnu::always_inline]] Ymm low_halves() const noexcept { return *this & splat(0x0F); }
    [[gnu::always_inline]] Ymm high_halves() const noexcept {
        return Ymm{_mm256_srli_epi16(bytes, 4)} & splat(0x0F);
    }
    [[gnu::always_inline]] std::uint32_t signs() const noexcept {
        return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes));
    }
    [[gnu::always_inline]] static Ymm words(std::uint64_t mask) noexcept {
        return {_mm256_set1_epi64x(static_cast<long long>(mask))};
    }
    [[gnu::always_inline]] static Ymm expand(Ymm words, std::size_t number) noexcept {
        const auto first = static_cast<long long>(0x0404040404040404 * number);
        const Ymm places{_mm256_setr_epi64x(first, first + 0x0101010101010101,
                                            first + 0x0202020202020202,
                                            first + 0x0303030303030303)};
        const Ymm bits{_mm256_set1_epi64x(static_cast<long long>(0x8040201008040201))};
        return equal_bytes(shuffle(words, places) & bits, bits);
    }
    template <int n>
    [[gnu::always_inline]] static Ymm shifted(Ymm before, Ymm block) noexcept {
        const __m256i middle = _mm256_permute2x128_si256(before.bytes, block.bytes, 0x21);
        return {_mm256_alignr_epi8(block.bytes, middle, 16 - n)};
    }
    [[gnu::always_inline]] static std::uint8_t* compress(std::uint8_t* out, Ymm block,
                                                         std::uint64_t keep) noexcept {
        const SetOfSixteen lower(keep);
        const SetOfSixteen upper(keep >> 16);
        const __m256i places = _mm256_setr_m128i(lower.places(), upper.places());
        const __m256i kept = _mm256_shuffle_epi8(block.bytes, places);
        out = lower.store(out, _mm256_castsi256_si128(kept));
        return upper.store(out, _mm256_extracti128_si256(kept, 1));
    }
};

struct Avx2 : Lanes<Ymm> {
    // Bit i of the result is the parity of bits 0..i.
    [[gnu::always_inline]] static Mask prefix_xor(Mask mask) noexcept {
        const __m128i product = _mm_clmulepi64_si128(
            _mm_set_epi64x(0, static_cast<long long>(mask)), _mm_set1_epi8(-1), 0);
        return static_cast<Mask>(_mm_cvtsi128_si64(product));
    }
};

}  // namespace
}  // namespace rowcast::kernels
