#include "workloads/random.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "workloads/content_hash.hpp"

namespace rowcast::workloads {
namespace {

TEST(Random, IsSplitMix64FromAMixedSeed) {
    // mix(0) is 0, so that seed 0 is SplitMix64's own sequence from 0.
    Random random(0);
    EXPECT_EQ(random.next(), 0xe220a8397b1dcdafU);
    EXPECT_EQ(random.next(), 0x6e789e6aa1b965f4U);
    EXPECT_EQ(random.next(), 0x06c45d188009454fU);
}

TEST(Random, StaysInItsBoundsAndReachesThem) {
    Random random(1);
    std::set<std::uint64_t> below;
    std::set<std::int64_t> between;
    for (int draw = 0; draw < 1000; ++draw) {
        below.insert(random.below(3));
        between.insert(random.between(-2, 2));
        EXPECT_EQ(random.below(1), 0U);
        EXPECT_FALSE(random.chance(0));
        EXPECT_TRUE(random.chance(100));
        EXPECT_LT(random.below(std::uint64_t{1} << 32U), std::uint64_t{1} << 32U);
    }
    EXPECT_EQ(below, (std::set<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(between, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
}

TEST(Random, IsEven) {
    Random random(2);
    std::array<int, 10> counts{};
    for (int draw = 0; draw < 100'000; ++draw) {
        ++counts[random.below(10)];
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, 10'000, 500);
    }
}

TEST(ContentHash, IsFnv1a) {
    EXPECT_EQ(content_hash(""), 0xcbf29ce484222325U);
    EXPECT_EQ(content_hash("a"), 0xaf63dc4c8601ec8cU);
    EXPECT_EQ(content_hash("foobar"), 0x85944171f73967e8U);
}

}  // namespace
}  // namespace rowcast::workloads
