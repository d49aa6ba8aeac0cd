#pragma once

// The vocabulary of AVX2 with BMI1, BMI2, LZCNT, POPCNT and PCLMULQDQ: a block is two registers.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/isa/lanes.hpp"

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

// The byte of a mask that holds each byte's bit, and that bit.
struct ExpandTables {
    alignas(32) std::uint8_t places[2][32];
    alignas(32) std::uint8_t bits[32];
};

inline constexpr ExpandTables kExpandTables = [] {
    ExpandTables tables{};
    for (unsigned byte = 0; byte != 32; ++byte) {
        tables.places[0][byte] = static_cast<std::uint8_t>(byte / 8);
        tables.places[1][byte] = static_cast<std::uint8_t>(4 + byte / 8);
        tables.bits[byte] = static_cast<std::uint8_t>(1 << byte % 8);
    }
    return tables;
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
        const Ymm places = load(kExpandTables.places[number]);
        const Ymm bits = load(kExpandTables.bits);
        return equal_bytes(shuffle(words, places) & bits, bits);
    }
    template <int n>
    [[gnu::always_inline]] static Ymm shifted(Ymm before, Ymm block) noexcept {
        const __m256i middle = _mm256_permute2x128_si256(before.bytes, block.bytes, 0x21);
        return {_mm256_alignr_epi8(block.bytes, middle, 16 - n)};
    }
    [[gnu::always_inline]] static std::uint8_t* compress(std::uint8_t* out, Ymm block,
                                                         std::uint64_t keep) noexcept {
        const auto eight = [keep](int number) { return keep >> 8 * number & 0xFF; };
        const auto two = [](std::uint64_t first, std::uint64_t second) {
            const __m128i places =
                _mm_loadl_epi64(reinterpret_cast<const __m128i*>(kCompressTables.places[0][first]));
            return _mm_castps_si128(
                _mm_loadh_pi(_mm_castsi128_ps(places),
                             reinterpret_cast<const __m64*>(kCompressTables.places[1][second])));
        };
        const __m256i places = _mm256_setr_m128i(two(eight(0), eight(1)), two(eight(2), eight(3)));
        const __m256i kept = _mm256_shuffle_epi8(block.bytes, places);
        const __m128i low = _mm256_castsi256_si128(kept);
        const __m128i high = _mm256_extracti128_si256(kept, 1);
        const auto put_first = [&out](__m128i sixteen, std::uint64_t set) {
            _mm_storel_epi64(reinterpret_cast<__m128i*>(out), sixteen);
            out += _mm_popcnt_u64(set);
        };
        const auto put_second = [&out](__m128i sixteen, std::uint64_t set) {
            _mm_storeh_pd(reinterpret_cast<double*>(out), _mm_castsi128_pd(sixteen));
            out += _mm_popcnt_u64(set);
        };
        put_first(low, eight(0));
        put_second(low, eight(1));
        put_first(high, eight(2));
        put_second(high, eight(3));
        return out;
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
