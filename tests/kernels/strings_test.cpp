// Strings judged whole (RFC 8259, and rule 10 of the contract for where an error lies).

#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

using namespace std::string_literals;

struct StringCase {
    std::string text;  // from behind the opening quote
    Verdict verdict;
};

// Where the text ends too early the error is at its end, wherever padding moves that to.
constexpr std::size_t kAtTheEnd = ~std::size_t{0};

class Strings : public KernelTest {
  protected:
    void expect(const StringCase& seed, std::string_view front, std::size_t before,
                std::string_view back, std::size_t behind) {
        const std::size_t shift = before / front.size() * front.size();
        const std::string text =
            test::repeated(front, shift) + seed.text + test::repeated(back, behind);
        const std::size_t expected =
            seed.verdict.offset == kAtTheEnd ? text.size() : seed.verdict.offset + shift;
        at_both_guards(text, [&](std::span<const std::uint8_t> place) {
            const RowStatus status = table().validate_string(place.data(), place.size());
            ASSERT_TRUE(status.code == seed.verdict.code && status.offset == expected)
                << "code " << static_cast<int>(status.code) << " at " << status.offset
                << ", expected " << static_cast<int>(seed.verdict.code) << " at " << expected
                << ": " << testing::PrintToString(seed.text) << " after " << before
                << " and before " << behind;
        });
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Strings);

const std::vector<StringCase>& closed_strings() {
    static const std::vector<StringCase> kCases = {
        {"\"", {ErrorCode::kOk, 0}},
        {"a\"", {ErrorCode::kOk, 1}},
        {R"(\"\\\/\b\f\n\r\t")", {ErrorCode::kOk, 16}},
        {R"(\u0000\u001f\uFFFF\ud7ff\uE000")", {ErrorCode::kOk, 30}},
        {R"(\uD83D\uDE00")", {ErrorCode::kOk, 12}},
        {R"(\udbff\udfff")", {ErrorCode::kOk, 12}},
        {R"(\\\\")", {ErrorCode::kOk, 4}},
        {"\x7F\"", {ErrorCode::kOk, 1}},
        {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"", {ErrorCode::kOk, 9}},
        {"\"\x01\xFF", {ErrorCode::kOk, 0}},
    };
    return kCases;
}

const std::vector<StringCase>& broken_strings() {
    static const std::vector<StringCase> kCases = {
        // Controls, at themselves.
        {"\n", {ErrorCode::kControlInString, 0}},
        {"a\x1F\"", {ErrorCode::kControlInString, 1}},
        {"\0\""s, {ErrorCode::kControlInString, 0}},
        {"ab\t\"", {ErrorCode::kControlInString, 2}},
        // Escapes, at the byte that fits nowhere.
        {R"(\x")", {ErrorCode::kBadEscape, 1}},
        {R"(\U0041")", {ErrorCode::kBadEscape, 1}},
        {"\\\n", {ErrorCode::kBadEscape, 1}},
        {"\\\xC3\xA9", {ErrorCode::kBadEscape, 1}},
        {R"(a\u12g4")", {ErrorCode::kBadHexDigit, 5}},
        {R"(\u")", {ErrorCode::kBadHexDigit, 2}},
        {R"(\u004 ")", {ErrorCode::kBadHexDigit, 5}},
        {R"(\uG")", {ErrorCode::kBadHexDigit, 2}},
        {R"(\u00:0")", {ErrorCode::kBadHexDigit, 4}},
        {R"(\u00`0")", {ErrorCode::kBadHexDigit, 4}},
        {R"(\u00@0")", {ErrorCode::kBadHexDigit, 4}},
        {R"(\u00/0")", {ErrorCode::kBadHexDigit, 4}},
        // Surrogates alone, at their own backslash whatever follows.
        {R"(ab\ud800cd")", {ErrorCode::kLoneSurrogate, 2}},
        {R"(\ud800")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\udc00")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\uDFFF\uD800")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\ud800\ud800\udc00")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\uD800\u1")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\uD800\n")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\uD800\u0041")", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\ud83d\ude00\ude00")", {ErrorCode::kLoneSurrogate, 12}},
        {R"(\uD800\)", {ErrorCode::kLoneSurrogate, 0}},
        {"\\uD800\n", {ErrorCode::kLoneSurrogate, 0}},
        {"\\uD800\xFF", {ErrorCode::kLoneSurrogate, 0}},
        // UTF-8, at the first byte of the sequence.
        {"\x80\"", {ErrorCode::kBadUtf8, 0}},
        {"a\xC3\"", {ErrorCode::kBadUtf8, 1}},
        {"\xE2\x82\"", {ErrorCode::kBadUtf8, 0}},
        {"\xC0\xAF\"", {ErrorCode::kBadUtf8, 0}},
        {"\xED\xA0\x80\"", {ErrorCode::kBadUtf8, 0}},
        {"\xF4\x90\x80\x80\"", {ErrorCode::kBadUtf8, 0}},
        {"\xC3\xA9\xFF\"", {ErrorCode::kBadUtf8, 2}},
        {"\xF0\x9F\x98\\n\"", {ErrorCode::kBadUtf8, 0}},
        // The first of two errors.
        {"\x01\xFF\"", {ErrorCode::kControlInString, 0}},
        {"\xFF\x01\"", {ErrorCode::kBadUtf8, 0}},
    };
    return kCases;
}

