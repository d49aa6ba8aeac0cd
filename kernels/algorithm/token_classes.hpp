#pragma once

// JSON's grammar between neighbouring bytes, as sets of eight classes.
//
// Every byte outside of strings belongs to one class, and every byte says which classes may stand
// behind it. So one look-up of a byte, one look-up of the byte before it and an AND judge a whole
// vector of bytes at once (the scheme of Keiser and Lemire, "Validating UTF-8 in less than one
// instruction per byte", 2021, applied to JSON):
//
//     bytes        "  i  d  "  :  -  1  .  5  ,
//     outside      ^           ^  ^  ^  ^  ^  ^      the opening quote counts, the rest does not
//     may follow   .           c  n  d  d. d, d,     what the byte before allows
//
// What needs more than one byte before is left to masks: whether a string is a key (then only a
// colon may follow, else none), leading zeros, a second point, the letters of literals, brackets.
// Exponents are rare in PostgreSQL's output and are not in the table: a row with one is doubtful,
// and read token by token.

#include <cstdint>

namespace rowcast::kernels {
namespace {

enum TokenClass : std::uint8_t {
    kStart = 1,  // an opening quote or bracket
    kDigit = 2,
    kMinus = 4,
    kPoint = 8,
    kLetter = 16,  // one of those of true, false, null
    kComma = 32,
    kColon = 64,
    kCloser = 128,
};

inline constexpr std::uint8_t kValueStart = kStart | kDigit | kMinus | kLetter;
inline constexpr std::uint8_t kValueEnd = kComma | kCloser;
inline constexpr std::uint8_t kAnyClass = 0xFF;

struct AsciiTable {
    alignas(64) std::uint8_t entries[128];
};

struct ClassRule {
    const char* bytes;
    std::uint8_t is;
    std::uint8_t followed_by;
    std::uint8_t followed_by_spaced;  // with a space between
};

inline constexpr ClassRule kClassRules[] = {
    {"{[", kStart, kValueStart | kCloser, kValueStart | kCloser},
    {"}]", kCloser, kValueEnd, kValueEnd},
    {",", kComma, kValueStart, kValueStart},
    {":", kColon, kValueStart, kValueStart},
    {"\"", kStart, kValueEnd, kValueEnd},
    {"0123456789", kDigit, kDigit | kPoint | kValueEnd, kValueEnd},
    {"-", kMinus, kDigit, 0},
    {".", kPoint, kDigit, 0},
    {"aeflnrstu", kLetter, kLetter | kValueEnd, kValueEnd},
    // One space may stand anywhere outside; behind two there is doubt.
    {" ", kAnyClass, 0, 0},
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

inline constexpr AsciiTable kClassOf = make_ascii_table(&ClassRule::is);
inline constexpr AsciiTable kFollowers = make_ascii_table(&ClassRule::followed_by);
inline constexpr AsciiTable kSpacedFollowers = make_ascii_table(&ClassRule::followed_by_spaced);

// What may stand behind a backslash.
inline constexpr AsciiTable kEscapeLetters = [] {
    AsciiTable table{};
    for (const char* byte = "\"\\/bfnrtu"; *byte != '\0'; ++byte) {
        table.entries[static_cast<std::uint8_t>(*byte)] = 1;
    }
    return table;
}();

}  // namespace
}  // namespace rowcast::kernels
