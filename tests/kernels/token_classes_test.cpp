// The two spellings of JSON's grammar between neighbours (kernels/algorithm/token_classes.hpp): as
// classes of whole bytes, and as rectangles of halves.

#include "kernels/algorithm/token_classes.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace rowcast::kernels {
namespace {

bool classes_allow(unsigned before, unsigned byte) {
    return (kFollowersOf.entries[before] & kClassesOf.entries[byte]) != 0;
}

bool halves_allow(unsigned before, unsigned byte) {
    for (const HalvesRule& rule : kHalvesRules) {
        if ((rule.rows >> (byte >> 4) & 1) != 0 && (rule.columns >> (byte & 15) & 1) != 0 &&
            (rule.rows_before >> (before >> 4) & 1) != 0 &&
            (rule.columns_before >> (before & 15) & 1) != 0) {
            return true;
        }
    }
    return byte == kRootArray || byte == kRootObject;
}

// A byte of a skeleton: a token's, or one of the marks.
bool is_token(unsigned byte) { return kClassesOf.entries[byte] != 0; }

TEST(TokenClasses, BothSpellingsAllowTheSameTokensBehindTokens) {
    for (unsigned before = 0; before != 128; ++before) {
        for (unsigned byte = 0; byte != 128; ++byte) {
            const bool is_root = byte == kRootArray || byte == kRootObject;
            if (is_token(before) && is_token(byte) && !is_root) {
                // Behind no row only no row is asked for, and what never happens is not excluded:
                // no row inside of one.
                if (before == kNothing || byte == kNothing) {
                    continue;
                }
                EXPECT_EQ(halves_allow(before, byte), classes_allow(before, byte))
                    << std::hex << before << ' ' << byte;
            }
        }
    }
}

// A byte that is no token may pass where it stands, but then nothing passes behind it; but for
// letters, which the spelling of literals judges.
TEST(TokenClasses, HalvesEndAtBytesThatAreNoTokens) {
    constexpr std::string_view kLettersByChance = "bcq|";
    for (unsigned stranger = 0x20; stranger != 128; ++stranger) {
        if (is_token(stranger) ||
            kLettersByChance.find(static_cast<char>(stranger)) != std::string_view::npos) {
            continue;
        }
        bool passes = false;
        bool goes_on = false;
        for (unsigned byte = 0; byte != 128; ++byte) {
            if (is_token(byte) && byte != kRootArray && byte != kRootObject && byte != kNothing) {
                passes |= halves_allow(byte, stranger);
                goes_on |= halves_allow(stranger, byte);
            }
        }
        EXPECT_FALSE(passes && goes_on) << std::hex << stranger;
    }
}

TEST(TokenClasses, RowsFollowRowsAndNothing) {
    for (const unsigned before : {unsigned{'}'}, unsigned{']'}, unsigned{kNothing}}) {
        for (const unsigned byte : {kRootArray, kRootObject, kNothing}) {
            EXPECT_TRUE(classes_allow(before, byte)) << before << ' ' << byte;
            EXPECT_TRUE(halves_allow(before, byte)) << before << ' ' << byte;
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
