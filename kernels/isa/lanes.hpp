#pragma once

// A block of 64 bytes in several registers: the vocabulary of instruction sets whose registers are
// shorter and that have no mask registers. A set of bytes is a 64-bit mask all the same.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/token_classes.hpp"
#include "kernels/isa/masks.hpp"

namespace rowcast::kernels {
namespace {

// `Register` is a plain struct of one vector of kBytes bytes, with operations of its own. Bytes are
// unsigned unless it says otherwise.
//     load(p), store(p), splat(byte), table(NibbleTable)
//     operator& | ^, equal, min, minus (saturating), plus, subtract, greater (signed)
//     shuffle(table, places): 0 where a place's top bit is set
//     high_halves(): upper halves of bytes
//     signs(): a mask of the bytes' top bits
//     words(mask): it in each 64 bits; expand(words, n): all ones in the bytes of the mask's n-th part
//     shifted<n>(before, block): the register that starts n bytes before `block`
//     static compress(out, block, mask)
template <class Register>
struct Lanes : Masks {
    static constexpr std::size_t kBlockBytes = 64;
    using Words = typename Register::Words;
    static constexpr bool kLoadsByMask = false;  // load_some() goes through a copy
    static constexpr std::size_t kLanes = kBlockBytes / Register::kBytes;

    struct Block {
        Register lanes[kLanes];
    };

    [[gnu::always_inline]] static Block load(const std::uint8_t* from) noexcept {
        Block block;
        for (std::size_t i = 0; i != kLanes; ++i) {
            block.lanes[i] = Register::load(from + i * Register::kBytes);
        }
        return block;
    }

    [[gnu::always_inline]] static void store(std::uint8_t* to, Block block) noexcept {
        for (std::size_t i = 0; i != kLanes; ++i) {
            block.lanes[i].store(to + i * Register::kBytes);
        }
    }

    // The first `size` bytes of a block, 1 to 64; the others are spaces and are not read.
    [[gnu::always_inline]] static Block load_some(const std::uint8_t* from,
                                                  std::size_t size) noexcept {
        alignas(64) std::uint8_t copy[kBlockBytes];
        store(copy, fill(' '));
        if (size >= 32) {
            copy_ends<32>(copy, from, size);
        } else if (size >= 16) {
            copy_ends<16>(copy, from, size);
        } else if (size >= 8) {
            copy_ends<8>(copy, from, size);
        } else if (size >= 4) {
            copy_ends<4>(copy, from, size);
        } else {
            copy[0] = from[0];
            copy[size / 2] = from[size / 2];
            copy[size - 1] = from[size - 1];
        }
        return load(copy);
    }

    // The block that starts one byte before such a one, whose bytes are `block`.
    [[gnu::always_inline]] static Block load_some_before(const std::uint8_t* from, Block block,
                                                         std::size_t /*size*/) noexcept {
        return shifted<1>(fill(from[-1]), block);
    }

    [[gnu::always_inline]] static Block fill(std::uint8_t byte) noexcept {
        Block block;
        for (Register& lane : block.lanes) {
            lane = Register::splat(byte);
        }
        return block;
    }

    [[gnu::always_inline]] static Mask equal(Block block, std::uint8_t byte) noexcept {
        const Register wanted = Register::splat(byte);
        return signs(map([wanted](Register lane) { return equal_bytes(lane, wanted); }, block));
    }
    [[gnu::always_inline]] static Mask equal_in(Mask where, Block block,
                                                std::uint8_t byte) noexcept {
        return equal(block, byte) & where;
    }
    [[gnu::always_inline]] static Mask different_in(Mask where, Block block,
                                                    std::uint8_t byte) noexcept {
        return ~equal(block, byte) & where;
    }

    // The bytes below 0x20.
    [[gnu::always_inline]] static Mask controls(Block block) noexcept {
        const Register limit = Register::splat(0x1F);
        return signs(
            map([limit](Register lane) { return equal_bytes(min(lane, limit), lane); }, block));
    }

    [[gnu::always_inline]] static Mask non_ascii(Block block) noexcept { return signs(block); }

