#include "reference/row_text.hpp"

#include <cstddef>
#include <cstdint>

namespace rowcast::reference {

namespace {

std::uint32_t hex4(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char digit : digits.substr(0, 4)) {
        // '0' to '9' are 0x30 and on; the letters, in both cases, end in 1 to 6.
        const auto byte = static_cast<unsigned char>(digit);
        value = value << 4 | (byte <= '9' ? byte & 0x0Fu : (byte & 0x0Fu) + 9);
    }
    return value;
}

void append_utf8(std::string& text, std::uint32_t code_point) {
    const auto put = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
        put(0x80 | (code_point >> 6 & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

}  // namespace

std::string decode_string(std::string_view token) {
    const std::string_view inner = token.substr(1, token.size() - 2);
    std::string text;
    text.reserve(inner.size());
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\') {
            text.push_back(inner[i]);
            continue;
        }
        ++i;
        switch (inner[i]) {
            case 'b':
                text.push_back('\b');
                break;
            case 'f':
                text.push_back('\f');
                break;
            case 'n':
                text.push_back('\n');
                break;
            case 'r':
                text.push_back('\r');
                break;
            case 't':
                text.push_back('\t');
                break;
            case 'u': {
                std::uint32_t code_point = hex4(inner.substr(i + 1));
                i += 4;
                if (code_point >= 0xD800 && code_point <= 0xDBFF) {
                    const std::uint32_t low = hex4(inner.substr(i + 3));  // behind its `\u`
                    i += 6;
                    code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
                }
                append_utf8(text, code_point);
                break;
            }
            default:  // a quote, a backslash or a slash
                text.push_back(inner[i]);
        }
    }
    return text;
}

std::string camel_case(std::string_view key) {
    const std::size_t start = key.find_first_not_of('_');
    if (start == std::string_view::npos) {
        return std::string(key);  // empty, or underscores only
    }
    std::string camel(key.substr(0, start));
    bool after_underscore = false;
    for (const char byte : key.substr(start)) {
        if (byte == '_') {
            after_underscore = true;
            continue;
        }
        const bool raised = after_underscore && byte >= 'a' && byte <= 'z';
        camel.push_back(raised ? static_cast<char>(byte - 'a' + 'A') : byte);
        after_underscore = false;
    }
    return camel;
}

std::string quote(std::string_view text) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string token;
    token.reserve(text.size() + 2);
    token.push_back('"');
    for (const char byte : text) {
        switch (byte) {
            case '"':
                token += "\\\"";
                break;
            case '\\':
                token += "\\\\";
                break;
            case '\b':
                token += "\\b";
                break;
            case '\f':
                token += "\\f";
                break;
            case '\n':
                token += "\\n";
                break;
            case '\r':
                token += "\\r";
                break;
            case '\t':
                token += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(byte) < 0x20) {
                    token += "\\u00";
                    token.push_back(kHexDigits[static_cast<unsigned char>(byte) >> 4]);
                    token.push_back(kHexDigits[static_cast<unsigned char>(byte) & 0x0F]);
                } else {
                    token.push_back(byte);
                }
        }
    }
    token.push_back('"');
    return token;
}

}  // namespace rowcast::reference
