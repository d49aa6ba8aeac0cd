#pragma once

// The vocabulary of AVX-512 (F, BW, DQ, VL, VBMI, VBMI2) with AVX2's scalar companions: a block is
// one 64-byte register, and a set of its bytes is a 64-bit mask.

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/token_classes.hpp"
#include "kernels/isa/masks.hpp"

namespace rowcast::kernels {
namespace {

struct Avx512 : Masks {
    static constexpr std::size_t kBlockBytes = 64;
    using Words [[gnu::vector_size(64)]] = std::uint64_t;  // of a register
    static constexpr bool kLoadsByMask = true;             // load_some() costs what load() does

    struct Block {
        __m512i bytes;
    };

    [[gnu::always_inline]] static Block load(const std::uint8_t* from) noexcept {
        return {_mm512_loadu_si512(from)};
    }

    [[gnu::always_inline]] static void store(std::uint8_t* to, Block block) noexcept {
        _mm512_storeu_si512(to, block.bytes);
    }

    [[gnu::always_inline]] static Mask equal(Block block, std::uint8_t byte) noexcept {
        return _mm512_cmpeq_epi8_mask(block.bytes, splat(byte));
    }

    [[gnu::always_inline]] static Mask controls(Block block) noexcept {
        return _mm512_cmplt_epu8_mask(block.bytes, splat(0x20));
    }

    [[gnu::always_inline]] static Mask non_ascii(Block block) noexcept {
        return _mm512_movepi8_mask(block.bytes);
    }
    [[gnu::always_inline]] static Mask any_non_ascii(Block block) noexcept {
        return non_ascii(block);
    }
    [[gnu::always_inline]] static Mask any_equal(Block block, std::uint8_t byte) noexcept {
        return equal(block, byte);
    }

    [[gnu::always_inline]] static std::size_t first(Mask mask) noexcept { return _tzcnt_u64(mask); }
    [[gnu::always_inline]] static std::size_t last(Mask mask) noexcept {
        return 63 - _lzcnt_u64(mask);
    }

    // The first `size` bytes of a block, 1 to 64; the others are spaces and are not read.
    [[gnu::always_inline]] static Block load_some(const std::uint8_t* from,
                                                  std::size_t size) noexcept {
        return {_mm512_mask_loadu_epi8(splat(' '), ~Mask{0} >> (64 - size), from)};
    }

    // The block that starts one byte before such a one.
    [[gnu::always_inline]] static Block load_some_before(const std::uint8_t* from, Block /*block*/,
                                                         std::size_t size) noexcept {
        return load_some(from - 1, size);
    }

    // The bytes in `where`; the others are 0 and are not read.
    [[gnu::always_inline]] static Block load_in(Mask where, const std::uint8_t* from) noexcept {
        return {_mm512_maskz_loadu_epi8(where, from)};
    }

    // The bits below number `count`, at most 64.
    [[gnu::always_inline]] static Mask lowest(Mask mask, std::size_t count) noexcept {
        return _bzhi_u64(mask, static_cast<unsigned>(count));
    }

    [[gnu::always_inline]] static Block fill(std::uint8_t byte) noexcept { return {splat(byte)}; }

    // The block that starts kBytes before `block`, `before` being the one before it.
    template <int kBytes>
    [[gnu::always_inline]] static Block shifted(Block before, Block block) noexcept {
        const __m512i lanes = _mm512_alignr_epi64(block.bytes, before.bytes, 6);
        return {_mm512_alignr_epi8(block.bytes, lanes, 16 - kBytes)};
    }