    // Not 0 if there is a byte over 0x7F.
    [[gnu::always_inline]] static Mask any_non_ascii(Block block) noexcept {
        return any(block).signs();
    }

    // Not 0 if there is such a byte.
    [[gnu::always_inline]] static Mask any_equal(Block block, std::uint8_t byte) noexcept {
        const Register wanted = Register::splat(byte);
        return any(map([wanted](Register lane) { return equal_bytes(lane, wanted); }, block))
            .signs();
    }

    // The bytes that have any of these bits.
    [[gnu::always_inline]] static Mask any_bit(Block block, std::uint8_t bits) noexcept {
        const Register wanted = Register::splat(bits);
        return ~signs(
            map([wanted](Register lane) { return equal_bytes(lane & wanted, Register::splat(0)); },
                block));
    }

    // Brackets, and some bytes that are not JSON's.
    [[gnu::always_inline]] static Mask brackets_in(Mask where, Block block) noexcept {
        const Register bits = Register::splat(0x26);
        const Register all = Register::splat(0x7F);
        return where &
               signs(map([=](Register lane) { return equal_bytes(lane | bits, all); }, block));
    }

    [[gnu::always_inline]] static Block either(Block a, Block b) noexcept {
        return map([](Register x, Register y) { return x | y; }, a, b);
    }
    [[gnu::always_inline]] static Block both(Block a, Block b) noexcept {
        return map([](Register x, Register y) { return x & y; }, a, b);
    }
    [[gnu::always_inline]] static Block differing(Block a, Block b) noexcept {
        return map([](Register x, Register y) { return x ^ y; }, a, b);
    }
    [[gnu::always_inline]] static Block least(Block a, Block b) noexcept {
        return map([](Register x, Register y) { return min(x, y); }, a, b);
    }
    [[gnu::always_inline]] static bool is_zero(Block block) noexcept {
        return equal(block, 0) == ~Mask{0};
    }

    // Every byte less the given one, but not less than 0.
    [[gnu::always_inline]] static Block minus(Block block, std::uint8_t byte) noexcept {
        const Register less = Register::splat(byte);
        return map([less](Register lane) { return lane.minus(less); }, block);
    }

    // The entry of each byte's lower or upper half.
    [[gnu::always_inline]] static Block look_up_low(const NibbleTable& table,
                                                    Block block) noexcept {
        const Register entries = Register::table(table);
        return map([entries](Register lane) { return shuffle(entries, lane.low_halves()); }, block);
    }
    [[gnu::always_inline]] static Block look_up_high(const NibbleTable& table,
                                                     Block block) noexcept {
        const Register entries = Register::table(table);
        return map([entries](Register lane) { return shuffle(entries, lane.high_halves()); },
                   block);
    }

    // The block that starts n bytes before `block`, `before` being the one before it.
    template <int n>
    [[gnu::always_inline]] static Block shifted(Block before, Block block) noexcept {
        Block result;
        result.lanes[0] = Register::template shifted<n>(before.lanes[kLanes - 1], block.lanes[0]);
        for (std::size_t i = 1; i != kLanes; ++i) {
            result.lanes[i] = Register::template shifted<n>(block.lanes[i - 1], block.lanes[i]);
        }
        return result;
    }

    // Of a skeleton's block: not 0 where it breaks the grammar between neighbours, and the digits.
    // See token_classes.hpp.
    struct Grammar {
        Mask misplaced;
        Mask digits;
    };

    [[gnu::always_inline]] static Grammar judge(Block before, Block block) noexcept {
        Block bad;
        Block digits;
        Register last = before.lanes[kLanes - 1];
        for (std::size_t i = 0; i != kLanes; ++i) {
            const Register lane = block.lanes[i];
            judge_lane(last, lane, bad.lanes[i], digits.lanes[i]);
            last = lane;
        }
        return {signs(bad), signs(digits)};
    }