TEST_P(Strings, AreJudgedWhereverTheyStand) {
    for (const auto* seeds : {&closed_strings(), &broken_strings()}) {
        for (const StringCase& seed : *seeds) {
            for (const std::string_view front : {"x", "\\n", "\xC3\xA9", "\\u00e9", "\\\\"}) {
                test::for_each_padding([&](std::size_t before, std::size_t behind) {
                    expect(seed, front, before, "y", behind);
                });
            }
        }
    }
}

TEST_P(Strings, EndTooEarlyAtTheirEnd) {
    const std::vector<StringCase> seeds = {
        {"", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {"abc", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\")", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {"\\", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\u)", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\u12)", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\u123)", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\ud8)", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {R"(\n)", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        {"\xC3\xA9", {ErrorCode::kUnterminatedString, kAtTheEnd}},
        // Rule 10: inside a sequence, or behind a high surrogate, its own place is told.
        {"\xC3", {ErrorCode::kBadUtf8, 0}},
        {"\xE2\x82", {ErrorCode::kBadUtf8, 0}},
        {"\xF0\x9F\x98", {ErrorCode::kBadUtf8, 0}},
        {R"(\ud83d)", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\ud83d\)", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\ud83d\u)", {ErrorCode::kLoneSurrogate, 0}},
        {R"(\ud83d\ude0)", {ErrorCode::kLoneSurrogate, 0}},
    };
    for (const StringCase& seed : seeds) {
        for (const std::string_view front : {"x", "\\\"", "\xE2\x82\xAC"}) {
            for (std::size_t before = 0; before <= test::kLongestPadding; ++before) {
                expect(seed, front, before, "", 0);
            }
        }
    }
}

TEST_P(Strings, AreJudgedByNothingAroundThem) {
    for (const auto* seeds : {&closed_strings(), &broken_strings()}) {
        for (const StringCase& seed : *seeds) {
            for (const char foreign : {'"', '\\', '\xC3', 'u'}) {
                at_every_alignment(seed.text, foreign, [&](std::span<const std::uint8_t> place) {
                    const RowStatus status = table().validate_string(place.data(), place.size());
                    ASSERT_EQ(status.code, seed.verdict.code) << testing::PrintToString(seed.text);
                    ASSERT_EQ(status.offset, seed.verdict.offset);
                });
            }
        }
    }
}

TEST_P(Strings, RefuseEachControlAndTakeEveryOtherAsciiByte) {
    for (unsigned byte = 0; byte != 0x80; ++byte) {
        if (byte == '"' || byte == '\\') {
            continue;
        }
        const StringCase seed =
            byte < 0x20
                ? StringCase{std::string(1, static_cast<char>(byte)) + "\"",
                             {ErrorCode::kControlInString, 0}}
                : StringCase{std::string(1, static_cast<char>(byte)) + "\"", {ErrorCode::kOk, 1}};
        for (std::size_t before = 0; before != 140; ++before) {
            expect(seed, "x", before, "y", before % 5);
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
