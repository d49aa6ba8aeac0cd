#pragma once

// The vocabulary of AVX-512 (F, BW, DQ, VL, VBMI, VBMI2) with AVX2's scalar companions: a block is
// one 64-byte register, and a set of its bytes is a 64-bit mask.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/token_classes.hpp"

namespace rowcast::kernels {
namespace {

struct Avx512 {
    using Mask = std::uint64_t;
    static constexpr std::size_t kBlockBytes = 64;

    struct Block {
        __m512i bytes;
    };

    static Block load(const std::uint8_t* from) noexcept { return {_mm512_loadu_si512(from)}; }

    static void store(std::uint8_t* to, Block block) noexcept {
        _mm512_storeu_si512(to, block.bytes);
    }

    static Mask equal(Block block, std::uint8_t byte) noexcept {
        return _mm512_cmpeq_epi8_mask(block.bytes, splat(byte));
    }

    static Mask controls(Block block) noexcept { return at_most(block, 0x1F); }

    static Mask non_ascii(Block block) noexcept { return _mm512_movepi8_mask(block.bytes); }

    static std::size_t first(Mask mask) noexcept { return _tzcnt_u64(mask); }

    // A part of a block: bytes of which the mask has no bit are zero and are not read.
    static Block load_some(const std::uint8_t* from, Mask wanted) noexcept {
        return {_mm512_maskz_loadu_epi8(wanted, from)};
    }

    static Block fill(std::uint8_t byte) noexcept { return {splat(byte)}; }

    static Mask at_most(Block block, std::uint8_t limit) noexcept {
        return _mm512_cmple_epu8_mask(block.bytes, splat(limit));
    }

    // The bytes that have any of these bits.
    static Mask any_bit(Block block, std::uint8_t bits) noexcept {
        return _mm512_test_epi8_mask(block.bytes, splat(bits));
    }

    // The bytes that have no bit in common.
    static Mask disjoint(Block a, Block b) noexcept {
        return _mm512_testn_epi8_mask(a.bytes, b.bytes);
    }

    static Block either(Block a, Block b) noexcept { return {_mm512_or_si512(a.bytes, b.bytes)}; }

    // `yes` where the mask has a bit, else `no`.
    static Block choose(Mask mask, Block yes, Block no) noexcept {
        return {_mm512_mask_blend_epi8(mask, no.bytes, yes.bytes)};
    }

    // The block that starts kBytes before `block`, `before` being the one before it.
    template <int kBytes>
    static Block shifted(Block before, Block block) noexcept {
        const __m512i lanes = _mm512_alignr_epi64(block.bytes, before.bytes, 6);
        return {_mm512_alignr_epi8(block.bytes, lanes, 16 - kBytes)};
    }

    // Outside of strings: the brackets, and some bytes that may not stand there at all.
    static Mask brackets(Block block) noexcept {
        return _mm512_cmpeq_epi8_mask(_mm512_or_si512(block.bytes, splat(0x26)), splat(0x7F));
    }

    // Of the classes that may follow, takes digits away where the byte before is a zero and the one
    // before that is neither a digit nor a point.
    static Block forbid_digit_behind_zero(Block followers, Block one_before,
                                          Block two_before) noexcept {
        const Mask zeros = _mm512_cmpeq_epi8_mask(one_before.bytes, splat('0'));
        const Mask leading = _mm512_mask_cmpgt_epu8_mask(
            zeros, _mm512_sub_epi8(two_before.bytes, splat('.')), splat('9' - '.'));
        return {_mm512_mask_sub_epi8(followers.bytes, leading, followers.bytes, splat(kDigit))};
    }

    // The entry of each byte; those over 0x7F count as if their top bit were clear.
    static Block look_up(const AsciiTable& table, Block block) noexcept {
        return {_mm512_permutex2var_epi8(_mm512_load_si512(table.entries), block.bytes,
                                         _mm512_load_si512(table.entries + 64))};
    }
    static constexpr bool kLookUpIsExact = false;

    // Bytes of `block` in the mask that are a-z lose their bit 0x20.
    static Block upper(Block block, Mask where) noexcept {
        const Mask letters =
            _mm512_mask_cmplt_epu8_mask(where, _mm512_sub_epi8(block.bytes, splat('a')), splat(26));
        return {_mm512_mask_sub_epi8(block.bytes, letters, block.bytes, splat(0x20))};
    }

    // Stores the bytes that the mask keeps, one behind the other, and returns their end. Stores a
    // block's length.
    static std::uint8_t* compress(std::uint8_t* out, Block block, Mask keep) noexcept {
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, block.bytes));
        return out + count(keep);
    }

    // Appends base + i for each bit i of the mask, of which there are at most 16. Stores 16.
    static std::uint32_t* list_bits(std::uint32_t* out, Mask mask, std::uint32_t base) noexcept {
        const __m512i iota = _mm512_load_si512(kIota.values);
        const __m128i bits = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(mask, iota));
        _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(bits),
                                                  _mm512_set1_epi32(static_cast<int>(base))));
        return out + count(mask);
    }

    static std::size_t count(Mask mask) noexcept {
        return static_cast<std::size_t>(_mm_popcnt_u64(mask));
    }

    // Bit i of the result is the parity of bits 0..i.
    static Mask prefix_xor(Mask mask) noexcept {
        const __m128i product = _mm_clmulepi64_si128(
            _mm_set_epi64x(0, static_cast<long long>(mask)), _mm_set1_epi8(-1), 0);
        return static_cast<Mask>(_mm_cvtsi128_si64(product));
    }

    static Mask add(Mask a, Mask b, std::uint8_t& carry) noexcept {
        unsigned long long sum = 0;
        carry = _addcarry_u64(carry, a, b, &sum);
        return sum;
    }

  private:
    static __m512i splat(std::uint8_t byte) noexcept {
        return _mm512_set1_epi8(static_cast<char>(byte));
    }

    struct Iota {
        alignas(64) std::uint8_t values[64];
    };
    static constexpr Iota kIota = [] {
        Iota iota{};
        for (std::uint8_t i = 0; i != 64; ++i) {
            iota.values[i] = i;
        }
        return iota;
    }();
};

}  // namespace
}  // namespace rowcast::kernels
