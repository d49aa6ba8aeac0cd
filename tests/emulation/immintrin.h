#pragma once

// What kernels/isa/avx512.hpp uses of AVX-512, made of AVX2 and loops: the build option
// ROWCAST_EMULATE_AVX512 puts this header before the compiler's, so that a CPU without AVX-512 runs
// that code too. It says what the instructions do and nothing of how fast; memory that a mask leaves
// out is not touched, and what is touched is seen by AddressSanitizer byte by byte.

#include_next <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace rowcast::emulation {
namespace {

using Bytes [[gnu::vector_size(64)]] = std::uint8_t;
using Words [[gnu::vector_size(64)]] = std::uint16_t;
using Doubles [[gnu::vector_size(64)]] = std::uint32_t;
using Quads [[gnu::vector_size(64)]] = std::uint64_t;

// Of each byte its top bit.
[[gnu::always_inline]] inline __mmask64 top_bits(Bytes bytes) noexcept {
    __m256i halves[2];
    __builtin_memcpy(halves, &bytes, sizeof bytes);
    const auto low = static_cast<std::uint32_t>(_mm256_movemask_epi8(halves[0]));
    const auto high = static_cast<std::uint32_t>(_mm256_movemask_epi8(halves[1]));
    return std::uint64_t{high} << 32 | low;
}

// All ones where the mask has a bit.
[[gnu::always_inline]] inline Bytes spread(__mmask64 mask) noexcept {
    Bytes bytes{};
    for (std::size_t i = 0; i != 64; ++i) {
        bytes[i] = static_cast<std::uint8_t>(-(mask >> i & 1));
    }
    return bytes;
}

[[gnu::always_inline]] inline __m512i blend(__mmask64 mask, Bytes otherwise, Bytes there) noexcept {
    const Bytes where = spread(mask);
    return (__m512i)((there & where) | (otherwise & ~where));
}

[[gnu::always_inline]] inline __m512i load(const void* from) noexcept {
    __m512i result;
    __builtin_memcpy(&result, from, sizeof result);
    return result;
}

[[gnu::always_inline]] inline __m512i load_aligned(const void* from) noexcept {
    return *static_cast<const __m512i*>(from);
}

[[gnu::always_inline]] inline void store(void* to, __m512i value) noexcept {
    __builtin_memcpy(to, &value, sizeof value);
}

[[gnu::always_inline]] inline __m512i load_masked(__m512i otherwise, __mmask64 mask,
                                                  const void* from) noexcept {
    auto result = (Bytes)otherwise;
    for (; mask != 0; mask &= mask - 1) {
        const auto i = static_cast<std::size_t>(__builtin_ctzll(mask));
        result[i] = static_cast<const std::uint8_t*>(from)[i];
    }
    return (__m512i)result;
}

[[gnu::always_inline]] inline __m512i splat(std::uint8_t byte) noexcept {
    return (__m512i)(Bytes{} + byte);
}

[[gnu::always_inline]] inline __m512i splat_4(std::uint32_t value) noexcept {
    return (__m512i)(Doubles{} + value);
}

[[gnu::always_inline]] inline __m512i splat_16(__m128i lane) noexcept {
    const __m128i lanes[] = {lane, lane, lane, lane};
    return load(lanes);
}

[[gnu::always_inline]] inline __m128i lowest_lane(__m512i value) noexcept {
    __m128i result;
    __builtin_memcpy(&result, &value, sizeof result);
    return result;
}

[[gnu::always_inline]] inline __m512i subtract_saturated(Bytes a, Bytes b) noexcept {
    const auto greater = (Bytes)(a > b);
    return (__m512i)((a - b) & greater);
}

[[gnu::always_inline]] inline __m512i least(Bytes a, Bytes b) noexcept {
    const auto less = (Bytes)(a < b);
    return (__m512i)((a & less) | (b & ~less));
}

// Lanes of 16 bytes.
[[gnu::always_inline]] inline __m512i shuffle(__m512i table, __m512i indices) noexcept {
    __m256i tables[2];
    __m256i halves[2];
    __builtin_memcpy(tables, &table, sizeof table);
    __builtin_memcpy(halves, &indices, sizeof indices);
    halves[0] = _mm256_shuffle_epi8(tables[0], halves[0]);
    halves[1] = _mm256_shuffle_epi8(tables[1], halves[1]);
    return load(halves);
}

[[gnu::always_inline]] inline __m512i look_up(Bytes low, Bytes indices, Bytes high) noexcept {
    Bytes result{};
    for (std::size_t i = 0; i != 64; ++i) {
        const std::size_t index = indices[i] % 128U;
        result[i] = index < 64 ? low[index] : high[index - 64];
    }
    return (__m512i)result;
}

[[gnu::always_inline]] inline __m512i compress(__mmask64 mask, Bytes bytes) noexcept {
    Bytes result{};
    for (std::size_t count = 0; mask != 0; mask &= mask - 1) {
        result[count++] = bytes[static_cast<std::size_t>(__builtin_ctzll(mask))];
    }
    return (__m512i)result;
}

// [high, low] shifted right by so many elements of 8 bytes.
[[gnu::always_inline]] inline __m512i align_quads(Quads high, Quads low,
                                                  std::size_t shift) noexcept {
    Quads result{};
    for (std::size_t i = 0; i != 8; ++i) {
        result[i] = i + shift < 8 ? low[i + shift] : high[i + shift - 8];
    }
    return (__m512i)result;
}

// Lanes of 16 bytes, each shifted right by so many.
[[gnu::always_inline]] inline __m512i align_bytes(Bytes high, Bytes low,
                                                  std::size_t shift) noexcept {
    Bytes result{};
    for (std::size_t i = 0; i != 64; ++i) {
        const std::size_t lane = i / 16 * 16;
        const std::size_t from = i % 16 + shift;
        result[i] = from < 16 ? low[lane + from] : high[lane + from - 16];
    }
    return (__m512i)result;
}

[[gnu::always_inline]] inline __m512i widen(__m128i bytes) noexcept {
    std::uint8_t narrow[16];
    __builtin_memcpy(narrow, &bytes, sizeof narrow);
    Doubles result{};
    for (std::size_t i = 0; i != 16; ++i) {
        result[i] = narrow[i];
    }
    return (__m512i)result;
}

}  // namespace
}  // namespace rowcast::emulation