    [[gnu::always_inline]] static Block either(Block a, Block b) noexcept {
        return {_mm512_or_si512(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] static Block both(Block a, Block b) noexcept {
        return {_mm512_and_si512(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] static Block differing(Block a, Block b) noexcept {
        return {_mm512_xor_si512(a.bytes, b.bytes)};
    }
    [[gnu::always_inline]] static bool is_zero(Block block) noexcept {
        return _mm512_test_epi8_mask(block.bytes, block.bytes) == 0;
    }

    // Every byte less the given one, but not less than 0.
    [[gnu::always_inline]] static Block minus(Block block, std::uint8_t byte) noexcept {
        return {_mm512_subs_epu8(block.bytes, splat(byte))};
    }

    // The entry of each byte's lower or upper half.
    [[gnu::always_inline]] static Block look_up_low(const NibbleTable& table,
                                                    Block block) noexcept {
        return {_mm512_shuffle_epi8(load_table(table), _mm512_and_si512(block.bytes, splat(0x0F)))};
    }
    [[gnu::always_inline]] static Block look_up_high(const NibbleTable& table,
                                                     Block block) noexcept {
        const __m512i high = _mm512_and_si512(_mm512_srli_epi16(block.bytes, 4), splat(0x0F));
        return {_mm512_shuffle_epi8(load_table(table), high)};
    }

    // The bytes that have any of these bits.
    [[gnu::always_inline]] static Mask any_bit(Block block, std::uint8_t bits) noexcept {
        return _mm512_test_epi8_mask(block.bytes, splat(bits));
    }

    // Of a skeleton's block: not 0 where it breaks the grammar between neighbours, and the digits.
    // See token_classes.hpp.
    struct Grammar {
        Mask misplaced;
        Mask digits;
    };

    [[gnu::always_inline]] static Grammar judge(Block before, Block block) noexcept {
        const __m512i one = shifted<1>(before, block).bytes;
        const __m512i two = shifted<2>(before, block).bytes;
        const __m512i three = shifted<3>(before, block).bytes;

        const __m512i classes = look_up(kClassesOf, block.bytes);
        const __m512i followers = look_up(kFollowersOf, one);
        const __mmask64 strangers = _mm512_testn_epi8_mask(followers, classes);
        const __mmask64 digits = _mm512_test_epi8_mask(classes, splat(kDigit));

        // A zero that starts a number is all of its integer part.
        const __mmask64 behind_zero = _mm512_mask_cmpeq_epi8_mask(digits, one, splat('0'));
        const __mmask64 leading = _mm512_mask_cmpgt_epu8_mask(
            behind_zero, _mm512_sub_epi8(two, splat('.')), splat('9' - '.'));

        // Letters behind letters: as the literal is spelt, and none where it ends. A byte below 'A'
        // says nothing of what stands three places behind it.
        const __m512i spelling = _mm512_or_si512(
            _mm512_or_si512(_mm512_shuffle_epi8(load_table(kSpelling1), one),
                            _mm512_shuffle_epi8(load_table(kSpelling2), two)),
            _mm512_shuffle_epi8(load_table(kSpelling3), _mm512_subs_epu8(three, splat('@'))));
        const __m512i letters =
            _mm512_maskz_mov_epi8(_mm512_test_epi8_mask(classes, splat(kLetter)), block.bytes);
        const __mmask64 misspelt = _mm512_mask_cmpneq_epi8_mask(
            _mm512_test_epi8_mask(followers, splat(kLetter)), letters, spelling);

        const __mmask64 misplaced =
            _kor_mask64(_kor_mask64(strangers, leading),
                        _kor_mask64(misspelt, _mm512_movepi8_mask(block.bytes)));
        return {_cvtmask64_u64(misplaced), digits};
    }

    [[gnu::always_inline]] static Block least(Block a, Block b) noexcept {
        return {_mm512_min_epu8(a.bytes, b.bytes)};
    }

    // `block` with the mark (token_classes.hpp) taken from the bytes in `where` and from the commas
    // in `commas`.
    [[gnu::always_inline]] static Block mark(Block block, Mask where, Mask commas) noexcept {
        const Mask marked = where | equal_in(commas, block, ',');
        return {_mm512_mask_sub_epi8(block.bytes, marked, block.bytes, splat(kMark))};
    }

    // Bytes of `block` in `where` that are a-z and stand behind an underscore lose their bit 0x20.
    // `previous` is the block that starts one byte before.
    [[gnu::always_inline]] static Block upper_behind_underscore(Block previous, Block block,
                                                                Mask where) noexcept {
        const __mmask64 behind = _mm512_cmpeq_epi8_mask(previous.bytes, splat('_'));
        const __mmask64 letters =
            early(_mm512_mask_cmplt_epu8_mask(behind, _mm512_sub_epi8(block.bytes, splat('a')),
                                              splat(26))) &
            where;
        return {_mm512_mask_sub_epi8(block.bytes, letters, block.bytes, splat(0x20))};
    }

    // Not by masked compares: `where` is late and would have to move to a mask register and the
    // result back, while the compare and its way can be done with before `where` is known.
    [[gnu::always_inline]] static Mask equal_in(Mask where, Block block,
                                                std::uint8_t byte) noexcept {
        return early(equal(block, byte)) & where;
    }
    [[gnu::always_inline]] static Mask different_in(Mask where, Block block,
                                                    std::uint8_t byte) noexcept {
        return ~early(equal(block, byte)) & where;
    }

    // Brackets, and some bytes that are not JSON's.
    [[gnu::always_inline]] static Mask brackets_in(Mask where, Block block) noexcept {
        return equal_in(where, either(block, fill(0x26)), 0x7F);
    }

    // Stores the bytes that the mask keeps, one behind the other, and returns their end. Stores a
    // block's length.
    [[gnu::always_inline]] static std::uint8_t* compress(std::uint8_t* out, Block block,
                                                         Mask keep) noexcept {
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, block.bytes));
        return out + count(keep);
    }

    // Appends base + i for each bit i of the mask, of which there are at most 16. Stores 16.
    [[gnu::always_inline]] static std::uint32_t* list_bits(std::uint32_t* out, Mask mask,
                                                           std::uint32_t base) noexcept {
        const __m512i places = _mm512_load_si512(kPlaces.values);
        const __m128i bits = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(mask, places));
        _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(bits),
                                                  _mm512_set1_epi32(static_cast<int>(base))));
        return out + count(mask);
    }

