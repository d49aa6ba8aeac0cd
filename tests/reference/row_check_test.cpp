#include "reference/row_check.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::reference {
namespace {

using namespace std::string_view_literals;

struct Case {
    std::string_view row;
    ErrorCode code;
    std::uint32_t offset;
};

void expect_faults(const std::vector<Case>& cases) {
    std::vector<Token> tokens;
    for (const Case& expected : cases) {
        const kernels::RowStatus status = check_row(expected.row, 128, tokens);
        EXPECT_EQ(status.code, expected.code)
            << expected.row << ": " << static_cast<int>(status.code);
        EXPECT_EQ(status.offset, expected.offset) << expected.row;
    }
}

TEST(RowCheck, AcceptsValidRows) {
    std::vector<Token> tokens;
    for (const std::string_view row : {
             "null"sv,
             "true"sv,
             "false"sv,
             "0"sv,
             "-0"sv,
             "10"sv,
             "1.0"sv,
             "-0.00e-00"sv,
             "1E+2"sv,
             "1e400"sv,
             "123456789012345678901234567890.123456789"sv,
             R"("")"sv,
             R"("\"\\\/\b\f\n\r\t\u0000\uFFFF\u00e9")"sv,
             R"("\ud800\udc00\uDBFF\uDFFF")"sv,
             "\"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\""sv,
             "\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""sv,
             "\"\xEF\xBB\xBF\""sv,  // what outside a string would be a byte order mark
             "[]"sv,
             "{}"sv,
             " \t\r\n[ \t\r\n] \t\r\n"sv,
             " { \"a\" : [ 1 , 2 ] , \"a\" : { } } "sv,
         }) {
        const kernels::RowStatus status = check_row(row, 128, tokens);
        EXPECT_EQ(status.code, ErrorCode::kOk) << row;
        EXPECT_EQ(status.offset, 0U) << row;
    }
}

