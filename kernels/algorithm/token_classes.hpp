#pragma once

// JSON's grammar between neighbouring bytes of a row's skeleton, as sets of eight classes.
//
// A skeleton is what of a row is left when the insides of its strings, their closing quotes and all
// spaces are gone. Bytes whose meaning hangs on more than their neighbours are marked: kMark is taken
// from them, which makes controls of them, and rows with controls are not looked at here.
//
//     row        {"user_id": 17, "is_ok": [true,"x"]}
//     skeleton   O       k:17      ;k:[true,"]}          O root  k key's quote  ; object's comma
//
// Every byte belongs to some classes, and every byte says which classes may stand behind it. So one
// look-up of a byte, one look-up of the byte before it and an AND judge a whole vector of bytes at
// once (the scheme of Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte",
// 2021, applied to JSON). What needs more than that: zeros in front, a second point, how literals are
// spelt, brackets that do not match. Exponents are rare in PostgreSQL's output and not in the table:
// a row with one is doubtful, and read token by token.

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {
namespace {

enum TokenClass : std::uint8_t {
    kStart = 1,   // starts a value: " { [ - 0-9 t f n
    kDigit = 2,   // goes on with a number
    kPoint = 4,   // likewise
    kLetter = 8,  // goes on with a literal: the letters of true, false and null but t, f and n
    kComma = 16,
    kColon = 32,
    kCloser = 64,
    kKey = 128,
};

inline constexpr std::uint8_t kValueEnd = kComma | kCloser;

inline constexpr std::uint8_t kMark = 0x10;
inline constexpr std::uint8_t kKeyQuote = '"' - kMark;     // 0x12
inline constexpr std::uint8_t kMemberComma = ',' - kMark;  // 0x1C
// A row's first byte. Only a row's end or nothing can stand before it, so that is not checked.
inline constexpr std::uint8_t kRootArray = 0x0B;
inline constexpr std::uint8_t kRootObject = 0x1B;
inline constexpr std::uint8_t kNothing = 0x0C;  // stands where there is no row

struct alignas(64) AsciiTable {
    std::uint8_t entries[128];
};

struct ClassRule {
    const char* bytes;
    std::uint8_t is;
    std::uint8_t followed_by;
};

inline constexpr char kMarkedKeyQuote[] = {kKeyQuote, '\0'};
inline constexpr char kMarkedComma[] = {kMemberComma, '\0'};
inline constexpr char kMarkedObject[] = {kRootObject, '\0'};
inline constexpr char kMarkedArray[] = {kRootArray, '\0'};
inline constexpr char kNoRow[] = {kNothing, '\0'};

inline constexpr ClassRule kClassRules[] = {
    {kNoRow, kComma, kComma},
    {kMarkedObject, kComma, kKey | kCloser},
    {kMarkedArray, kComma, kStart | kCloser},
    {"{", kStart, kKey | kCloser},
    {"[", kStart, kStart | kCloser},
    {"]}", kCloser, kValueEnd},
    {kMarkedComma, kComma, kKey},
    {",", kComma, kStart},
    {kMarkedKeyQuote, kKey, kColon},
    {":", kColon, kStart},
    {"\"", kStart, kValueEnd},
    {"0123456789", kStart | kDigit, kDigit | kPoint | kValueEnd},
    {"-", kStart, kDigit},
    {".", kPoint, kDigit},
    {"tfn", kStart, kLetter},
    {"arsu", kLetter, kLetter},
    {"el", kLetter, kLetter | kValueEnd},  // a literal's last ones
};

constexpr AsciiTable make_ascii_table(std::uint8_t ClassRule::*column) {
    AsciiTable table{};
    for (const ClassRule& rule : kClassRules) {
        for (const char* byte = rule.bytes; *byte != '\0'; ++byte) {
            table.entries[static_cast<std::uint8_t>(*byte)] = rule.*column;
        }
    }
    return table;
}

inline constexpr AsciiTable kClassesOf = make_ascii_table(&ClassRule::is);
inline constexpr AsciiTable kFollowersOf = make_ascii_table(&ClassRule::followed_by);

// A table with an entry for each value of half a byte.
struct alignas(16) NibbleTable {
    std::uint8_t entries[16];
};

// How literals are spelt: the byte that must stand one, two and three places behind a letter, by the
// letter's low half. No two letters of which something is said share it.
//
//     t r u e     f a l s e     n u l l
//     +---1r      +---1a        +---1u
//     +-----2u    +-----2l      +-----2l
//     +-------3e  +-------3s    +-------3l
//                       +-1e
constexpr NibbleTable make_spelling(std::uint8_t of_t, std::uint8_t of_f, std::uint8_t of_n,
                                    std::uint8_t of_s) {
    NibbleTable table{};
    table.entries['t' & 0xF] = of_t;
    table.entries['f' & 0xF] = of_f;
    table.entries['n' & 0xF] = of_n;
    table.entries['s' & 0xF] = of_s;
    return table;
}

inline constexpr NibbleTable kSpelling1 = make_spelling('r', 'a', 'u', 'e');
inline constexpr NibbleTable kSpelling2 = make_spelling('u', 'l', 'l', 0);
inline constexpr NibbleTable kSpelling3 = make_spelling('e', 's', 'l', 0);

// The same rules for instruction sets that look up halves of bytes only. A rule says: a byte of this
// rectangle of rows (upper halves) and columns (lower halves) may stand behind one of that. Bytes
// that stand in a rectangle by chance are no tokens; they are told by what may not follow them, or by
// the spelling of literals. Eight rules make a pair of tables for each side: bit i of a byte's two
// entries stands for rule i. tests/kernels/token_classes_test.cpp tries all pairs.
//
// These sets mark other bytes, as marking takes them long: commas of arrays, which are rarer. What a
// string's quote is tells the byte before it, and what may stand behind it the byte before that:
// behind kBeforeKeys a key, and then a colon.
//
//     skeleton   O"      :17 ,"     :[true\n"]}          \n element's comma
inline constexpr std::uint8_t kElementComma = 0x0A;

struct HalvesRule {
    std::uint16_t rows;
    std::uint16_t columns;
    std::uint16_t rows_before;
    std::uint16_t columns_before;
};

constexpr std::uint16_t halves(const char* digits) {
    std::uint16_t set = 0;
    for (; *digits != '\0'; ++digits) {
        set = static_cast<std::uint16_t>(
            set | 1U << (*digits <= '9' ? *digits - '0' : *digits - 'A' + 10));
    }
    return set;
}

inline constexpr HalvesRule kHalvesRules[] = {
    // Behind [ : a root array and commas of arrays: " - { [ t f n and digits.
    {halves("2"), halves("2D"), halves("035"), halves("AB")},
    {halves("57"), halves("B4"), halves("035"), halves("AB")},
    {halves("6"), halves("6E"), halves("035"), halves("AB")},
    {halves("3"), halves("0123456789"), halves("035"), halves("AB")},
    // Numbers.
    {halves("3"), halves("0123456789"), halves("3"), halves("0123456789")},
    {halves("3"), halves("0123456789"), halves("2"), halves("DE")},
    {halves("2"), halves("E"), halves("3"), halves("0123456789")},
    // Letters behind letters; the last of eight, so that it is a sign bit.
    {halves("67"), halves("1235C"), halves("67"), halves("123456CE")},
    // Commas, and no row: behind closers and no row; strings and digits; e and l.
    {halves("02"), halves("AC"), halves("057"), halves("CD")},
    {halves("02"), halves("AC"), halves("23"), halves("0123456789")},
    {halves("02"), halves("AC"), halves("6"), halves("5C")},
    // Closers: behind brackets; strings and digits; e and l.
    {halves("57"), halves("D"), halves("0157"), halves("BD")},
    {halves("57"), halves("D"), halves("23"), halves("0123456789")},
    {halves("57"), halves("D"), halves("6"), halves("5C")},
    // Keys, and colons.
    {halves("2"), halves("2"), halves("127"), halves("BC")},
    {halves("3"), halves("A"), halves("2"), halves("2")},
};

// By its upper half: a byte of these, if it stands before a string, says that it is a key.
inline constexpr NibbleTable kBeforeKeys = {
    {0, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0}};  // a root object , {

constexpr NibbleTable make_halves(std::uint16_t HalvesRule::*set, int first) {
    NibbleTable table{};
    for (int rule = 0; rule != 8; ++rule) {
        for (int half = 0; half != 16; ++half) {
            const int bit = kHalvesRules[first + rule].*set >> half & 1;
            table.entries[half] = static_cast<std::uint8_t>(table.entries[half] | bit << rule);
        }
    }
    return table;
}

// Of the rules from kFirst on: what a byte's halves are in.
template <int kFirst>
struct Halves {
    static constexpr NibbleTable kRows = make_halves(&HalvesRule::rows, kFirst);
    static constexpr NibbleTable kColumns = make_halves(&HalvesRule::columns, kFirst);
    static constexpr NibbleTable kRowsBefore = make_halves(&HalvesRule::rows_before, kFirst);
    static constexpr NibbleTable kColumnsBefore = make_halves(&HalvesRule::columns_before, kFirst);
};

// What may stand behind a backslash: a byte whose two halves' entries have a bit in common.
//
//     0x22 "  0x2F /       bit 0
//     0x5C backslash       bit 1
//     0x62 b 0x66 f 0x6E n bit 2
//     0x72 r 0x74 t 0x75 u bit 3
inline constexpr NibbleTable kEscapeHigh = {{0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0}};
inline constexpr NibbleTable kEscapeLow = {{0, 0, 13, 0, 8, 8, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1}};

}  // namespace
}  // namespace rowcast::kernels