// The compiler's own are functions or macros, of GCC and Clang not the same.
#undef _cvtmask64_u64
#undef _kor_mask64
#undef _mm512_add_epi32
#undef _mm512_alignr_epi64
#undef _mm512_alignr_epi8
#undef _mm512_and_si512
#undef _mm512_broadcast_i32x4
#undef _mm512_castsi512_si128
#undef _mm512_cmpeq_epi8_mask
#undef _mm512_cmplt_epu8_mask
#undef _mm512_cmpneq_epi8_mask
#undef _mm512_cvtepu8_epi32
#undef _mm512_load_si512
#undef _mm512_loadu_si512
#undef _mm512_mask_cmpeq_epi8_mask
#undef _mm512_mask_cmpgt_epu8_mask
#undef _mm512_mask_cmplt_epu8_mask
#undef _mm512_mask_cmpneq_epi8_mask
#undef _mm512_mask_loadu_epi8
#undef _mm512_mask_sub_epi8
#undef _mm512_maskz_compress_epi8
#undef _mm512_maskz_loadu_epi8
#undef _mm512_maskz_mov_epi8
#undef _mm512_min_epu8
#undef _mm512_movepi8_mask
#undef _mm512_or_si512
#undef _mm512_permutex2var_epi8
#undef _mm512_set1_epi32
#undef _mm512_set1_epi8
#undef _mm512_shuffle_epi8
#undef _mm512_srli_epi16
#undef _mm512_storeu_si512
#undef _mm512_sub_epi8
#undef _mm512_subs_epu8
#undef _mm512_test_epi8_mask
#undef _mm512_testn_epi8_mask
#undef _mm512_xor_si512

#define ROWCAST_BYTES(vector) ((::rowcast::emulation::Bytes)(vector))
#define ROWCAST_COMPARE(a, operation, b) \
    (::rowcast::emulation::top_bits(     \
        (::rowcast::emulation::Bytes)(ROWCAST_BYTES(a) operation ROWCAST_BYTES(b))))

#define _mm512_loadu_si512(from) ::rowcast::emulation::load(from)
#define _mm512_load_si512(from) ::rowcast::emulation::load_aligned(from)
#define _mm512_mask_loadu_epi8(otherwise, mask, from) \
    ::rowcast::emulation::load_masked(otherwise, mask, from)
