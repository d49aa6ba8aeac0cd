#pragma once

// JSON's grammar between neighbouring bytes of a row's skeleton, as sets of eight classes.
//
// A skeleton is what of a row is left when the insides of its strings, their closing quotes and all
// spaces are gone. Bytes whose meaning hangs on more than their neighbours are marked: they lose
// their bit 0x20, which makes controls of them, and rows with controls are not looked at here.
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

inline constexpr std::uint8_t kMark = 0x20;  // what a marked byte lacks
inline constexpr std::uint8_t kKeyQuote = '"' - kMark;
inline constexpr std::uint8_t kMemberComma = ',' - kMark;
inline constexpr std::uint8_t kRootObject = '.' - kMark;
inline constexpr std::uint8_t kRootArray = '/' - kMark;
// Stands where there is no row. It and roots count as commas: rows end with closers.
inline constexpr std::uint8_t kNothing = ' ';

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

inline constexpr ClassRule kClassRules[] = {
    {" ", kComma, kComma},
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
    {"aelrsu", kLetter, kLetter | kValueEnd},
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
