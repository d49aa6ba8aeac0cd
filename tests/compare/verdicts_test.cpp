#include "harness/compare/verdicts.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::compare {
namespace {

using measure::Verdict;

std::vector<LaunchAnswer> launches(std::initializer_list<double> ratios) {
    std::vector<LaunchAnswer> answers;
    for (const double ratio : ratios) {
        LaunchAnswer& answer = answers.emplace_back();
        answer.median_log_ratio = std::log(ratio);
        answer.enough = true;
        answer.a_epochs_ns.assign(20, 1.0);
    }
    return answers;
}

TEST(Confirmation, TakesSoManyLaunchesThatNoFalseAlarmIsLikely) {
    // (n + 1) / 2^n: 13 / 4096 = 0.32 % is below 5 % / 12 = 0.42 %, and 12 / 2048 is not.
    EXPECT_EQ(confirming_launches(12, 0.05), 12u);
    EXPECT_EQ(confirming_launches(1, 0.05), 8u);
    EXPECT_EQ(confirming_launches(1'000, 0.05), 19u);
}

TEST(Confirmation, NeedsAllLaunchesButOneBeyondTheSmallestEffect) {
    EXPECT_EQ(
        confirm(Verdict::kSlower, launches({1.03, 1.04, 1.03, 1.05, 1.03, 1.03, 1.00, 1.04}), 0.02),
        Verdict::kSlower);
    EXPECT_EQ(
        confirm(Verdict::kSlower, launches({1.03, 1.04, 1.03, 1.05, 1.03, 1.01, 1.00, 1.04}), 0.02),
        Verdict::kUnclear);
    EXPECT_EQ(confirm(Verdict::kFaster, launches({0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.99}), 0.02),
              Verdict::kFaster);
}

TEST(Confirmation, TakesAnAlarmBackWhereTheFreshLaunchesSeeNothing) {
    EXPECT_EQ(confirm(Verdict::kSlower, launches({1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0}), 0.02),
              Verdict::kSame);
    EXPECT_EQ(confirm(Verdict::kSlower, launches({0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9}), 0.02),
              Verdict::kUnclear);
}

TEST(Summary, CountsThePairsOfAllLaunches) {
    const auto summary = summarise(launches({1.0, 1.0, 1.0}));
    EXPECT_EQ(summary.pairs, 60u);
    EXPECT_EQ(summary.launches, 3u);
    EXPECT_TRUE(summary.enough);
}

}  // namespace
}  // namespace rowcast::compare
