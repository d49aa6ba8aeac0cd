#include "harness/measure/clock.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

class ClockTest : public testing::TestWithParam<ClockSource> {};

TEST_P(ClockTest, NeverGoesBack) {
    const Clock clock(GetParam());
    std::uint64_t last = clock.now();
    for (int reading = 0; reading < 100'000; ++reading) {
        const std::uint64_t current = clock.now();
        ASSERT_GE(current, last);
        last = current;
    }
}

TEST_P(ClockTest, AgreesWithTheSystemsClock) {
    const Clock clock(GetParam());
    const auto system_begin = std::chrono::steady_clock::now();
    const std::uint64_t begin = clock.now();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const double elapsed = clock.to_ns(clock.now() - begin);
    const auto system_elapsed = std::chrono::steady_clock::now() - system_begin;
    const auto expected = static_cast<double>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(system_elapsed).count());
    EXPECT_LE(elapsed, expected * 1.001);
    // The system's clock was read around ours, with a chance to be interrupted in between.
    EXPECT_GE(elapsed, 50e6 * 0.999);
}

TEST_P(ClockTest, KnowsItsResolutionAndItsCost) {
    const Clock clock(GetParam());
    EXPECT_GT(clock.resolution_ns(), 0.0);
    EXPECT_LT(clock.resolution_ns(), 100'000.0);
    EXPECT_GT(clock.cost_ns(), 0.0);
    EXPECT_LT(clock.cost_ns(), 100'000.0);
    EXPECT_GT(clock.ticks_per_ns(), 0.0);
}

TEST_P(ClockTest, NamesTheSourceItReallyUses) {
    const Clock clock(GetParam());
    if (GetParam() == ClockSource::kTsc && Clock::tsc_is_usable()) {
        EXPECT_EQ(clock.name(), "tsc");
    } else {
        EXPECT_EQ(clock.source(), ClockSource::kMonotonic);
        EXPECT_EQ(clock.name(), "clock_gettime(CLOCK_MONOTONIC)");
    }
}

INSTANTIATE_TEST_SUITE_P(Sources, ClockTest,
                         testing::Values(ClockSource::kTsc, ClockSource::kMonotonic),
                         [](const auto& source) {
                             return source.param == ClockSource::kTsc ? "Tsc" : "Monotonic";
                         });

}  // namespace
}  // namespace rowcast::measure
