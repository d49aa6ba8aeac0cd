#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/equivalence/generate.hpp"

namespace rowcast::equivalence {

namespace {

// Lengths around the widths of words and vectors, where loops have their seams.
std::size_t seam_length(Random& random) {
    constexpr std::array<std::size_t, 8> kWidths = {4, 8, 16, 32, 64, 128, 256, 512};
    if (random.chance(50)) {
        return random.below(6);
    }
    const std::size_t widths = random.chance(90) ? 5 : kWidths.size();
    return kWidths[random.below(widths)] - 3 + random.below(6);
}

std::string digits(Random& random, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i != count; ++i) {
        text += static_cast<char>('0' + random.below(10));
    }
    return text;
}

void append_utf8(std::string& text, std::uint32_t point) {
    const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0 | point >> 6U);
        byte(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        byte(0xE0 | point >> 12U);
        byte(0x80 | (point >> 6U & 0x3F));
        byte(0x80 | (point & 0x3F));
    } else {
        byte(0xF0 | point >> 18U);
        byte(0x80 | (point >> 12U & 0x3F));
        byte(0x80 | (point >> 6U & 0x3F));
        byte(0x80 | (point & 0x3F));
    }
}

// First and last code points of each UTF-8 length and beside the surrogates, and any other.
std::uint32_t code_point(Random& random) {
    constexpr std::array<std::uint32_t, 12> kEdges = {
        0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF, 0xE9, 0x20AC, 0x1F600, 0x5F};
    if (random.chance(60)) {
        return kEdges[random.below(kEdges.size())];
    }
    const auto point = static_cast<std::uint32_t>(0x20 + random.below(0x10FFFF - 0x20));
    return (point >= 0xD800 && point < 0xE000) || point == '"' || point == '\\' ? 0x2028 : point;
}

void append_unicode_escape(Random& random, std::string& text, std::uint32_t unit) {
    const std::string_view hex = random.chance(50) ? "0123456789abcdef" : "0123456789ABCDEF";
    text += "\\u";
    for (unsigned shift = 16; shift != 0;) {
        shift -= 4;
        text += hex[unit >> shift & 15U];
    }
}

// An escape of the character, in UTF-16 where it needs two.
void append_escaped_point(Random& random, std::string& text, std::uint32_t point) {
    if (point < 0x10000) {
        append_unicode_escape(random, text, point);
        return;
    }
    append_unicode_escape(random, text, 0xD800 + ((point - 0x10000) >> 10U));
    append_unicode_escape(random, text, 0xDC00 + ((point - 0x10000) & 0x3FFU));
}

void append_valid_piece(Random& random, std::string& text) {
    constexpr std::string_view kShortEscapes = "\"\\/bfnrt";
    constexpr std::string_view kStructural = "{}[]:,_ 0eE-+.tfn'/";
    switch (random.below(8)) {
        case 0: {
            const std::size_t length = seam_length(random);
            const char letter = static_cast<char>('a' + random.below(26));
            text.append(length, letter);
            break;
        }
        case 1:
            text += '\\';
            text += kShortEscapes[random.below(kShortEscapes.size())];
            break;
        case 2: {
            // An even run of backslashes.
            const std::size_t pairs = 1 + random.below(random.chance(90) ? 3 : 40);
            text.append(2 * pairs, '\\');
            break;
        }
        case 3:
            append_escaped_point(random, text,
                                 random.chance(20) ? static_cast<std::uint32_t>(random.below(0x20))
                                                   : code_point(random));
            break;
        case 4:
        case 5: {
            const std::size_t count = 1 + random.below(random.chance(90) ? 3 : 40);
            for (std::size_t i = 0; i != count; ++i) {
                append_utf8(text, code_point(random));
            }
            break;
        }
        default:
            text += kStructural[random.below(kStructural.size())];
            break;
    }
}

