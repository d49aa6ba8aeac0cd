#include "workloads/values.hpp"

#include "workloads/vocabulary.hpp"

namespace rowcast::workloads::values {
namespace {

// `value` with at least `width` digits.
void append_padded(std::string& out, std::uint64_t value, unsigned width) {
    std::uint64_t power = 1;
    for (unsigned digit = 1; digit < width || value / power >= 10U; ++digit) {
        power *= 10U;
    }
    for (; power != 0; power /= 10U) {
        out.push_back(static_cast<char>('0' + value / power % 10U));
    }
}

void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (unsigned digit = digits; digit-- > 0;) {
        out.push_back(kHex[(value >> (4U * digit)) & 0xFU]);
    }
}

// To day 28, so that every day exists in every month.
void append_date(std::string& out, Random& random) {
    const std::uint64_t year = 2015 + random.below(11);
    const std::uint64_t month = 1 + random.below(12);
    const std::uint64_t day = 1 + random.below(28);
    append_padded(out, year, 4);
    out.push_back('-');
    append_padded(out, month, 2);
    out.push_back('-');
    append_padded(out, day, 2);
}

std::string handle(Random& random) {
    std::string text(pick(random, vocabulary::kHandles));
    switch (random.below(3)) {
        case 0:
            text.push_back('.');
            text += pick(random, vocabulary::kHandles);
            break;
        case 1:
            append_padded(text, random.below(1000), 2);
            break;
        default:
            text.push_back('_');
            append_padded(text, random.below(100), 1);
    }
    return text;
}

void append_words(std::string& out, Random& random, const vocabulary::Language& language,
                  std::uint64_t count) {
    for (std::uint64_t word = 0; word < count; ++word) {
        if (word != 0) {
            out += language.separator;
        }
        out += pick(random, language.words);
    }
}

void append_sentence(std::string& out, Random& random, unsigned other_percent) {
    using namespace vocabulary;
    const bool other = random.chance(other_percent);
    const Language& language =
        other ? kOtherLanguages[random.below(std::size(kOtherLanguages))] : kEnglish;
    append_words(out, random, language, 3 + random.below(7));
    switch (random.below(48)) {
        case 0:
        case 1:
            out += language.separator;
            out.push_back('"');
            append_words(out, random, language, 2);
            out.push_back('"');
            break;
        case 2:
            out += ":\t";
            append_words(out, random, language, 1);
            break;
        case 3:
            out += " C:\\data\\";
            append_words(out, random, kEnglish, 1);
            break;
        case 4:
            out += " (\x1b[1m)";
            break;
        default:
            break;
    }
    out += language.full_stop;
    switch (random.below(12)) {
        case 0:
            out.push_back('\n');
            break;
        case 1:
            out += "\r\n";
            break;
        default:
            break;
    }
}

// The last sentence ends with the space that would have separated it from the next.
void trim(std::string& text) {
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
}

}  // namespace

void serial(Cell& cell) { cell.out.integer(static_cast<std::int64_t>(cell.ordinal + 1)); }

void uuid(Cell& cell) {
    const std::uint64_t high = (cell.random.next() & ~std::uint64_t{0xF000}) | 0x4000U;
    const std::uint64_t low =
        (cell.random.next() & ~(std::uint64_t{3} << 62U)) | (std::uint64_t{1} << 63U);
    std::string text;
    append_hex(text, high >> 32U, 8);
    text.push_back('-');
    append_hex(text, high >> 16U, 4);
    text.push_back('-');
    append_hex(text, high, 4);
    text.push_back('-');
    append_hex(text, low >> 48U, 4);
    text.push_back('-');
    append_hex(text, low, 12);
    cell.out.string(text);
}

void date(Cell& cell) {
    std::string text;
    append_date(text, cell.random);
    cell.out.string(text);
}

