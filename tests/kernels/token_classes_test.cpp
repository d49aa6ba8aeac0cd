// The two spellings of JSON's grammar between neighbours (kernels/algorithm/token_classes.hpp): as
// classes of whole bytes, and as rectangles of halves.

#include "kernels/algorithm/token_classes.hpp"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

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

// A token as the halves' skeletons have it: quotes are not marked, and of commas those of arrays.
unsigned in_halves(unsigned byte) {
    switch (byte) {
        case kKeyQuote:
            return '"';
        case kMemberComma:
            return ',';
        case ',':
            return kElementComma;
        default:
            return byte;
    }
}

std::vector<unsigned> tokens() {
    std::vector<unsigned> found;
    for (unsigned byte = 0; byte != 128; ++byte) {
        // No row stands inside of one, and behind no row only no row is asked for.
        if (is_token(byte) && byte != kNothing) {
            found.push_back(byte);
        }
    }
    return found;
}

TEST(TokenClasses, BothSpellingsAllowTheSameTokensBehindTokens) {
    std::set<std::pair<unsigned, unsigned>> allowed;
    for (const unsigned before : tokens()) {
        for (const unsigned byte : tokens()) {
            if (classes_allow(before, byte)) {
                allowed.emplace(in_halves(before), in_halves(byte));
            }
        }
    }
    for (const unsigned before : tokens()) {
        for (const unsigned byte : tokens()) {
            if (byte != kRootArray && byte != kRootObject) {
                EXPECT_EQ(halves_allow(in_halves(before), in_halves(byte)),
                          allowed.count({in_halves(before), in_halves(byte)}) != 0)
                    << std::hex << before << ' ' << byte;
            }
        }
    }
}

// What a quote is, is told by the byte before it.
TEST(TokenClasses, HalvesKnowBeforeWhichStringsKeysStand) {
    for (const unsigned before : tokens()) {
        const unsigned byte = in_halves(before);
        if (classes_allow(before, kKeyQuote) || classes_allow(before, '"')) {
            EXPECT_EQ(kBeforeKeys.entries[byte >> 4] != 0, classes_allow(before, kKeyQuote))
                << std::hex << byte;
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
        for (const unsigned token : tokens()) {
            const unsigned byte = in_halves(token);
            if (byte != kRootArray && byte != kRootObject) {
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
