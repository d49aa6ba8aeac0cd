#pragma once

// The hash of key tables. The plan compiler builds with it and every instruction set looks up with
// it, so it is one function, the same everywhere. It only finds the place to look: what is found
// there is compared byte for byte.

#include <cstddef>
#include <cstdint>

#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

inline std::uint64_t load_u64(const std::uint8_t* from) noexcept {
    std::uint64_t word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

inline std::uint64_t load_u32(const std::uint8_t* from) noexcept {
    std::uint32_t word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

// The two halves of a 128-bit product, folded: every bit of the result depends on all of both
// factors (the mixing step of wyhash, public domain, Wang Yi).
inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t kHashFactor1 = 0xA0761D6478BD642F;
inline constexpr std::uint64_t kHashFactor2 = 0xE7037ED1A0B428DB;

// The first and last eight bytes (overlapping in keys below 16) and the length.
inline std::uint64_t hash_ends(const std::uint8_t* key, std::size_t size,
                               std::uint64_t seed) noexcept {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (size >= 8) {
        first = load_u64(key);
        last = load_u64(key + size - 8);
    } else if (size >= 4) {
        first = load_u32(key);
        last = load_u32(key + size - 4);
    } else if (size != 0) {
        first = key[0];
        last = static_cast<std::uint64_t>(key[size / 2]) << 8 | key[size - 1];
    }
    return fold_multiply(first ^ seed ^ kHashFactor1, last ^ (kHashFactor2 + size));
}

inline std::uint64_t hash_whole(const std::uint8_t* key, std::size_t size,
                                std::uint64_t seed) noexcept {
    std::uint64_t hash = seed;
    std::size_t left = size;
    for (; left > 16; left -= 8, key += 8) {
        hash = fold_multiply(load_u64(key) ^ kHashFactor1, hash ^ kHashFactor2);
    }
    return fold_multiply(hash ^ kHashFactor2, hash_ends(key, left, seed) ^ size);
}

// How the bits of a hash are used: the top seven choose a bit of the filter, the low ones a slot.
inline unsigned filter_bit(std::uint64_t hash) noexcept {
    return static_cast<unsigned>(hash >> 57);
}
inline bool filter_admits(const std::uint64_t (&filter)[2], unsigned bit) noexcept {
    return (filter[bit >> 6] >> (bit & 63) & 1) != 0;
}

// Keys in the order of KeyHash::kSorted: by size, then bytes. Negative: a before b.
inline int compare_keys(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                        std::size_t b_size) noexcept {
    if (a_size != b_size) {
        return a_size < b_size ? -1 : 1;
    }
    return a_size == 0 ? 0 : __builtin_memcmp(a, b, a_size);
}

}  // namespace
}  // namespace rowcast::kernels
