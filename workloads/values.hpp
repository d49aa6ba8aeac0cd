#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/table.hpp"

// Ready-made values for tables of columns. Numbers and decimals are made from integers, never from
// floating point, so that no library's rounding or formatting can change a byte.
namespace rowcast::workloads::values {

inline std::string_view pick(Random& random, std::span<const std::string_view> words) {
    return words[random.below(words.size())];
}

// 1, 2, 3, ... down the rows.
void serial(Cell& cell);

template <std::int64_t kLow, std::int64_t kHigh>
void integer(Cell& cell) {
    static_assert(kLow <= kHigh && kHigh - kLow < (std::int64_t{1} << 32U));
    cell.out.integer(cell.random.between(kLow, kHigh));
}

// kLow .. kHigh are in units of the last digit: decimal<0, 999, 2> is 0.00 to 9.99.
template <std::int64_t kLow, std::int64_t kHigh, unsigned kScale>
void decimal(Cell& cell) {
    static_assert(kLow <= kHigh && kHigh - kLow < (std::int64_t{1} << 32U));
    cell.out.decimal(cell.random.between(kLow, kHigh), kScale);
}

template <unsigned kTruePercent>
void boolean(Cell& cell) {
    cell.out.boolean(cell.random.chance(kTruePercent));
}

template <const auto& kWords>
void one_of(Cell& cell) {
    cell.out.string(pick(cell.random, kWords));
}

void uuid(Cell& cell);       // version 4
void date(Cell& cell);       // 2024-03-01
void timestamp(Cell& cell);  // 2024-03-01T12:34:56.789012, no trailing zeros in the fraction

void first_name(Cell& cell);
void last_name(Cell& cell);
void full_name(Cell& cell);
void username(Cell& cell);
void email(Cell& cell);
void phone_number(Cell& cell);
void city(Cell& cell);
void street_address(Cell& cell);
void postal_code(Cell& cell);
void url(Cell& cell);

// `prefix` and `digits` decimal digits, at most 9: INV-004213.
void code(Cell& cell, std::string_view prefix, unsigned digits);

// kLow .. kHigh English words, without escapes.
void words(Cell& cell, std::int64_t low, std::int64_t high);

// One sentence as people type it into a form: some in other scripts, some with quotes, line ends,
// tabs or backslashes.
void remark(Cell& cell);

// About low .. high bytes (and up to a sentence more) of sentences as remark() writes them,
// `other_percent` of them in other languages than English.
void prose(Cell& cell, std::int64_t low, std::int64_t high, unsigned other_percent);

// ["sql", "api"]: up to three tags.
void tags(Cell& cell);

// A JSON scalar: an object of snake_case keys, which the pipeline must leave as they are.
void settings(Cell& cell);

}  // namespace rowcast::workloads::values
