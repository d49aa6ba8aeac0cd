#include "workloads/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rowcast::workloads {
namespace {

constexpr bool needs_escape(char character) noexcept {
    return static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
}

void append_escape(std::string& out, char character) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (character) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default: {
            const auto byte = static_cast<unsigned char>(character);
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        }
    }
}

}  // namespace

void JsonWriter::separator() {
    Container& container = containers_.back();
    if (container.has_elements) {
        out_ += layout_ == Layout::kJsonb ? std::string_view(", ") : std::string_view(",");
    }
    container.has_elements = true;
}

// An object's members are separated by key(), an array's elements here.
void JsonWriter::before_value() {
    if (!containers_.empty() && !containers_.back().is_object) {
        separator();
    }
}

void JsonWriter::begin_object() {
    before_value();
    out_.push_back('{');
    containers_.push_back({out_.size(), members_.size(), true, false});
}

void JsonWriter::key(std::string_view name) {
    separator();
    if (layout_ == Layout::kJsonb) {
        members_.push_back({name, out_.size(), 0});
    }
    quoted(name);
    out_ += layout_ == Layout::kJsonb ? std::string_view(": ") : std::string_view(":");
}

void JsonWriter::end_object() {
    const Container object = containers_.back();
    containers_.pop_back();
    if (layout_ == Layout::kJsonb) {
        order_members(object);
    }
    out_.push_back('}');
}

void JsonWriter::order_members(const Container& object) {
    const auto first = members_.begin() + static_cast<std::ptrdiff_t>(object.first_member);
    if (first == members_.end()) {
        return;
    }
    constexpr std::size_t kSeparatorSize = 2;
    for (auto member = first; member + 1 != members_.end(); ++member) {
        member->end = (member + 1)->begin - kSeparatorSize;
    }
    members_.back().end = out_.size();

    // Of equal keys the last written comes first, and the others are passed over.
    std::sort(first, members_.end(), [](const Member& left, const Member& right) {
        if (left.key.size() != right.key.size()) {
            return left.key.size() < right.key.size();
        }
        const int order = left.key.compare(right.key);
        return order != 0 ? order < 0 : left.begin > right.begin;
    });

    scratch_.assign(out_, object.begin);
    out_.resize(object.begin);
    for (auto member = first; member != members_.end(); ++member) {
        if (member != first) {
            if (member->key == (member - 1)->key) {
                continue;
            }
            out_ += ", ";
        }
        out_.append(scratch_, member->begin - object.begin, member->end - member->begin);
    }
    members_.erase(first, members_.end());
}

void JsonWriter::begin_array() {
    before_value();
    out_.push_back('[');
    containers_.push_back({out_.size(), members_.size(), false, false});
}

void JsonWriter::end_array() {
    containers_.pop_back();
    out_.push_back(']');
}

void JsonWriter::literal(std::string_view text) {
    before_value();
    out_ += text;
}

void JsonWriter::integer(std::int64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    literal({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void JsonWriter::decimal(std::int64_t unscaled, unsigned scale) {
    // Digits from the last to the first; at least one stands before the point.
    std::array<char, 40> digits;
    char* begin = digits.data() + digits.size();
    std::uint64_t rest = static_cast<std::uint64_t>(unscaled);
    if (unscaled < 0) {
        rest = 0U - rest;
    }
    for (unsigned written = 0; rest != 0 || written <= scale; ++written) {
        if (written == scale && scale != 0) {
            *--begin = '.';
        }
        *--begin = static_cast<char>('0' + rest % 10U);
        rest /= 10U;
    }
    if (unscaled < 0) {
        *--begin = '-';
    }
    literal({begin, static_cast<std::size_t>(digits.data() + digits.size() - begin)});
}

void JsonWriter::string(std::string_view value) {
    before_value();
    quoted(value);
}

void JsonWriter::quoted(std::string_view value) {
    out_.push_back('"');
    while (true) {
        const auto stop = std::ranges::find_if(value, needs_escape);
        const auto plain = static_cast<std::size_t>(stop - value.begin());
        out_ += value.substr(0, plain);
        if (plain == value.size()) {
            break;
        }
        append_escape(out_, value[plain]);
        value.remove_prefix(plain + 1);
    }
    out_.push_back('"');
}

}  // namespace rowcast::workloads
