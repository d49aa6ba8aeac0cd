// Kernels that find bytes: the end of a string, what must be escaped, what is no whitespace.

#include <algorithm>
#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

using namespace std::string_literals;

constexpr std::size_t kNone = ~std::size_t{0};

struct FindCase {
    std::string text;
    std::size_t offset;  // kNone: the text's size
};

class Finding : public KernelTest {
  protected:
    using Find = std::size_t (*)(const std::uint8_t*, std::size_t) noexcept;

    // Pads with `front` before the text (that must not be found itself) and `back` behind.
    void expect_found(Find find, const std::vector<FindCase>& seeds, std::string_view front,
                      std::string_view back) {
        for (const FindCase& seed : seeds) {
            test::for_each_padding([&](std::size_t before, std::size_t behind) {
                const std::string text =
                    test::repeated(front, before / front.size() * front.size()) + seed.text +
                    test::repeated(back, behind);
                const std::size_t shift = before / front.size() * front.size();
                const std::size_t expected =
                    seed.offset == kNone ? text.size() : seed.offset + shift;
                at_both_guards(text, [&](std::span<const std::uint8_t> place) {
                    ASSERT_EQ(find(place.data(), place.size()), expected)
                        << testing::PrintToString(seed.text) << " after " << before
                        << " and before " << behind;
                });
            });
            at_every_alignment(seed.text, back[0], [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(find(place.data(), place.size()),
                          seed.offset == kNone ? place.size() : seed.offset);
            });
        }
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Finding);

TEST_P(Finding, TheEndOfAString) {
    const std::vector<FindCase> seeds = {
        {"", kNone},          {"\"", 0},         {"a\"", 1},
        {"abc", kNone},       {R"(\"")", 2},     {R"(\")", kNone},
        {R"(\\")", 2},        {R"(\\\"")", 4},   {R"(\\\\")", 4},
        {R"(\\\\\")", kNone}, {R"(a\nb")", 4},   {R"(\u0022")", 6},
        {"\xC3\xA9\"", 2},    {"\x01\x02\"", 2}, {"\"\"", 0},
        {R"(x\"y\"z")", 7},   {"\\\xFF\"", 2},
    };
    for (const std::string_view front : {"x", "\\\\", "\xE2\x82\xAC", "\\\""}) {
        expect_found(table().find_string_end, seeds, front, "y");
    }
    // Behind the quote anything may stand.
    expect_found(table().find_string_end, {{"\"", 0}, {R"(\"")", 2}, {R"(\\")", 2}}, "x", "\"\\");
}

TEST_P(Finding, TheEndOfAStringWhoseLastByteIsABackslash) {
    for (std::size_t size = 1; size != 200; ++size) {
        in_guarded_places(std::string(size, '\\'), [&](std::span<const std::uint8_t> place) {
            ASSERT_EQ(table().find_string_end(place.data(), place.size()), size);
        });
        const std::string closed = std::string(size, '\\') + "\"";
        in_guarded_places(closed, [&](std::span<const std::uint8_t> place) {
            // An odd run of backslashes escapes the quote.
            ASSERT_EQ(table().find_string_end(place.data(), place.size()),
                      size % 2 == 0 ? size : size + 1);
        });
    }
}

TEST_P(Finding, EachByteThatAStringMustEscapeAndNoOther) {
    for (unsigned byte = 0; byte != 256; ++byte) {
        const bool must = byte < 0x20 || byte == '"' || byte == '\\';
        const std::string text(1, static_cast<char>(byte));
        for (std::size_t before = 0; before != 140; ++before) {
            const std::string padded =
                std::string(before, 'x') + text + std::string(before % 9, '~');
            at_both_guards(padded, [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(table().find_escape(place.data(), place.size()),
                          must ? before : padded.size())
                    << "byte " << byte << " after " << before;
            });
        }
    }
}

TEST_P(Finding, WhatAStringMustEscapeInLongerTexts) {
    const std::vector<FindCase> seeds = {
        {"", kNone},         {"\"", 0},     {"\\", 0},       {"\n", 0},
        {"\x1F", 0},         {"\0"s, 0},    {"a\"b", 1},     {"\x7F\x80\xFF", kNone},
        {" !#[]^{}", kNone}, {"\xA2\"", 1}, {"\xDC\x5C", 1}, {"\"\\\n", 0},
    };
    for (const std::string_view front : {"x", "\x80", "\x20\x21\x23\x5B\x5D\x7F"}) {
        expect_found(table().find_escape, seeds, front, "y");
    }
}

TEST_P(Finding, EachByteThatIsNoWhitespace) {
    for (unsigned byte = 0; byte != 256; ++byte) {
        const bool is_space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        for (std::size_t before = 0; before != 140; ++before) {
            const std::string padded = test::repeated(" \n\t\r", before) +
                                       std::string(1, static_cast<char>(byte)) +
                                       test::repeated("\r ", before % 7);
            at_both_guards(padded, [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(table().skip_whitespace(place.data(), place.size()),
                          is_space ? padded.size() : before)
                    << "byte " << byte << " after " << before;
            });
        }
    }
}

TEST_P(Finding, TheFirstByteThatIsNoWhitespaceInLongerTexts) {
    const std::vector<FindCase> seeds = {
        {"", kNone},  {" ", kNone}, {" \t\r\n", kNone}, {"x", 0},         {" x", 1},
        {"\n\n{", 2}, {"\v", 0},    {"\f", 0},          {"\0"s, 0},       {"\xA0", 0},
        {" \x85", 1}, {"\x1F", 0},  {"!", 0},           {" \xC2\xA0", 1}, {"\t\"\t", 1},
    };
    for (const std::string_view front : {" ", "\n", "\r\n\t "}) {
        expect_found(table().skip_whitespace, seeds, front, " ");
    }
}

}  // namespace
}  // namespace rowcast::kernels
