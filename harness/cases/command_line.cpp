#include "harness/cases/command_line.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace rowcast::cases {

namespace {

// The length of the well-formed, printable UTF-8 sequence of two bytes or more at `at`, or 0. What
// it lets through only has to be readable, but must never be ill-formed.
std::size_t multibyte_length(std::string_view bytes, std::size_t at) {
    const auto byte = [&](std::size_t index) -> unsigned {
        return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
    };
    const unsigned lead = byte(at);
    std::size_t length = 0;
    std::uint32_t point = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
        point = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0) {
        length = 3;
        point = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        point = lead & 0x07U;
    } else {
        return 0;
    }
    for (std::size_t i = 1; i != length; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80) {
            return 0;
        }
        point = point << 6U | (byte(at + i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    const bool invisible = point < 0xA0 || (point >= 0x2000 && point <= 0x206F) ||
                           point == 0xFEFF || (point >= 0xD800 && point <= 0xF8FF) ||
                           (point >= 0xFFF0 && point <= 0xFFFF) || point > 0x1FFFF;
    return point < kSmallest[length] || invisible ? 0 : length;
}

// Copies `bytes`, letting `special` write those that are no plain character.
template <class Special>
std::string escape(std::string_view bytes, Special special) {
    std::string text;
    for (std::size_t at = 0; at != bytes.size();) {
        if (const std::size_t length = multibyte_length(bytes, at); length != 0) {
            text += bytes.substr(at, length);
            at += length;
        } else {
            special(text, static_cast<unsigned char>(bytes[at]));
            ++at;
        }
    }
    return text;
}

bool prints(unsigned byte) { return byte >= 0x20 && byte < 0x7F; }

void append_octal(std::string& text, unsigned byte) {
    text += '\\';
    text += static_cast<char>('0' + (byte >> 6U));
    text += static_cast<char>('0' + (byte >> 3U & 7U));
    text += static_cast<char>('0' + (byte & 7U));
}

// Whether NDJSON carries every row as it is.
bool fits_ndjson(const TransformCase& transform_case) {
    return std::none_of(
        transform_case.rows.begin(), transform_case.rows.end(),
        [](const std::string& row) { return row.empty() || row.find('\n') != std::string::npos; });
}

std::string file_option(std::string_view option, std::string_view content) {
    return " " + std::string(option) + " <(" + printf_command(content) + ")";
}

}  // namespace

std::string printable(std::string_view bytes) {
    return escape(bytes, [](std::string& text, unsigned byte) {
        if (prints(byte)) {
            text += static_cast<char>(byte);
        } else {
            constexpr std::string_view kDigits = "0123456789abcdef";
            text += "\\x";
            text += kDigits[byte >> 4U];
            text += kDigits[byte & 15U];
        }
    });
}

std::string shell_word(std::string_view bytes) {
    const bool plain = !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-.,:/=@+").find(c) != std::string_view::npos;
    });
    if (plain) {
        return std::string(bytes);
    }
    // Bytes that a terminal would not show go through bash's $'...'.
    const std::string shown = escape(bytes, [](std::string& text, unsigned byte) {
        if (prints(byte)) {
            text += static_cast<char>(byte);
        }
    });
    std::string word;
    if (shown.size() == bytes.size()) {
        word = "'";
        for (const char c : bytes) {
            word += c == '\'' ? std::string("'\\''") : std::string(1, c);
        }
        return word + "'";
    }
    word = "$'";
    word += escape(bytes, [](std::string& text, unsigned byte) {
        if (byte == '\'' || byte == '\\') {
            text += '\\';
            text += static_cast<char>(byte);
        } else if (prints(byte)) {
            text += static_cast<char>(byte);
        } else {
            append_octal(text, byte);
        }
    });
    return word + "'";
}

std::string printf_command(std::string_view bytes) {
    std::string format;
    if (bytes.starts_with('-')) {
        append_octal(format, '-');  // else printf takes it for an option
        bytes.remove_prefix(1);
    }
    format += escape(bytes, [](std::string& text, unsigned byte) {
        if (byte == '%') {
            text += "%%";
        } else if (byte == '\\') {
            text += "\\\\";
        } else if (byte == '\n') {
            text += "\\n";
        } else if (byte == '\'' || !prints(byte)) {
            append_octal(text, byte);
        } else {
            text += static_cast<char>(byte);
        }
    });
    return "printf '" + format + "'";
}

std::string command_line(const TransformCase& transform_case, std::string_view implementation) {
    const TransformCase defaults;
    const bool ndjson = fits_ndjson(transform_case);
    std::string line;
    if (ndjson && !transform_case.rows.empty()) {
        std::string input;
        for (const std::string& row : transform_case.rows) {
            input += row;
            input += '\n';
        }
        line = printf_command(input) + " | ";
    }
    line += "rowcast transform";
    if (transform_case.field != defaults.field) {
        line += " --field=" + shell_word(transform_case.field);
    }
    if (transform_case.type) {
        line += " --type=" + shell_word(*transform_case.type);
    }
    if (transform_case.schema) {
        line += file_option("--schema", *transform_case.schema);
    }
    if (transform_case.select) {
        line += " --select " + shell_word(*transform_case.select);
    }
    if (transform_case.field_selections) {
        line += file_option("--field-selections", *transform_case.field_selections);
    }
    if (transform_case.field_paths) {
        line += file_option("--field-paths", *transform_case.field_paths);
    }
    if (transform_case.typename_mode == TypenameMode::kSelected) {
        line += " --typename selected";
    }
    if (transform_case.keys == KeyStyle::kRaw) {
        line += " --keys raw";
    }
    line += transform_case.single ? " --single" : "";
    line += transform_case.wrap ? "" : " --no-wrap";
    line += transform_case.omit_missing ? " --omit-missing" : "";
    if (transform_case.max_depth != defaults.max_depth) {
        line += " --max-depth " + std::to_string(transform_case.max_depth);
    }
    line += " --impl " + std::string(implementation);
    if (!ndjson) {
        line += " --input-format file";
        for (const std::string& row : transform_case.rows) {
            line += " <(" + printf_command(row) + ")";
        }
    } else if (transform_case.rows.empty()) {
        line += " </dev/null";
    }
    return line;
}

}  // namespace rowcast::cases
