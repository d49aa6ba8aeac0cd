#pragma once

// Finding bytes: whitespace, quotes, bytes that a string must escape.

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {
namespace {

inline bool is_whitespace(std::uint8_t byte) noexcept {
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

inline bool is_digit(std::uint8_t byte) noexcept {
    return static_cast<std::uint8_t>(byte - '0') < 10;
}

// The first byte of [in, end) that `matches` says yes to, or `end`; never to a space. `find` gives a
// block's mask of such bytes.
template <class Isa, class BlockTest, class ByteTest>
[[gnu::always_inline]] inline const std::uint8_t* find_first(const std::uint8_t* in,
                                                             const std::uint8_t* end,
                                                             BlockTest find,
                                                             ByteTest matches) noexcept {
    while (static_cast<std::size_t>(end - in) >= Isa::kBlockBytes) {
        const auto mask = find(Isa::load(in));
        if (mask != 0) {
            return in + Isa::first(mask);
        }
        in += Isa::kBlockBytes;
    }
    if constexpr (Isa::kLoadsByMask) {
        if (in != end) {
            const auto mask = find(Isa::load_some(in, static_cast<std::size_t>(end - in)));
            return mask != 0 ? in + Isa::first(mask) : end;
        }
        return end;
    } else {
        while (in != end && !matches(*in)) {
            ++in;
        }
        return in;
    }
}

template <class Isa>
[[gnu::noinline]] const std::uint8_t* skip_whitespace_run(const std::uint8_t* in,
                                                          const std::uint8_t* end) noexcept {
    if constexpr (Isa::kBlockBytes == 64) {
        while (in != end) {
            const auto left = static_cast<std::size_t>(end - in);
            const auto block = left < 64 ? Isa::load_some(in, left) : Isa::load(in);
            const std::uint64_t others = ~(Isa::equal(block, ' ') | Isa::equal(block, '\n') |
                                           Isa::equal(block, '\t') | Isa::equal(block, '\r'));
            if (others != 0) {
                return in + Isa::first(others);
            }
            in += left < 64 ? left : 64;
        }
    } else {
        while (in != end && is_whitespace(*in)) {
            ++in;
        }
    }
    return in;
}

// The first byte of [in, end) that is not whitespace, or `end`. Most tokens are followed by none or by
// one byte of it, so two are judged alone.
template <class Isa>
inline const std::uint8_t* skip_whitespace(const std::uint8_t* in,
                                           const std::uint8_t* end) noexcept {
    for (int alone = 0; alone != 2; ++alone) {
        if (in == end || *in > ' ' || !is_whitespace(*in)) [[likely]] {
            return in;
        }
        ++in;
    }
    return skip_whitespace_run<Isa>(in, end);
}

template <class Isa>
inline const std::uint8_t* find_quote_or_backslash(const std::uint8_t* in,
                                                   const std::uint8_t* end) noexcept {
    return find_first<Isa>(
        in, end,
        [](typename Isa::Block block) { return Isa::equal(block, '"') | Isa::equal(block, '\\'); },
        [](std::uint8_t byte) { return byte == '"' || byte == '\\'; });
}

// The closing quote of a string whose content starts at `in`, or `end`.
template <class Isa>
inline const std::uint8_t* find_string_end(const std::uint8_t* in,
                                           const std::uint8_t* end) noexcept {
    for (;;) {
        in = find_quote_or_backslash<Isa>(in, end);
        if (in == end || *in == '"') {
            return in;
        }
        if (end - in < 2) {
            return end;
        }
        in += 2;
    }
}

template <class Isa>
inline const std::uint8_t* find_escape(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    return find_first<Isa>(
        in, end,
        [](typename Isa::Block block) {
            return Isa::equal(block, '"') | Isa::equal(block, '\\') | Isa::controls(block);
        },
        [](std::uint8_t byte) { return byte == '"' || byte == '\\' || byte < 0x20; });
}

inline bool bytes_equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) noexcept {
    return __builtin_memcmp(a, b, size) == 0;
}

}  // namespace
}  // namespace rowcast::kernels