    // `block` with what judge() must be told of: commas of arrays.
    [[gnu::always_inline]] static Block mark(Block block, Mask /*keys*/, Mask objects) noexcept {
        if (objects != ~Mask{0}) [[unlikely]] {
            const Mask commas = equal_in(~objects, block, ',');
            const Register bits = Register::splat(',' - kElementComma);
            block = map(
                [bits](Register lane, Register is_comma) { return lane.subtract(is_comma & bits); },
                block, expand(commas));
        }
        return block;
    }

    // Bytes of `block` in `where` that are a-z and stand behind an underscore lose their bit 0x20.
    // `previous` is the block that starts one byte before.
    [[gnu::always_inline]] static Block upper_behind_underscore(Block previous, Block block,
                                                                Mask where) noexcept {
        const Register underscore = Register::splat('_');
        const Register to_top = Register::splat(0x7F - 'z');
        const Register below = Register::splat(0x7F - 26);
        const Register bit = Register::splat(0x20);
        const auto upper = [=](Register before, Register lane, Register is_there) {
            const Register letters = greater(lane.plus(to_top), below);
            const Register behind = equal_bytes(before, underscore);
            return lane.subtract(letters & behind & is_there & bit);
        };
        return map(upper, previous, block, expand(where));
    }

    // Stores the bytes that the mask keeps, one behind the other, and returns their end. Stores a
    // block's length at most.
    [[gnu::always_inline]] static std::uint8_t* compress(std::uint8_t* out, Block block,
                                                         Mask keep) noexcept {
        for (std::size_t i = 0; i != kLanes; ++i) {
            out = Register::compress(out, block.lanes[i], keep >> i * Register::kBytes);
        }
        return out;
    }

    // Appends base + i for each bit i of the mask, of which there are at most 16. Stores 16.
    [[gnu::always_inline]] static std::uint32_t* list_bits(std::uint32_t* out, Mask mask,
                                                           std::uint32_t base) noexcept {
        std::uint32_t* const end = out + count(mask);
        while (mask != 0) {
            // Four at a time, as most blocks have no more; those of an empty mask mean nothing.
            for (int i = 0; i != 4; ++i) {
                *out++ = base + static_cast<std::uint32_t>(first(mask | Mask{1} << 63));
                mask &= mask - 1;
            }
        }
        return end;
    }

    // The bytes that are not the same in both.
    [[gnu::always_inline]] static Mask unequal(Block a, Block b) noexcept {
        return ~signs(map([](Register x, Register y) { return equal_bytes(x, y); }, a, b));
    }

    // Likewise of the first register's bytes alone, by less than half of the instructions; bits behind
    // them mean nothing.
    static constexpr std::size_t kFewBytes = Register::kBytes;
    [[gnu::always_inline]] static Mask unequal_few(const std::uint8_t* a,
                                                   const std::uint8_t* b) noexcept {
        return ~Mask{equal_bytes(Register::load(a), Register::load(b)).signs()};
    }

    [[gnu::always_inline]] static std::size_t count(Mask mask) noexcept {
        return static_cast<std::size_t>(__builtin_popcountll(mask));
    }

    [[gnu::always_inline]] static std::size_t first(Mask mask) noexcept {
        return static_cast<std::size_t>(__builtin_ctzll(mask));
    }

    [[gnu::always_inline]] static std::size_t last(Mask mask) noexcept {
        return static_cast<std::size_t>(63 - __builtin_clzll(mask));
    }

    [[gnu::always_inline]] static Mask add(Mask a, Mask b, std::uint8_t& carry) noexcept {
        Mask sum = 0;
        const bool first = __builtin_add_overflow(a, b, &sum);
        const bool second = __builtin_add_overflow(sum, Mask{carry}, &sum);
        carry = first || second ? 1 : 0;
        return sum;
    }

  private:
    // Copies kBytes to 2 * kBytes bytes.
    template <std::size_t kBytes>
    [[gnu::always_inline]] static void copy_ends(std::uint8_t* to, const std::uint8_t* from,
                                                 std::size_t size) noexcept {
        __builtin_memcpy(to, from, kBytes);
        __builtin_memcpy(to + size - kBytes, from + size - kBytes, kBytes);
    }