#define _mm512_maskz_loadu_epi8(mask, from) ::rowcast::emulation::load_masked(__m512i{}, mask, from)
#define _mm512_storeu_si512(to, value) ::rowcast::emulation::store(to, value)
#define _mm512_set1_epi8(byte) ::rowcast::emulation::splat(static_cast<std::uint8_t>(byte))
#define _mm512_set1_epi32(value) ::rowcast::emulation::splat_4(static_cast<std::uint32_t>(value))
#define _mm512_broadcast_i32x4(lane) ::rowcast::emulation::splat_16(lane)
#define _mm512_castsi512_si128(value) ::rowcast::emulation::lowest_lane(value)
#define _mm512_cvtepu8_epi32(bytes) ::rowcast::emulation::widen(bytes)

#define _mm512_and_si512(a, b) ((a) & (b))
#define _mm512_or_si512(a, b) ((a) | (b))
#define _mm512_xor_si512(a, b) ((a) ^ (b))
#define _mm512_add_epi32(a, b) \
    ((__m512i)((::rowcast::emulation::Doubles)(a) + (::rowcast::emulation::Doubles)(b)))
#define _mm512_sub_epi8(a, b) ((__m512i)(ROWCAST_BYTES(a) - ROWCAST_BYTES(b)))
#define _mm512_subs_epu8(a, b) \
    ::rowcast::emulation::subtract_saturated(ROWCAST_BYTES(a), ROWCAST_BYTES(b))
#define _mm512_mask_sub_epi8(otherwise, mask, a, b)             \
    ::rowcast::emulation::blend(mask, ROWCAST_BYTES(otherwise), \
                                ROWCAST_BYTES(_mm512_sub_epi8(a, b)))
#define _mm512_maskz_mov_epi8(mask, a) \
    ::rowcast::emulation::blend(mask, ::rowcast::emulation::Bytes{}, ROWCAST_BYTES(a))
#define _mm512_min_epu8(a, b) ::rowcast::emulation::least(ROWCAST_BYTES(a), ROWCAST_BYTES(b))
#define _mm512_srli_epi16(a, bits) ((__m512i)((::rowcast::emulation::Words)(a) >> (bits)))

#define _mm512_cmpeq_epi8_mask(a, b) ROWCAST_COMPARE(a, ==, b)
#define _mm512_cmpneq_epi8_mask(a, b) ROWCAST_COMPARE(a, !=, b)
#define _mm512_cmplt_epu8_mask(a, b) ROWCAST_COMPARE(a, <, b)
#define _mm512_mask_cmpeq_epi8_mask(mask, a, b) ((mask)&ROWCAST_COMPARE(a, ==, b))
#define _mm512_mask_cmpneq_epi8_mask(mask, a, b) ((mask)&ROWCAST_COMPARE(a, !=, b))
#define _mm512_mask_cmplt_epu8_mask(mask, a, b) ((mask)&ROWCAST_COMPARE(a, <, b))
#define _mm512_mask_cmpgt_epu8_mask(mask, a, b) ((mask)&ROWCAST_COMPARE(a, >, b))
#define _mm512_test_epi8_mask(a, b) ROWCAST_COMPARE(_mm512_and_si512(a, b), !=, __m512i{})
#define _mm512_testn_epi8_mask(a, b) ROWCAST_COMPARE(_mm512_and_si512(a, b), ==, __m512i{})
#define _mm512_movepi8_mask(a) ::rowcast::emulation::top_bits(ROWCAST_BYTES(a))
#define _kor_mask64(a, b) ((a) | (b))
#define _cvtmask64_u64(mask) static_cast<std::uint64_t>(mask)

#define _mm512_shuffle_epi8(table, indices) ::rowcast::emulation::shuffle(table, indices)
#define _mm512_permutex2var_epi8(low, indices, high) \
    ::rowcast::emulation::look_up(ROWCAST_BYTES(low), ROWCAST_BYTES(indices), ROWCAST_BYTES(high))
#define _mm512_maskz_compress_epi8(mask, a) ::rowcast::emulation::compress(mask, ROWCAST_BYTES(a))
#define _mm512_alignr_epi64(high, low, shift)                              \
    ::rowcast::emulation::align_quads((::rowcast::emulation::Quads)(high), \
                                      (::rowcast::emulation::Quads)(low), shift)
#define _mm512_alignr_epi8(high, low, shift) \
    ::rowcast::emulation::align_bytes(ROWCAST_BYTES(high), ROWCAST_BYTES(low), shift)
