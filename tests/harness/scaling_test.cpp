#include "harness/measure/scaling.hpp"

#include <chrono>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

double now_ns() {
    return std::chrono::duration<double, std::nano>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Work that takes its time and no processor, so that the machine's load does not matter.
Epoch sleep(double milliseconds) {
    return [milliseconds](std::uint64_t /*first*/, std::uint64_t calls) {
        std::this_thread::sleep_for(
            std::chrono::duration<double, std::milli>(milliseconds * static_cast<double>(calls)));
    };
}

ScalingOptions options() {
    ScalingOptions result;
    result.epoch_ns = 1e6;
    result.budget_ns = 1e10;
    result.max_rounds = 15;
    return result;
}

TEST(Scaling, ComparesOneThreadSeveralAndSeveralTogether) {
    constexpr double kNear = 0.15;
    const ScalingWork work{.alone = sleep(8.0),
                           .independent = {sleep(8.0), sleep(8.0), sleep(8.0)},
                           .together = sleep(4.0)};
    const ScalingResult result = run_scaling_launch(work, now_ns, options());
    EXPECT_NEAR(result.independent_over_alone, std::log(3.0), kNear);
    EXPECT_NEAR(result.together_over_alone, std::log(2.0), kNear);
    EXPECT_NEAR(result.together_over_independent, std::log(2.0 / 3.0), kNear);
    EXPECT_NEAR(result.alone_ns, 8e6, 2e6);
    EXPECT_NEAR(result.together_ns, 4e6, 1e6);
    EXPECT_EQ(result.rounds, 15U);
    EXPECT_TRUE(result.enough);
}

TEST(Scaling, AddsUpThreadsOfDifferentSpeed) {
    const ScalingWork work{
        .alone = sleep(6.0), .independent = {sleep(6.0), sleep(12.0)}, .together = sleep(6.0)};
    const ScalingResult result = run_scaling_launch(work, now_ns, options());
    EXPECT_NEAR(result.independent_over_alone, std::log(1.5), 0.15);
}

TEST(Scaling, SaysWhereRoundsAreTooFew) {
    ScalingOptions few = options();
    few.budget_ns = 0.0;
    const ScalingWork work{
        .alone = sleep(1.0), .independent = {sleep(1.0)}, .together = sleep(1.0)};
    const ScalingResult result = run_scaling_launch(work, now_ns, few);
    EXPECT_EQ(result.rounds, 1U);
    EXPECT_FALSE(result.enough);
}

}  // namespace
}  // namespace rowcast::measure