    template <class Function, class... Blocks>
    [[gnu::always_inline]] static Block map(Function function, Blocks... blocks) noexcept {
        Block result;
        for (std::size_t i = 0; i != kLanes; ++i) {
            result.lanes[i] = function(blocks.lanes[i]...);
        }
        return result;
    }

    // The bits that a byte of any register has.
    [[gnu::always_inline]] static Register any(Block block) noexcept {
        Register result = block.lanes[0];
        for (std::size_t i = 1; i != kLanes; ++i) {
            result = result | block.lanes[i];
        }
        return result;
    }

    [[gnu::always_inline]] static Mask signs(Block block) noexcept {
        Mask mask = 0;
        for (std::size_t i = 0; i != kLanes; ++i) {
            mask |= static_cast<Mask>(block.lanes[i].signs()) << i * Register::kBytes;
        }
        return mask;
    }

    // All ones in the bytes of a mask, zeros in the others.
    [[gnu::always_inline]] static Block expand(Mask mask) noexcept {
        const Register all = Register::words(mask);
        Block result;
        for (std::size_t i = 0; i != kLanes; ++i) {
            result.lanes[i] = Register::expand(all, i);
        }
        return result;
    }

    [[gnu::always_inline]] static void judge_lane(Register before, Register lane, Register& bad,
                                                  Register& digits) noexcept {
        const Register one = Register::template shifted<1>(before, lane);
        const Register two = Register::template shifted<2>(before, lane);
        const Register three = Register::template shifted<3>(before, lane);
        const Register zero = Register::splat(0);

        const Register low = lane.low_halves();
        const Register high = lane.high_halves();
        const Register low_before = one.low_halves();
        const Register high_before = one.high_halves();
        const auto rules = [&](auto tables) {
            using Tables = decltype(tables);
            return shuffle(Register::table(Tables::kRows), high) &
                   shuffle(Register::table(Tables::kColumns), low);
        };
        const auto rules_before = [&](auto tables) {
            using Tables = decltype(tables);
            return shuffle(Register::table(Tables::kRowsBefore), high_before) &
                   shuffle(Register::table(Tables::kColumnsBefore), low_before);
        };
        const Register classes = rules(Halves<0>{});
        const Register followers = rules_before(Halves<0>{});
        const Register allowed =
            (classes & followers) | (rules(Halves<8>{}) & rules_before(Halves<8>{}));
        const Register roots =
            equal_bytes(lane & Register::splat(0xEF), Register::splat(kRootArray));
        const Register strangers = equal_bytes(allowed | roots, zero);

        // A zero that starts a number is all of its integer part.
        digits = in_range(lane, '0', '9');
        const Register goes_on = equal_bytes(two, Register::splat('.')) | in_range(two, '0', '9');
        const Register leading = and_not(digits & equal_bytes(one, Register::splat('0')), goes_on);

        // Letters behind letters: as the literal is spelt, and none where it ends. A byte below 'A'
        // says nothing of what stands three places behind it.
        const Register spelling =
            shuffle(Register::table(kSpelling1), one) | shuffle(Register::table(kSpelling2), two) |
            shuffle(Register::table(kSpelling3), three.minus(Register::splat('@')));
        // Bit 7 of the first eight rules: letters.
        const Register letters = greater(zero, classes) & lane;
        const Register behind_letter = greater(zero, followers);
        const Register misspelt = and_not(behind_letter, equal_bytes(letters, spelling));

        // A colon stands behind a key's quote and nowhere else: the first byte behind '{', an object's
        // comma or a root object.
        const Register behind_key = shuffle(Register::table(kBeforeKeys), two.high_halves()) &
                                    equal_bytes(one, Register::splat('"'));
        const Register astray = equal_bytes(lane, Register::splat(':')) ^ behind_key;

        bad = strangers | leading | misspelt | astray | lane;  // over 0x7F nothing is JSON's
    }

    [[gnu::always_inline]] static Register in_range(Register bytes, char first,
                                                    char last) noexcept {
        return greater(bytes, Register::splat(static_cast<std::uint8_t>(first - 1))) &
               greater(Register::splat(static_cast<std::uint8_t>(last + 1)), bytes);
    }
};

}  // namespace
}  // namespace rowcast::kernels
