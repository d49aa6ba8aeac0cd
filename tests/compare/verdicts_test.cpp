#include "harness/compare/verdicts.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::compare {
namespace {

using measure::Verdict;

std::vector<LaunchAnswer> launches(const std::vector<double>& ratios) {
    std::vector<LaunchAnswer> answers;
    for (const double ratio : ratios) {
        LaunchAnswer& answer = answers.emplace_back();
        answer.median_log_ratio = std::log(ratio);
        answer.enough = true;
        answer.a_epochs_ns.assign(20, 1.0);
    }
    return answers;
}

constexpr double kLevel = 0.05 / 12;

TEST(Confirmation, TakesSoManyLaunchesThatNoFalseAlarmIsLikely) {
    // 169 of the 2^n ways to give n ranks a sign leave at most 16 to the wrong side (16 and more).
    EXPECT_EQ(confirming_launches(0.05 / 12), 16u);
    EXPECT_EQ(confirming_launches(0.05), 12u);
    EXPECT_EQ(confirming_launches(0.05 / 1'000), 22u);
}

TEST(Confirmation, KnowsTheSignedRankDistribution) {
    // Counted by hand for 5 and 8; the tables give 0.046 for 17 of 12.
    EXPECT_DOUBLE_EQ(signed_rank_probability(5, 0), 1.0 / 32);
    EXPECT_DOUBLE_EQ(signed_rank_probability(5, 3), 5.0 / 32);
    EXPECT_DOUBLE_EQ(signed_rank_probability(8, 5), 10.0 / 256);
    EXPECT_DOUBLE_EQ(signed_rank_probability(12, 17), 189.0 / 4096);
    EXPECT_DOUBLE_EQ(signed_rank_probability(12, 78), 1.0);
    EXPECT_DOUBLE_EQ(signed_rank_probability(3, 1'000), 1.0);
    EXPECT_DOUBLE_EQ(signed_rank_probability(0, 0), 1.0);
}

TEST(Confirmation, ForgivesLaunchesThatLieABitOnTheWrongSide) {
    // 1.019 and 1.018 are the two nearest to 1.02: ranks 1 and 2 of 12.
    EXPECT_EQ(confirm(Verdict::kSlower,
                      launches({1.03, 1.04, 1.03, 1.05, 1.03, 1.03, 1.019, 1.04, 1.018, 1.03, 1.04,
                                1.05}),
                      0.02, kLevel),
              Verdict::kSlower);
    EXPECT_EQ(confirm(Verdict::kFaster,
                      launches({0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.99, 0.9, 0.9, 0.9, 0.9}), 0.02,
                      kLevel),
              Verdict::kFaster);
}

TEST(Confirmation, DoesNotForgiveOneThatSaysTheOpposite) {
    // 0.95 lies farther from 1.02 than all the others: rank 12.
    EXPECT_EQ(
        confirm(Verdict::kSlower,
                launches({1.03, 1.04, 1.03, 1.05, 1.03, 1.03, 0.95, 1.04, 1.03, 1.03, 1.04, 1.05}),
                0.02, kLevel),
        Verdict::kUnclear);
}

TEST(Confirmation, CountsWhatLiesExactlyOnTheSmallestEffectAgainstIt) {
    std::vector<LaunchAnswer> exactly = launches(std::vector<double>(12, 1.0));
    for (LaunchAnswer& answer : exactly) {
        answer.median_log_ratio = std::log1p(0.02);
    }
    EXPECT_NE(confirm(Verdict::kSlower, exactly, 0.02, kLevel), Verdict::kSlower);
}

TEST(Confirmation, TakesAnAlarmBackWhereTheFreshLaunchesSeeNothing) {
    EXPECT_EQ(confirm(Verdict::kSlower, launches(std::vector<double>(12, 1.0)), 0.02, kLevel),
              Verdict::kSame);
    EXPECT_EQ(confirm(Verdict::kSlower, launches(std::vector<double>(12, 0.9)), 0.02, kLevel),
              Verdict::kUnclear);
}

TEST(Confirmation, NeedsLaunchesWithPairsEnough) {
    std::vector<LaunchAnswer> answers = launches(std::vector<double>(12, 1.1));
    EXPECT_EQ(confirm(Verdict::kSlower, answers, 0.02, kLevel), Verdict::kSlower);
    answers.back().enough = false;
    EXPECT_EQ(confirm(Verdict::kSlower, answers, 0.02, kLevel), Verdict::kUnclear);
}

TEST(Confirmation, OfNoLaunchesAtAllIsNone) {
    EXPECT_EQ(confirm(Verdict::kSlower, {}, 0.02, kLevel), Verdict::kUnclear);
}

TEST(Summary, CountsThePairsOfAllLaunches) {
    const auto summary = summarise(launches({1.0, 1.0, 1.0}));
    EXPECT_EQ(summary.pairs, 60u);
    EXPECT_EQ(summary.launches, 3u);
    EXPECT_TRUE(summary.enough);
}

}  // namespace
}  // namespace rowcast::compare
