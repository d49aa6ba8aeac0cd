#pragma once

// Strings: validated as they are copied or skipped; escapes decoded and written again.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/scalars.hpp"
#include "kernels/algorithm/text.hpp"
#include "kernels/algorithm/utf8.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// The value of a hexadecimal digit, or -1.
inline int hex_value(std::uint8_t byte) noexcept {
    if (is_digit(byte)) {
        return byte - '0';
    }
    const auto letter = static_cast<std::uint8_t>((byte | 0x20) - 'a');
    return letter < 6 ? letter + 10 : -1;
}

struct HexScan {
    const std::uint8_t* at;  // behind the four digits, or at what is not one (or at `end`)
    std::int32_t unit;       // the UTF-16 code unit, or -1
};

inline HexScan scan_hex4(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    std::int32_t unit = 0;
    for (int digit = 0; digit != 4; ++digit, ++in) {
        const int value = in == end ? -1 : hex_value(*in);
        if (value < 0) {
            return {in, -1};
        }
        unit = unit * 16 + value;
    }
    return {in, unit};
}

inline bool is_high_surrogate(std::int32_t unit) noexcept { return (unit & 0xFC00) == 0xD800; }
inline bool is_low_surrogate(std::int32_t unit) noexcept { return (unit & 0xFC00) == 0xDC00; }

// Judges the escape whose backslash is at `in`. A surrogate pair is one escape of twelve bytes; a
// surrogate on its own is an error at its own backslash, whatever follows it.
inline Scan scan_escape(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    const std::uint8_t* const backslash = in++;
    if (in == end) {
        return {in, ErrorCode::kUnterminatedString};
    }
    switch (*in++) {
        case '"':
        case '\\':
        case '/':
        case 'b':
        case 'f':
        case 'n':
        case 'r':
        case 't':
            return {in, ErrorCode::kOk};
        case 'u':
            break;
        default:
            return {in - 1, ErrorCode::kBadEscape};
    }
    const HexScan first = scan_hex4(in, end);
    if (first.unit < 0) {
        return {first.at,
                first.at == end ? ErrorCode::kUnterminatedString : ErrorCode::kBadHexDigit};
    }
    if (is_low_surrogate(first.unit)) {
        return {backslash, ErrorCode::kLoneSurrogate};
    }
    if (!is_high_surrogate(first.unit)) {
        return {first.at, ErrorCode::kOk};
    }
    in = first.at;
    if (end - in >= 2 && in[0] == '\\' && in[1] == 'u') {
        const HexScan second = scan_hex4(in + 2, end);
        if (is_low_surrogate(second.unit) && second.unit >= 0) {
            return {second.at, ErrorCode::kOk};
        }
    }
    return {backslash, ErrorCode::kLoneSurrogate};
}

// What a string's content turned out to be.
struct StringScan {
    const std::uint8_t* at;  // the closing quote or, with an error, the byte at fault
    ErrorCode code;
    bool escaped;  // it holds a backslash
};

// Judges one byte of a string's content that is not plain: an escape, a control, the start of a
// non-ASCII character, or the end of the input. kOk: go on at `at`.
inline Scan scan_special(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    if (in == end) {
        return {in, ErrorCode::kUnterminatedString};
    }
    if (*in == '\\') {
        return scan_escape(in, end);
    }
    if (*in < 0x20) {
        return {in, ErrorCode::kControlInString};
    }
    do {
        const std::size_t length = utf8_sequence(in, end);
        if (length == 0) {
            return {in, ErrorCode::kBadUtf8};
        }
        in += length;
    } while (in != end && *in > 0x7F);
    return {in, ErrorCode::kOk};
}

// The first byte of [in, end) that is not a plain content byte: quote, backslash, control, or over
// 0x7F; or `end`.
template <class Isa>
[[gnu::always_inline]] inline typename Isa::Mask special_bytes(typename Isa::Block block) noexcept {
    return Isa::equal(block, '"') | Isa::equal(block, '\\') | Isa::controls(block) |
           Isa::non_ascii(block);
}

inline bool is_special_byte(std::uint8_t byte) noexcept {
    return byte == '"' || byte == '\\' || byte < 0x20 || byte > 0x7F;
}

// Validates a string's content, from behind its opening quote.
template <class Isa>
inline StringScan scan_string(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    bool escaped = false;
    for (;;) {
        in = find_first<Isa>(in, end, special_bytes<Isa>, is_special_byte);
        if (in != end && *in == '"') {
            return {in, ErrorCode::kOk, escaped};
        }
        escaped |= in != end && *in == '\\';
        const Scan special = scan_special(in, end);
        if (special.code != ErrorCode::kOk) {
            return {special.at, special.code, escaped};
        }
        in = special.at;
    }
}

