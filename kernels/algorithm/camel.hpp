#pragma once

// camelCase (semantics rule 3).
//
//     _user__name_1_   leading underscores stay; every other run of them goes, and the byte behind
//     _userName1       it is upper-cased if it is a-z; a key of underscores alone stays
//
// By blocks, letters behind underscores are upper-cased by a mask, and the underscores are compressed
// away: every key where a part of a block can be loaded by mask, else long ones. Other keys are copied
// block by block with their underscores, and what stands behind the first of them is then written over
// it:
//
//     source       u s e r _ n a m e
//     block        u s e r _ n a m
//     kept         ^ ^ ^ ^
//     next store           N a m e

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/strings.hpp"

namespace rowcast::kernels {
namespace {

inline constexpr std::ptrdiff_t kLongKey = 32;  // bytes

inline std::uint8_t to_upper(std::uint8_t byte) noexcept {
    return static_cast<std::uint8_t>(byte - 'a') < 26 ? static_cast<std::uint8_t>(byte ^ 0x20)
                                                      : byte;
}

// The rest of a key, as camel_key() leaves it: no underscore is before `in` that counts.
template <class Isa>
[[gnu::noinline]] std::uint8_t* camel_by_blocks(const std::uint8_t* in, const std::uint8_t* end,
                                                const std::uint8_t* readable,
                                                std::uint8_t* out) noexcept {
    auto before = Isa::fill(0);
    do {
        const auto left = static_cast<std::size_t>(end - in);
        const std::size_t size = left < 64 ? left : 64;
        const auto block = readable - in >= 64 ? Isa::load(in) : Isa::load_some(in, size);
        const std::uint64_t valid = ~std::uint64_t{0} >> (64 - size);
        const auto written =
            Isa::upper_behind_underscore(Isa::template shifted<1>(before, block), block, valid);
        out = Isa::compress(out, written, valid & ~Isa::equal(block, '_'));
        before = block;
        in += size;
    } while (in != end);
    return out;
}

// Writes the camelCase form of the decoded key [in, end) to `out` and returns its end. Never longer
// than the key. May read up to `readable` (at least `end`) and stores up to a block too much.
template <class Isa>
inline std::uint8_t* camel_key(const std::uint8_t* in, const std::uint8_t* end,
                               const std::uint8_t* readable, std::uint8_t* out) noexcept {
    while (in != end && *in == '_') {
        *out++ = *in++;
    }
    if constexpr (Isa::kLoadsByMask) {
        return in != end ? camel_by_blocks<Isa>(in, end, readable, out) : out;
    } else if constexpr (Isa::kBlockBytes == 64) {
        if (end - in >= kLongKey) {
            return camel_by_blocks<Isa>(in, end, readable, out);
        }
    }
    while (in != end) {
        // The bytes up to the next underscore.
        while (static_cast<std::size_t>(readable - in) >= Isa::kBlockBytes) {
            const auto block = Isa::load(in);
            Isa::store(out, block);
            const auto underscores = Isa::equal(block, '_');
            const auto left = static_cast<std::size_t>(end - in);
            std::size_t kept = underscores != 0 ? Isa::first(underscores) : Isa::kBlockBytes;
            if (kept >= left) {
                return out + left;
            }
            in += kept;
            out += kept;
            if (kept != Isa::kBlockBytes) {
                break;
            }
        }
        while (in != end && *in != '_') {
            *out++ = *in++;
        }
        while (in != end && *in == '_') {
            ++in;
        }
        if (in != end) {
            *out++ = to_upper(*in++);
        }
    }
    return out;
}

// Whether the camelCase form of a decoded key is `__typename`: only underscores may follow the word,
// since any inside it would leave a capital behind.
inline bool is_typename_key(const std::uint8_t* key, std::size_t size) noexcept {
    constexpr std::size_t kWord = 10;
    if (size < kWord || key[0] != '_' || key[1] != '_' || key[2] != 't' ||
        !bytes_equal(key, reinterpret_cast<const std::uint8_t*>("__typename"), kWord)) {
        return false;
    }
    for (std::size_t i = kWord; i != size; ++i) {
        if (key[i] != '_') {
            return false;
        }
    }
    return true;
}

}  // namespace
}  // namespace rowcast::kernels
