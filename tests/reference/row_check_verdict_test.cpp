// The verdict on hostile rows, made from tiny ones by truncating them anywhere and by setting each
// byte to each of many values. Two oracles that need no table of offsets:
//   - nlohmann's parser says whether the row is valid at all;
//   - rule 10 itself says what an offset means: what precedes it can still become a valid text,
//   what
//     follows it plays no part.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reference/row_check.hpp"

namespace rowcast::reference {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kDepth = 4;

constexpr std::string_view kSeeds[] = {
    R"({"a":[1,-2.5e+3,"x\n"],"b":{}})",
    R"( [ true , false , null ] )",
    R"("\u00e9\ud83d\ude00\\\"")",
    "[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"]",
    R"([[[[0]]],{"":-0.0}])",
    R"({"k\u005fx" : {"a" : "b"}})",
};

// Bytes that mean something to JSON, to its numbers, escapes and literals, or to UTF-8.
constexpr std::string_view kBytes =
    " \t\n\r\0\x01\x1F\x7F\"\\/{}[]:,-+.0159eEaAuUtrfldDgGnbsx\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2"
    "\xDF\xE0\xED\xEF\xF0\xF4\xF5\xFF"sv;

std::vector<std::string> mutations() {
    std::vector<std::string> rows;
    for (const std::string_view seed : kSeeds) {
        for (std::size_t size = 0; size <= seed.size(); ++size) {
            rows.emplace_back(seed.substr(0, size));
        }
        for (std::size_t at = 0; at < seed.size(); ++at) {
            for (const char byte : kBytes) {
                std::string changed(seed);
                changed[at] = byte;
                rows.push_back(changed);
                rows.push_back(changed.substr(0, at + 1));
                std::string longer(seed);
                longer.insert(at, 1, byte);
                rows.push_back(longer);
            }
            std::string shorter(seed);
            rows.push_back(shorter.erase(at, 1));
        }
        for (const char byte : kBytes) {
            rows.push_back(std::string(seed) + byte);
        }
    }
    return rows;
}

std::string printable(std::string_view row) {
    std::string text;
    for (const char byte : row) {
        constexpr std::string_view kHexDigits = "0123456789abcdef";
        const auto value = static_cast<unsigned char>(byte);
        if (value >= 0x20 && value < 0x7F) {
            text.push_back(byte);
        } else {
            text += {'<', kHexDigits[value >> 4], kHexDigits[value & 0x0F], '>'};
        }
    }
    return text;
}

kernels::RowStatus check(std::string_view row) {
    std::vector<Token> tokens;
    return check_row(row, kDepth, tokens);
}

TEST(RowVerdict, AgreesWithNlohmannOnValidity) {
    std::size_t compared = 0;
    for (const std::string& row : mutations()) {
        const kernels::RowStatus status = check(row);
        // What nlohmann accepts and the contract does not, or cannot judge.
        const bool has_nul = row.find('\0') != std::string::npos;
        const bool has_mark = row.starts_with("\xEF\xBB\xBF");
        if (has_nul || has_mark || status.code == ErrorCode::kTooDeep) {
            continue;
        }
        // nlohmann refuses numbers beyond a double; none of these is.
        EXPECT_EQ(status.code == ErrorCode::kOk, ::nlohmann::json::accept(row)) << printable(row);
        ++compared;
    }
    EXPECT_GT(compared, 10'000U);
}

TEST(RowVerdict, NothingBehindTheFaultMatters) {
    for (const std::string& row : mutations()) {
        const kernels::RowStatus status = check(row);
        const std::size_t needed = static_cast<std::size_t>(status.offset) + 1;
        if (status.code == ErrorCode::kOk || needed >= row.size()) {
            continue;
        }
        // A sequence of UTF-8 or a surrogate is a fault of several bytes, reported at its first.
        if (status.code == ErrorCode::kBadUtf8 || status.code == ErrorCode::kLoneSurrogate) {
            continue;
        }
        const kernels::RowStatus cut = check(std::string_view(row).substr(0, needed));
        EXPECT_EQ(cut.code, status.code) << printable(row);
        EXPECT_EQ(cut.offset, status.offset) << printable(row);
    }
}

TEST(RowVerdict, WhatPrecedesTheFaultIsOnlyCut) {
    for (const std::string& row : mutations()) {
        const kernels::RowStatus status = check(row);
        if (status.code == ErrorCode::kOk) {
            continue;
        }
        ASSERT_LE(status.offset, row.size()) << printable(row);
        const kernels::RowStatus before = check(std::string_view(row).substr(0, status.offset));
        if (before.code != ErrorCode::kOk) {
            EXPECT_EQ(before.offset, status.offset) << printable(row);
        }
    }
}

}  // namespace
}  // namespace rowcast::reference