// Copies [in, end) to `out`, by blocks where `readable` (at least `end`) allows it, and returns the
// end of the copy. Stores up to a block too much.
template <class Isa>
[[gnu::always_inline]] inline std::uint8_t* copy_bytes(const std::uint8_t* in,
                                                       const std::uint8_t* end,
                                                       const std::uint8_t* readable,
                                                       std::uint8_t* out) noexcept {
    while (in < end && static_cast<std::size_t>(readable - in) >= Isa::kBlockBytes) {
        Isa::store(out, Isa::load(in));
        in += Isa::kBlockBytes;
        out += Isa::kBlockBytes;
    }
    if (in >= end) {
        return out - (in - end);
    }
    while (in != end) {
        *out++ = *in++;
    }
    return out;
}

struct StringCopy {
    const std::uint8_t* at;  // as in StringScan
    std::uint8_t* out;
    ErrorCode code;
};

// scan_string() that copies the content to `out` as it goes, without the closing quote. Stores up
// to a block too much.
template <class Isa>
inline StringCopy copy_string(const std::uint8_t* in, const std::uint8_t* end,
                              std::uint8_t* out) noexcept {
    for (;;) {
        while (static_cast<std::size_t>(end - in) >= Isa::kBlockBytes) {
            const auto block = Isa::load(in);
            Isa::store(out, block);
            const auto mask = special_bytes<Isa>(block);
            if (mask != 0) {
                in += Isa::first(mask);
                out += Isa::first(mask);
                goto special;
            }
            in += Isa::kBlockBytes;
            out += Isa::kBlockBytes;
        }
        while (in != end && !is_special_byte(*in)) {
            *out++ = *in++;
        }
    special:
        if (in != end && *in == '"') {
            return {in, out, ErrorCode::kOk};
        }
        const Scan special = scan_special(in, end);
        if (special.code != ErrorCode::kOk) {
            return {special.at, out, special.code};
        }
        out = copy_bytes<Isa>(in, special.at, end, out);
        in = special.at;
    }
}

// Writes a code point as UTF-8.
inline std::uint8_t* write_utf8(std::int32_t point, std::uint8_t* out) noexcept {
    const auto byte = [](std::int32_t value) { return static_cast<std::uint8_t>(value); };
    if (point < 0x80) {
        *out++ = byte(point);
    } else if (point < 0x800) {
        *out++ = byte(0xC0 | point >> 6);
        *out++ = byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        *out++ = byte(0xE0 | point >> 12);
        *out++ = byte(0x80 | (point >> 6 & 0x3F));
        *out++ = byte(0x80 | (point & 0x3F));
    } else {
        *out++ = byte(0xF0 | point >> 18);
        *out++ = byte(0x80 | (point >> 12 & 0x3F));
        *out++ = byte(0x80 | (point >> 6 & 0x3F));
        *out++ = byte(0x80 | (point & 0x3F));
    }
    return out;
}

// Decodes a validated string's content and returns the end of what it wrote, never more bytes than
// it read.
inline std::uint8_t* decode_string(const std::uint8_t* in, const std::uint8_t* end,
                                   std::uint8_t* out) noexcept {
    while (in != end) {
        if (*in != '\\') {
            *out++ = *in++;
            continue;
        }
        const std::uint8_t letter = in[1];
        in += 2;
        switch (letter) {
            case 'b':
                *out++ = '\b';
                break;
            case 'f':
                *out++ = '\f';
                break;
            case 'n':
                *out++ = '\n';
                break;
            case 'r':
                *out++ = '\r';
                break;
            case 't':
                *out++ = '\t';
                break;
            case 'u': {
                std::int32_t point = scan_hex4(in, end).unit;
                in += 4;
                if (is_high_surrogate(point)) {
                    const std::int32_t low = scan_hex4(in + 2, end).unit;
                    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
                    in += 6;
                }
                out = write_utf8(point, out);
                break;
            }
            default:  // quote, backslash, slash
                *out++ = letter;
        }
    }
    return out;
}

// Writes a string's content with the least escaping (semantics rule 3), at most six bytes for one.
inline std::uint8_t* write_escaped(const std::uint8_t* in, const std::uint8_t* end,
                                   std::uint8_t* out) noexcept {
    for (; in != end; ++in) {
        if (*in >= 0x20 && *in != '"' && *in != '\\') {
            *out++ = *in;
            continue;
        }
        *out++ = '\\';
        switch (*in) {
            case '\b':
                *out++ = 'b';
                break;
            case '\f':
                *out++ = 'f';
                break;
            case '\n':
                *out++ = 'n';
                break;
            case '\r':
                *out++ = 'r';
                break;
            case '\t':
                *out++ = 't';
                break;
            case '"':
            case '\\':
                *out++ = *in;
                break;
            default:
                *out++ = 'u';
                *out++ = '0';
                *out++ = '0';
                *out++ = static_cast<std::uint8_t>('0' + (*in >> 4));
                *out++ = static_cast<std::uint8_t>("0123456789abcdef"[*in & 0xF]);
        }
    }
    return out;
}

}  // namespace
}  // namespace rowcast::kernels