void append_invalid_piece(Random& random, std::string& text) {
    using namespace std::string_view_literals;
    constexpr std::array kPieces = {
        "\\x"sv,
        "\\u12"sv,
        "\\u12G4"sv,
        "\\u"sv,
        "\\"sv,
        "\\ud800"sv,
        "\\uDBFFx"sv,
        "\\ud83d\\n"sv,
        "\\ud83d\\u"sv,
        "\\ud83d\\u0041"sv,
        "\\ud83d\\ud83d"sv,
        "\\udc00"sv,
        "\\uDFFF"sv,
        "\\ud83d\\ude0"sv,
        "\x1F"sv,
        "\n"sv,
        "\0"sv,
        "\x80"sv,
        "\xBF"sv,
        "\xC0\x80"sv,
        "\xC1\xBF"sv,
        "\xC3"sv,
        "\xE0\x80\x80"sv,
        "\xE0\x9F\xBF"sv,
        "\xE2\x82"sv,
        "\xED\xA0\x80"sv,
        "\xED\xBF\xBF"sv,
        "\xF0\x8F\xBF\xBF"sv,
        "\xF0\x9F\x98"sv,
        "\xF0\x9F"sv,
        "\xF4\x90\x80\x80"sv,
        "\xF5\x80\x80\x80"sv,
        "\xFE"sv,
        "\xFF"sv,
        "\xE2"sv,
        "\""sv,
    };
    text += kPieces[random.below(kPieces.size())];
}

}  // namespace

std::string generate_number(Random& random) {
    std::string text = random.chance(30) ? "-" : "";
    if (random.chance(25)) {
        text += '0';
    } else {
        text += static_cast<char>('1' + random.below(9));
        const std::size_t more = random.chance(90) ? random.below(5) : random.below(40);
        text += digits(random, more);
    }
    if (random.chance(30)) {
        const std::size_t count = 1 + (random.chance(90) ? random.below(5) : random.below(70));
        text += "." + digits(random, count);
    }
    if (random.chance(20)) {
        text += random.chance(50) ? 'e' : 'E';
        text += std::array<std::string_view, 3>{"", "+", "-"}[random.below(3)];
        const std::size_t count = 1 + random.below(random.chance(95) ? 2 : 5);
        text += digits(random, count);
    }
    return text;
}

std::string generate_string_token(Random& random, bool may_be_invalid) {
    std::string text = "\"";
    const std::size_t pieces = random.chance(80) ? random.below(4) : random.below(12);
    for (std::size_t i = 0; i != pieces; ++i) {
        if (may_be_invalid && random.chance(2)) {
            append_invalid_piece(random, text);
        } else {
            append_valid_piece(random, text);
        }
    }
    return text + "\"";
}

std::string generate_scalar_token(Random& random, bool may_be_invalid) {
    using namespace std::string_view_literals;
    switch (random.below(8)) {
        case 0:
            return "true";
        case 1:
            return "false";
        case 2:
            return "null";
        case 3:
        case 4:
            return generate_number(random);
        default:
            break;
    }
    if (may_be_invalid && random.chance(2)) {
        constexpr std::array kBad = {
            "-"sv,    "01"sv,    "-01"sv, "1."sv,           ".5"sv,  "1e"sv,
            "1e+"sv,  "+1"sv,    "NaN"sv, "tru"sv,          "nul"sv, "falsey"sv,
            "True"sv, "1.2.3"sv, "'a'"sv, "\xEF\xBB\xBF"sv, ""sv,    "0x1"sv};
        return std::string(kBad[random.below(kBad.size())]);
    }
    return generate_string_token(random, may_be_invalid);
}

std::string spell_key(Random& random, const std::string& key) {
    if (!random.chance(15)) {
        return quoted(key);
    }
    // Escapes some ASCII characters; a slash may have one of its own.
    std::string text = "\"";
    for (const char c : key) {
        const auto byte = static_cast<unsigned char>(c);
        const bool must = byte < 0x20 || c == '"' || c == '\\';
        if (byte < 0x80 && (must || random.chance(30))) {
            append_unicode_escape(random, text, byte);
        } else if (c == '/' && random.chance(50)) {
            text += "\\/";
        } else {
            text += c;
        }
    }
    return text + "\"";
}

}  // namespace rowcast::equivalence
