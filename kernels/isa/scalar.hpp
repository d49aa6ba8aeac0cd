#pragma once

// The vocabulary of plain C++: a block is one 64-bit word, and a set of its bytes is a mask with
// bit 7 of each member's byte set (SWAR: Lamport, "Multiple byte processing with full-word
// instructions", 1975). First members are exact; bits above the first may be false, because a
// borrow runs upwards, so only `first` and `any` look at a mask.

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {
namespace {

struct Scalar {
    using Mask = std::uint64_t;
    static constexpr std::size_t kBlockBytes = 8;
    static constexpr bool kLoadsByMask = false;  // there is no load_some()

    struct Block {
        std::uint64_t word;
    };

    static Block load(const std::uint8_t* from) noexcept {
        Block block;
        __builtin_memcpy(&block.word, from, kBlockBytes);
        if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
            block.word = __builtin_bswap64(block.word);
        }
        return block;
    }

    static void store(std::uint8_t* to, Block block) noexcept {
        if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
            block.word = __builtin_bswap64(block.word);
        }
        __builtin_memcpy(to, &block.word, kBlockBytes);
    }

    // The bytes that equal `byte`.
    static Mask equal(Block block, std::uint8_t byte) noexcept {
        const std::uint64_t difference = block.word ^ (kOnes * byte);
        return (difference - kOnes) & ~difference & kHighBits;
    }

    // The bytes below 0x20.
    static Mask controls(Block block) noexcept {
        return (block.word - kOnes * 0x20) & ~block.word & kHighBits;
    }

    // The bytes over 0x7F.
    static Mask non_ascii(Block block) noexcept { return block.word & kHighBits; }

    // The index of a mask's first byte; the mask is not empty.
    static std::size_t first(Mask mask) noexcept {
        return static_cast<std::size_t>(__builtin_ctzll(mask)) / 8;
    }

  private:
    static constexpr std::uint64_t kOnes = 0x0101010101010101;
    static constexpr std::uint64_t kHighBits = 0x8080808080808080;
};

}  // namespace
}  // namespace rowcast::kernels