TEST(RowCheck, PlacesFaultsOfStructure) {
    expect_faults({
        {"", ErrorCode::kExpectedValue, 0},
        {"  ", ErrorCode::kExpectedValue, 2},
        {"x", ErrorCode::kExpectedValue, 0},
        {"]", ErrorCode::kExpectedValue, 0},
        {"\xEF\xBB\xBF{}", ErrorCode::kExpectedValue, 0},
        {"\0"sv, ErrorCode::kExpectedValue, 0},
        {"[", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[ ", ErrorCode::kExpectedValueOrArrayEnd, 2},
        {"[}", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[,", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[\xC3\xA9]", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[1,]", ErrorCode::kExpectedValue, 3},
        {"[1,", ErrorCode::kExpectedValue, 3},
        {"[1", ErrorCode::kExpectedCommaOrArrayEnd, 2},
        {"[1 2]", ErrorCode::kExpectedCommaOrArrayEnd, 3},
        {"[1:2]", ErrorCode::kExpectedCommaOrArrayEnd, 2},
        {"[1}", ErrorCode::kExpectedCommaOrArrayEnd, 2},
        {"[1\f]", ErrorCode::kExpectedCommaOrArrayEnd, 2},
        {"[1/*x*/]", ErrorCode::kExpectedCommaOrArrayEnd, 2},
        {"{", ErrorCode::kExpectedKeyOrObjectEnd, 1},
        {"{1:2}", ErrorCode::kExpectedKeyOrObjectEnd, 1},
        {"{a:1}", ErrorCode::kExpectedKeyOrObjectEnd, 1},
        {"{]", ErrorCode::kExpectedKeyOrObjectEnd, 1},
        {R"({"a")", ErrorCode::kExpectedColon, 4},
        {R"({"a" 1})", ErrorCode::kExpectedColon, 5},
        {R"({"a"})", ErrorCode::kExpectedColon, 4},
        {R"({"a":)", ErrorCode::kExpectedValue, 5},
        {R"({"a":})", ErrorCode::kExpectedValue, 5},
        {R"({"a":]})", ErrorCode::kExpectedValue, 5},
        {R"({"a":1)", ErrorCode::kExpectedCommaOrObjectEnd, 6},
        {R"({"a":1])", ErrorCode::kExpectedCommaOrObjectEnd, 6},
        {R"({"a":1 "b":2})", ErrorCode::kExpectedCommaOrObjectEnd, 7},
        {R"({"a":[1})", ErrorCode::kExpectedCommaOrArrayEnd, 7},
        {R"([{"a":1])", ErrorCode::kExpectedCommaOrObjectEnd, 7},
        {R"({"a":1,)", ErrorCode::kExpectedKey, 7},
        {R"({"a":1,})", ErrorCode::kExpectedKey, 7},
        {R"({"a":1,2})", ErrorCode::kExpectedKey, 7},
        {"1 2", ErrorCode::kExpectedEnd, 2},
        {"1\0"sv, ErrorCode::kExpectedEnd, 1},
        {R"({"a":1}{"b":2})", ErrorCode::kExpectedEnd, 7},
        {R"({"a":1} x)", ErrorCode::kExpectedEnd, 8},
        {"[]]", ErrorCode::kExpectedEnd, 2},
        {"1\xC3", ErrorCode::kExpectedEnd, 1},
    });
}

TEST(RowCheck, PlacesFaultsOfNumbers) {
    expect_faults({
        {"-", ErrorCode::kExpectedDigit, 1},
        {"[-]", ErrorCode::kExpectedDigit, 2},
        {"--1", ErrorCode::kExpectedDigit, 1},
        {"-x", ErrorCode::kExpectedDigit, 1},
        {"01", ErrorCode::kExpectedEnd, 1},
        {"-01", ErrorCode::kExpectedEnd, 2},
        {R"({"a":01})", ErrorCode::kExpectedCommaOrObjectEnd, 6},
        {"1.", ErrorCode::kExpectedDigit, 2},
        {"[1.]", ErrorCode::kExpectedDigit, 3},
        {"[.5]", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[+1]", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"[1.2.3]", ErrorCode::kExpectedCommaOrArrayEnd, 4},
        {"[1.e1]", ErrorCode::kExpectedDigit, 3},
        {"1e", ErrorCode::kExpectedDigit, 2},
        {"[1e]", ErrorCode::kExpectedDigit, 3},
        {"1e+", ErrorCode::kExpectedDigit, 3},
        {"1E-x", ErrorCode::kExpectedDigit, 3},
        {"1e1.5", ErrorCode::kExpectedEnd, 3},
        {"1e1e1", ErrorCode::kExpectedEnd, 3},
        {"0x10", ErrorCode::kExpectedEnd, 1},
        {"[NaN]", ErrorCode::kExpectedValueOrArrayEnd, 1},
        {"-Infinity", ErrorCode::kExpectedDigit, 1},
    });
}

TEST(RowCheck, PlacesFaultsOfLiterals) {
    expect_faults({
        {"t", ErrorCode::kBadLiteral, 1},
        {"tru", ErrorCode::kBadLiteral, 3},
        {R"({"a":tru})", ErrorCode::kBadLiteral, 8},
        {R"({"a":truex})", ErrorCode::kExpectedCommaOrObjectEnd, 9},
        {"truE", ErrorCode::kBadLiteral, 3},
        {"False", ErrorCode::kExpectedValue, 0},
        {"falsy", ErrorCode::kBadLiteral, 4},
        {"nul", ErrorCode::kBadLiteral, 3},
        {"nan", ErrorCode::kBadLiteral, 1},
        {"nullnull", ErrorCode::kExpectedEnd, 4},
    });
}

TEST(RowCheck, PlacesFaultsOfStrings) {
    expect_faults({
        {R"(")", ErrorCode::kUnterminatedString, 1},
        {R"({"a)", ErrorCode::kUnterminatedString, 3},
        {R"({"a":"bc)", ErrorCode::kUnterminatedString, 8},
        {R"("\)", ErrorCode::kUnterminatedString, 2},
        {R"("\")", ErrorCode::kUnterminatedString, 3},
        {R"("\u)", ErrorCode::kUnterminatedString, 3},
        {R"("\u12)", ErrorCode::kUnterminatedString, 5},
        {R"("\u1234)", ErrorCode::kUnterminatedString, 7},
        {"[\"a\nb\"]", ErrorCode::kControlInString, 3},
        {"[\"a\0b\"]"sv, ErrorCode::kControlInString, 3},
        {"\"\x1F\"", ErrorCode::kControlInString, 1},
        {R"(["\x"])", ErrorCode::kBadEscape, 3},
        {R"("\U0041")", ErrorCode::kBadEscape, 2},
        {R"("\'")", ErrorCode::kBadEscape, 2},
        {"\"\\\0\""sv, ErrorCode::kBadEscape, 2},
        {"\"\\\xC3\xA9\"", ErrorCode::kBadEscape, 2},
        {"\"\\\n\"", ErrorCode::kBadEscape, 2},
        {R"("\u")", ErrorCode::kBadHexDigit, 3},
        {R"(["\u12g4"])", ErrorCode::kBadHexDigit, 6},
        {R"("\u/000")", ErrorCode::kBadHexDigit, 3},
        {R"("\u:000")", ErrorCode::kBadHexDigit, 3},
        {R"("\u@000")", ErrorCode::kBadHexDigit, 3},
        {R"("\u000G")", ErrorCode::kBadHexDigit, 6},
        {R"("\u000`")", ErrorCode::kBadHexDigit, 6},
        {"\"\\u00\xFF\"", ErrorCode::kBadHexDigit, 5},
        {"{'a':1}", ErrorCode::kExpectedKeyOrObjectEnd, 1},
    });
}

TEST(RowCheck, PlacesSurrogatesAtTheirBackslash) {
    expect_faults({
        {R"(["ab\ud800cd"])", ErrorCode::kLoneSurrogate, 4},
        {R"(["\udc00"])", ErrorCode::kLoneSurrogate, 2},
        {R"("\udfff)", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d)", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\)", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\u)", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\udc0)", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d")", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\n")", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\u0041")", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\udc0g")", ErrorCode::kLoneSurrogate, 1},
        {R"("\ud83d\x")", ErrorCode::kLoneSurrogate, 1},
        {R"(["\uD800\u1"])", ErrorCode::kLoneSurrogate, 2},
        {R"(["\ud800\ud800\udc00"])", ErrorCode::kLoneSurrogate, 2},
        {R"("\ud800\udc00\udc00")", ErrorCode::kLoneSurrogate, 13},
        {"\"\\ud800\xFF\"", ErrorCode::kLoneSurrogate, 1},
        {"\"\\ud800\n\"", ErrorCode::kLoneSurrogate, 1},
        // Not yet surrogates: the escape itself is broken or cut.
        {R"("\ud8)", ErrorCode::kUnterminatedString, 5},
        {R"("\ud8g0")", ErrorCode::kBadHexDigit, 5},
        {R"("\udcg0")", ErrorCode::kBadHexDigit, 5},
        {R"("\udc)", ErrorCode::kUnterminatedString, 5},
    });
}

TEST(RowCheck, PlacesIllFormedUtf8AtItsFirstByte) {
    expect_faults({
        {"\"\x80\"", ErrorCode::kBadUtf8, 1},  // a continuation alone
        {"\"\xBF\"", ErrorCode::kBadUtf8, 1},
        {"\"\xC0\xAF\"", ErrorCode::kBadUtf8, 1},  // overlong
        {"\"\xC1\xBF\"", ErrorCode::kBadUtf8, 1},
        {"\"\xE0\x9F\xBF\"", ErrorCode::kBadUtf8, 1},
        {"\"\xF0\x8F\xBF\xBF\"", ErrorCode::kBadUtf8, 1},
        {"\"\xED\xA0\x80\"", ErrorCode::kBadUtf8, 1},  // surrogates
        {"\"\xED\xBF\xBF\"", ErrorCode::kBadUtf8, 1},
        {"\"\xF4\x90\x80\x80\"", ErrorCode::kBadUtf8, 1},  // beyond U+10FFFF
        {"\"\xF5\x80\x80\x80\"", ErrorCode::kBadUtf8, 1},
        {"\"\xF8\x88\x80\x80\x80\"", ErrorCode::kBadUtf8, 1},
        {"\"\xFE\"", ErrorCode::kBadUtf8, 1},
        {"\"\xFF\"", ErrorCode::kBadUtf8, 1},
        {"\"ab\xC3\"", ErrorCode::kBadUtf8, 3},  // cut by the quote
        {"\"\xE2\x82\"", ErrorCode::kBadUtf8, 1},
        {"\"\xF0\x9F\x98\"", ErrorCode::kBadUtf8, 1},
        {"\"\xC3\x28\"", ErrorCode::kBadUtf8, 1},
        {"\"\xE2\x28\xA1\"", ErrorCode::kBadUtf8, 1},
        {"\"\xC3\xA9\xC3\"", ErrorCode::kBadUtf8, 3},
        {"\"\xC3", ErrorCode::kBadUtf8, 1},  // cut by the row's end
        {"\"\xE2\x82", ErrorCode::kBadUtf8, 1},
        {"\"\xF0\x9F\x98", ErrorCode::kBadUtf8, 1},
        {"\"\xF0", ErrorCode::kBadUtf8, 1},
        {"\"\xC3\xA9\""sv.substr(0, 2), ErrorCode::kBadUtf8, 1},
        {"\"\xE2\x82\xAC\""sv.substr(0, 3), ErrorCode::kBadUtf8, 1},
        {"\"\xF0\x9F\x98\x80\""sv.substr(0, 4), ErrorCode::kBadUtf8, 1},
        {"{\"\xFF\":1}", ErrorCode::kBadUtf8, 2},  // in a key
    });
}

// Each prefix is followed in memory by the bytes that would complete it.
TEST(RowCheck, LooksAtNothingBehindTheRow) {
    const std::string_view row =
        "[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\\u00e9\\ud83d\\ude00\\n\",-10.5e+12,true,{\"a\":1}"
        "] ";
    std::vector<Token> tokens;
    for (std::size_t size = 0; size <= row.size(); ++size) {
        const kernels::RowStatus status = check_row(row.substr(0, size), 128, tokens);
        const bool is_whole = size + 1 >= row.size();
        EXPECT_EQ(status.code == ErrorCode::kOk, is_whole) << size;
        const bool is_split_character =
            status.code == ErrorCode::kBadUtf8 || status.code == ErrorCode::kLoneSurrogate;
        EXPECT_EQ(status.offset == size, !is_whole && !is_split_character) << size;
        EXPECT_LE(status.offset, size) << size;
    }
}

TEST(RowCheck, CountsArraysAndObjects) {
    std::vector<Token> tokens;
    const auto status = [&tokens](std::string_view row, std::uint32_t max_depth) {
        return check_row(row, max_depth, tokens);
    };
    EXPECT_EQ(status("1", 0).code, ErrorCode::kOk);
    EXPECT_EQ(status("[]", 0).code, ErrorCode::kTooDeep);
    EXPECT_EQ(status(R"({"a":{"b":[]}})", 3).code, ErrorCode::kOk);
    EXPECT_EQ(status(R"({"a":{"b":{}}})", 2).code, ErrorCode::kTooDeep);
    EXPECT_EQ(status(R"({"a":{"b":{}}})", 2).offset, 10U);
    EXPECT_EQ(status(R"({"a":{"b":[]}})", 2).offset, 10U);
    EXPECT_EQ(status("[[],[],[[", 2).code, ErrorCode::kTooDeep);  // siblings do not count
    EXPECT_EQ(status("[[],[],[[", 2).offset, 8U);
    EXPECT_EQ(status("[[[", 3).code, ErrorCode::kExpectedValueOrArrayEnd);
}

TEST(RowCheck, NeedsNoStackForDepth) {
    constexpr std::size_t kDepth = 1'000'000;
    std::vector<Token> tokens;
    std::string row(kDepth, '[');
    EXPECT_EQ(check_row(row, kDepth, tokens).offset, kDepth);
    EXPECT_EQ(check_row(row, kDepth - 1, tokens).code, ErrorCode::kTooDeep);
    EXPECT_EQ(check_row(row, kDepth - 1, tokens).offset, kDepth - 1);
    row.append(kDepth, ']');
    EXPECT_EQ(check_row(row, kDepth, tokens).code, ErrorCode::kOk);
    EXPECT_EQ(tokens.size(), 2 * kDepth);
}

TEST(RowCheck, NotesTheTokens) {
    const std::string_view row = " {\"k\\n\" : [\"s\", -1.5e3,true ] }";
    std::vector<Token> tokens(7);  // replaced
    ASSERT_EQ(check_row(row, 128, tokens).code, ErrorCode::kOk);
    const std::pair<TokenKind, std::string_view> expected[] = {
        {TokenKind::kObjectBegin, "{"}, {TokenKind::kKey, R"("k\n")"},
        {TokenKind::kArrayBegin, "["},  {TokenKind::kString, R"("s")"},
        {TokenKind::kNumber, "-1.5e3"}, {TokenKind::kLiteral, "true"},
        {TokenKind::kArrayEnd, "]"},    {TokenKind::kObjectEnd, "}"},
    };
    ASSERT_EQ(tokens.size(), std::size(expected));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        EXPECT_EQ(tokens[i].kind, expected[i].first) << i;
        EXPECT_EQ(row.substr(tokens[i].offset, tokens[i].size), expected[i].second) << i;
    }
}

}  // namespace
}  // namespace rowcast::reference
