#pragma once

// camelCase (semantics rule 3).
//
//     _user__name_1_   leading underscores stay; every other run of them goes, and the byte behind
//     _userName1       it is upper-cased if it is a-z; a key of underscores alone stays
//
// Keys are short and have an underscore every six bytes or so. A block is copied whole, with its
// underscores, and what stands behind the first of them is then written over it:
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

inline std::uint8_t to_upper(std::uint8_t byte) noexcept {
    return static_cast<std::uint8_t>(byte - 'a') < 26 ? static_cast<std::uint8_t>(byte ^ 0x20)
                                                      : byte;
}

// Writes the camelCase form of the decoded key [in, end) to `out` and returns its end. Never longer
// than the key. May read up to `readable` (at least `end`) and stores up to a block too much.
template <class Isa>
inline std::uint8_t* camel_key(const std::uint8_t* in, const std::uint8_t* end,
                               const std::uint8_t* readable, std::uint8_t* out) noexcept {
    while (in != end && *in == '_') {
        *out++ = *in++;
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
