// UTF-8 as the Unicode Standard's table 3-7 has it.

#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

using namespace std::string_literals;

constexpr std::size_t kValid = ~std::size_t{0};

struct Utf8Case {
    std::string text;
    std::size_t offset;  // of the first bad sequence; kValid: none
};

const std::vector<Utf8Case>& utf8_cases() {
    static const std::vector<Utf8Case> kCases = {
        {"", kValid},
        {"\0"s, kValid},
        {"a\x7F", kValid},
        // First and last of each length, and beside the surrogates.
        {"\xC2\x80", kValid},
        {"\xDF\xBF", kValid},
        {"\xE0\xA0\x80", kValid},
        {"\xED\x9F\xBF", kValid},
        {"\xEE\x80\x80", kValid},
        {"\xEF\xBF\xBF", kValid},
        {"\xF0\x90\x80\x80", kValid},
        {"\xF4\x8F\xBF\xBF", kValid},
        {"\xF0\x9F\x98\x80\xE2\x82\xAC\xC3\xA9z", kValid},
        // Continuation bytes without a lead.
        {"\x80", 0},
        {"\xBF", 0},
        {"a\x80z", 1},
        {"\xC3\xA9\xA9", 2},
        // Overlong.
        {"\xC0\x80", 0},
        {"\xC0\xAF", 0},
        {"\xC1\xBF", 0},
        {"\xE0\x80\x80", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xF0\x80\x80\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        // Surrogates.
        {"\xED\xA0\x80", 0},
        {"\xED\xBF\xBF", 0},
        {"z\xED\xAF\xBF\xED\xB0\x80", 1},
        // Beyond U+10FFFF, and bytes that are never right.
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
        {"\xF8\x88\x80\x80\x80", 0},
        {"\xFE", 0},
        {"\xFF", 0},
        // Cut short, by another character or by the end.
        {"\xC3", 0},
        {"\xC3z", 0},
        {"\xE2\x82", 0},
        {"\xE2\x82z", 0},
        {"\xE2", 0},
        {"\xF0\x9F\x98", 0},
        {"\xF0\x9F\x98z", 0},
        {"\xF0\x9F", 0},
        {"\xF0", 0},
        {"ab\xF0\x9F\x98\xC3\xA9", 2},
        {"\xC3\xC3\xA9", 0},
        {"\xE2\x82\xE2\x82\xAC", 0},
        // The first of two is told.
        {"\xFF\x80", 0},
        {"\xC3\xA9\xFF\xC0", 2},
    };
    return kCases;
}

class Utf8 : public KernelTest {};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Utf8);

TEST_P(Utf8, FindsTheFirstByteOfTheFirstBadSequence) {
    for (const Utf8Case& seed : utf8_cases()) {
        for (const std::string_view front : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
            test::for_each_padding([&](std::size_t before, std::size_t behind) {
                const std::string text =
                    test::repeated(front, before / front.size() * front.size()) + seed.text +
                    std::string(behind, 'y');
                const std::size_t shift = before / front.size() * front.size();
                const std::size_t expected =
                    seed.offset == kValid ? text.size() : seed.offset + shift;
                at_both_guards(text, [&](std::span<const std::uint8_t> place) {
                    ASSERT_EQ(table().validate_utf8(place.data(), place.size()), expected)
                        << testing::PrintToString(seed.text) << " after " << before
                        << " and before " << behind;
                });
            });
        }
    }
}

TEST_P(Utf8, DoesNotLookAtWhatStandsAround) {
    for (const Utf8Case& seed : utf8_cases()) {
        for (const char foreign : {'\x80', '\xC3', '\xFF', '\xF0'}) {
            at_every_alignment(seed.text, foreign, [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(table().validate_utf8(place.data(), place.size()),
                          seed.offset == kValid ? place.size() : seed.offset)
                    << testing::PrintToString(seed.text);
            });
        }
    }
}

// Every pair of bytes, from the table: which second bytes a lead of two, three or four allows.
TEST_P(Utf8, KnowsWhichSecondByteEachLeadAllows) {
    for (unsigned lead = 0xC0; lead != 0x100; ++lead) {
        for (unsigned second = 0; second != 0x100; ++second) {
            unsigned low = 0x80;
            unsigned high = 0xBF;
            std::size_t length = 2;
            if (lead < 0xC2 || lead > 0xF4) {
                length = 0;
            } else if (lead >= 0xF0) {
                length = 4;
                low = lead == 0xF0 ? 0x90 : low;
                high = lead == 0xF4 ? 0x8F : high;
            } else if (lead >= 0xE0) {
                length = 3;
                low = lead == 0xE0 ? 0xA0 : low;
                high = lead == 0xED ? 0x9F : high;
            }
            std::string text =
                "ab" + std::string{static_cast<char>(lead), static_cast<char>(second)};
            text += std::string(length > 2 ? length - 2 : 0, '\xBF');
            const bool valid = length != 0 && second >= low && second <= high;
            at_both_guards(text, [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(table().validate_utf8(place.data(), place.size()),
                          valid ? text.size() : 2)
                    << testing::PrintToString(text);
            });
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
