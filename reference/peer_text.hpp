#pragma once

// Keys and strings as the peers look them up and write them, with nothing but pointers. What is read
// has at least sixteen readable bytes behind it, and so has the output.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/plan_view.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rowcast::reference {
namespace {

struct Text {
    const std::uint8_t* data;
    std::size_t size;
};

inline bool equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) noexcept {
    return std::memcmp(a, b, size) == 0;
}

inline constexpr std::size_t kBlock = 16;

// Where among the next sixteen bytes one occurs, as a mask; and where one occurs that a JSON string
// must escape.
#if defined(__SSE2__)
inline unsigned positions(const std::uint8_t* at, char byte) noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(byte))));
}
inline unsigned escaped_positions(const std::uint8_t* at) noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash))));
}
#else
inline unsigned positions(const std::uint8_t* at, char byte) noexcept {
    unsigned mask = 0;
    for (unsigned i = 0; i != kBlock; ++i) {
        mask |= (at[i] == static_cast<std::uint8_t>(byte) ? 1U : 0U) << i;
    }
    return mask;
}
inline unsigned escaped_positions(const std::uint8_t* at) noexcept {
    unsigned mask = 0;
    for (unsigned i = 0; i != kBlock; ++i) {
        mask |= (at[i] < 0x20 || at[i] == '"' || at[i] == '\\' ? 1U : 0U) << i;
    }
    return mask;
}
#endif

inline std::size_t first(unsigned mask) noexcept {
    return mask == 0 ? kBlock : static_cast<std::size_t>(__builtin_ctz(mask));
}

inline bool has_backslash(Text key) noexcept {
    if (key.size <= kBlock) {
        return first(positions(key.data, '\\')) < key.size;
    }
    return std::memchr(key.data, '\\', key.size) != nullptr;
}

// Writes the camelCase form (semantics rule 3) and returns its end. Sixteen bytes are copied at a
// time, and what follows an underscore is written over it.
inline std::uint8_t* write_camel(Text key, std::uint8_t* out) noexcept {
    const std::uint8_t* in = key.data;
    const std::uint8_t* const end = in + key.size;
    while (in != end && *in == '_') {
        *out++ = *in++;
    }
    while (in != end) {
        std::memcpy(out, in, kBlock);
        const std::size_t plain = first(positions(in, '_'));
        const auto left = static_cast<std::size_t>(end - in);
        if (plain >= left) {
            return out + left;
        }
        in += plain;
        out += plain;
        if (plain == kBlock) {
            continue;
        }
        while (in != end && *in == '_') {
            ++in;
        }
        if (in != end) {
            const std::uint8_t byte = *in++;
            *out++ = byte >= 'a' && byte <= 'z' ? static_cast<std::uint8_t>(byte - 0x20) : byte;
        }
    }
    return out;
}

inline std::uint8_t* write_escape(std::uint8_t byte, std::uint8_t* out) noexcept {
    constexpr char kHex[] = "0123456789abcdef";
    constexpr char kShort[] = "btn\0fr";  // from \b on
    *out++ = '\\';
    if (byte >= 0x20) {
        *out++ = byte;
    } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
        *out++ = static_cast<std::uint8_t>(kShort[byte - '\b']);
    } else {
        std::memcpy(out, "u00", 3);
        out[3] = static_cast<std::uint8_t>(kHex[byte >> 4]);
        out[4] = static_cast<std::uint8_t>(kHex[byte & 15]);
        out += 5;
    }
    return out;
}

inline bool has_escapes(Text text) noexcept {
    for (std::size_t at = 0; at < text.size; at += kBlock) {
        if (first(escaped_positions(text.data + at)) < std::min(kBlock, text.size - at)) {
            return true;
        }
    }
    return false;
}

// A decoded text with the least escaping.
inline std::uint8_t* write_escaped(Text text, std::uint8_t* out) noexcept {
    const std::uint8_t* in = text.data;
    const std::uint8_t* const end = in + text.size;
    while (in != end) {
        std::memcpy(out, in, kBlock);
        const std::size_t plain = first(escaped_positions(in));
        const auto left = static_cast<std::size_t>(end - in);
        if (plain >= left) {
            return out + left;
        }
        in += plain;
        out += plain;
        if (plain != kBlock) {
            out = write_escape(*in++, out);
        }
    }
    return out;
}

// Whether the camelCase form of a decoded key is `__typename`.
inline bool is_typename_key(Text key) noexcept {
    constexpr std::size_t kWord = 10;
    if (key.size < kWord || key.data[0] != '_' ||
        !equal(key.data, reinterpret_cast<const std::uint8_t*>("__typename"), kWord)) {
        return false;
    }
    while (key.size > kWord && key.data[key.size - 1] == '_') {
        --key.size;
    }
    return key.size == kWord;
}

// What the table says of a key, or kNotFound. The plan's hash is the kernels' own affair; keys are
// few, their lengths differ, and callers remember what they found.
inline std::int32_t find_key(const kernels::KeyTableView& table, Text key) noexcept {
    for (std::uint32_t i = 0; i != table.count; ++i) {
        const kernels::KeyRange& range = table.keys[i];
        if (range.size == key.size && equal(table.bytes + range.offset, key.data, key.size)) {
            return static_cast<std::int32_t>(range.value);
        }
    }
    return kernels::kNotFound;
}

}  // namespace
}  // namespace rowcast::reference
