#include "harness/measure/sampling.hpp"

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

TEST(CallsPerSample, IsOneAboveAMicrosecond) {
    EXPECT_EQ(choose_calls_per_sample(1'001.0, 20.0), 1u);
    EXPECT_EQ(choose_calls_per_sample(5e6, 20.0), 1u);
    // Even where the empty call then exceeds 2 %: such a result is flagged, not batched.
    EXPECT_EQ(choose_calls_per_sample(1'001.0, 500.0), 1u);
}

TEST(CallsPerSample, FillAMicrosecondBelow) {
    EXPECT_EQ(choose_calls_per_sample(100.0, 10.0), 10u);
    EXPECT_EQ(choose_calls_per_sample(999.0, 10.0), 2u);
    EXPECT_EQ(choose_calls_per_sample(1.0, 10.0), 1'000u);
}

TEST(CallsPerSample, KeepTheEmptyCallUnderTwoPercent) {
    EXPECT_EQ(choose_calls_per_sample(100.0, 40.0), 20u);
    EXPECT_EQ(choose_calls_per_sample(0.0, 20.0), 10'000u);
}

TEST(TakeSamples, CallsEachIndexOnceInOrder) {
    const Clock clock(ClockSource::kMonotonic);
    std::vector<std::uint64_t> ticks;
    ticks.reserve(10);
    std::vector<std::uint64_t> indexes;
    const std::uint64_t next = take_samples(
        clock, [&](std::uint64_t index) { indexes.push_back(index); }, 5, 10, 3, ticks);
    EXPECT_EQ(next, 35u);
    EXPECT_EQ(ticks.size(), 10u);
    ASSERT_EQ(indexes.size(), 30u);
    for (std::size_t position = 0; position < indexes.size(); ++position) {
        EXPECT_EQ(indexes[position], 5 + position);
    }
}

TEST(EmptyCall, CostsSomethingButLittle) {
    const double cost = measure_empty_call_ns(Clock::instance());
    EXPECT_GT(cost, 0.0);
    EXPECT_LT(cost, 10'000.0);
}

TEST(EstimateCall, FindsTheOrderOfMagnitude) {
    const Clock& clock = Clock::instance();
    const auto spin = [&](std::uint64_t) {
        const std::uint64_t begin = clock.now();
        while (clock.to_ns(clock.now() - begin) < 20'000.0) {
        }
    };
    const double estimate = estimate_call_ns(clock, spin, 2e6);
    EXPECT_GE(estimate, 20'000.0);
    EXPECT_LT(estimate, 2e6);
}

}  // namespace
}  // namespace rowcast::measure