    // The bytes that are not the same in both.
    [[gnu::always_inline]] static Mask unequal(Block a, Block b) noexcept {
        return _mm512_cmpneq_epi8_mask(a.bytes, b.bytes);
    }

    [[gnu::always_inline]] static std::size_t count(Mask mask) noexcept {
        return static_cast<std::size_t>(_mm_popcnt_u64(mask));
    }

    // Bit i of the result is the parity of bits 0..i.
    [[gnu::always_inline]] static Mask prefix_xor(Mask mask) noexcept {
        const __m128i product = _mm_clmulepi64_si128(
            _mm_set_epi64x(0, static_cast<long long>(mask)), _mm_set1_epi8(-1), 0);
        return static_cast<Mask>(_mm_cvtsi128_si64(product));
    }

    [[gnu::always_inline]] static Mask add(Mask a, Mask b, std::uint8_t& carry) noexcept {
        unsigned long long sum = 0;
        carry = _addcarry_u64(carry, a, b, &sum);
        return sum;
    }

  private:
    // Keeps the compiler from putting off how a mask is made until what it is combined with is known.
    [[gnu::always_inline]] static Mask early(Mask mask) noexcept {
        asm("" : "+r"(mask));
        return mask;
    }

    [[gnu::always_inline]] static __m512i splat(std::uint8_t byte) noexcept {
        return _mm512_set1_epi8(static_cast<char>(byte));
    }

    [[gnu::always_inline]] static __m512i load_table(const NibbleTable& table) noexcept {
        return _mm512_broadcast_i32x4(
            _mm_load_si128(reinterpret_cast<const __m128i*>(table.entries)));
    }

    // The entry of each byte; those over 0x7F count as if their top bit were clear.
    [[gnu::always_inline]] static __m512i look_up(const AsciiTable& table, __m512i bytes) noexcept {
        return _mm512_permutex2var_epi8(_mm512_load_si512(table.entries), bytes,
                                        _mm512_load_si512(table.entries + 64));
    }

    struct alignas(64) Places {
        std::uint8_t values[64];
    };
    static constexpr Places kPlaces = [] {
        Places places{};
        for (std::uint8_t i = 0; i != 64; ++i) {
            places.values[i] = i;
        }
        return places;
    }();
};

}  // namespace
}  // namespace rowcast::kernels