void timestamp(Cell& cell) {
    std::string text;
    append_date(text, cell.random);
    const std::uint64_t hour = cell.random.below(24);
    const std::uint64_t minute = cell.random.below(60);
    const std::uint64_t second = cell.random.below(60);
    const std::uint64_t fraction = cell.random.below(1'000'000);
    text.push_back('T');
    append_padded(text, hour, 2);
    text.push_back(':');
    append_padded(text, minute, 2);
    text.push_back(':');
    append_padded(text, second, 2);
    if (fraction != 0) {
        text.push_back('.');
        append_padded(text, fraction, 6);
        text.resize(text.find_last_not_of('0') + 1);
    }
    cell.out.string(text);
}

void first_name(Cell& cell) { cell.out.string(pick(cell.random, vocabulary::kFirstNames)); }

void last_name(Cell& cell) { cell.out.string(pick(cell.random, vocabulary::kLastNames)); }

void full_name(Cell& cell) {
    std::string text(pick(cell.random, vocabulary::kFirstNames));
    text.push_back(' ');
    text += pick(cell.random, vocabulary::kLastNames);
    cell.out.string(text);
}

void username(Cell& cell) { cell.out.string(handle(cell.random)); }

void email(Cell& cell) {
    std::string text = handle(cell.random);
    text.push_back('@');
    text += pick(cell.random, vocabulary::kMailDomains);
    cell.out.string(text);
}

void phone_number(Cell& cell) {
    std::string text = "+";
    append_padded(text, 1 + cell.random.below(99), 1);
    text += " 555 ";
    append_padded(text, cell.random.below(10'000'000), 7);
    cell.out.string(text);
}

void city(Cell& cell) { cell.out.string(pick(cell.random, vocabulary::kCities)); }

void street_address(Cell& cell) {
    std::string text;
    append_padded(text, 1 + cell.random.below(300), 1);
    text.push_back(' ');
    text += pick(cell.random, vocabulary::kStreets);
    cell.out.string(text);
}

void postal_code(Cell& cell) { code(cell, "", 5); }

void url(Cell& cell) {
    std::string text = "https://example.org/";
    text += pick(cell.random, vocabulary::kTags);
    text.push_back('/');
    append_hex(text, cell.random.next(), 8);
    cell.out.string(text);
}

void code(Cell& cell, std::string_view prefix, unsigned digits) {
    std::uint64_t bound = 1;
    for (unsigned digit = 0; digit < digits; ++digit) {
        bound *= 10U;
    }
    std::string text(prefix);
    append_padded(text, cell.random.below(bound), digits);
    cell.out.string(text);
}

void words(Cell& cell, std::int64_t low, std::int64_t high) {
    const auto count = static_cast<std::uint64_t>(cell.random.between(low, high));
    std::string text;
    append_words(text, cell.random, vocabulary::kEnglish, count);
    cell.out.string(text);
}

void remark(Cell& cell) {
    std::string text;
    append_sentence(text, cell.random, 20);
    trim(text);
    cell.out.string(text);
}

void prose(Cell& cell, std::int64_t low, std::int64_t high, unsigned other_percent) {
    const auto size = static_cast<std::size_t>(cell.random.between(low, high));
    std::string text;
    while (text.size() < size) {
        append_sentence(text, cell.random, other_percent);
    }
    trim(text);
    cell.out.string(text);
}

void tags(Cell& cell) {
    const std::uint64_t count = cell.random.below(4);
    cell.out.begin_array();
    for (std::uint64_t tag = 0; tag < count; ++tag) {
        cell.out.string(pick(cell.random, vocabulary::kTags));
    }
    cell.out.end_array();
}

void settings(Cell& cell) {
    JsonWriter& out = cell.out;
    out.begin_object();
    out.key("dark_mode");
    out.boolean(cell.random.chance(40));
    out.key("page_size");
    out.integer(cell.random.between(1, 10) * 10);
    if (cell.random.chance(50)) {
        out.key("ui_hints");
        out.begin_object();
        out.key("last_tab");
        out.string(pick(cell.random, vocabulary::kTags));
        out.key("zoom");
        out.decimal(cell.random.between(50, 200), 2);
        out.end_object();
    }
    out.end_object();
}

}  // namespace rowcast::workloads::values
