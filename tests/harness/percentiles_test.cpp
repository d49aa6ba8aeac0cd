#include "harness/measure/percentiles.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

std::vector<double> one_to(int count) {
    std::vector<double> values;
    // Not in order: 7 is coprime to the counts used here.
    for (int index = 0; index < count; ++index) {
        values.push_back(static_cast<double>((index * 7) % count + 1));
    }
    return values;
}

TEST(MinimumSamples, AreThoseThatBoundTheIntervalOnBothSides) {
    EXPECT_EQ(minimum_samples(0.5), 6u);
    EXPECT_EQ(minimum_samples(0.95), 72u);
    EXPECT_EQ(minimum_samples(0.99), 368u);
    EXPECT_EQ(minimum_samples(0.999), 3'688u);
    EXPECT_EQ(minimum_samples(0.05), 72u);
    EXPECT_THROW((void)minimum_samples(1.0), std::invalid_argument);
}

TEST(SortedSamples, TakesTheNearestRank) {
    const SortedSamples samples({15.0, 20.0, 35.0, 40.0, 50.0});
    EXPECT_EQ(samples.at(0.0), 15.0);
    EXPECT_EQ(samples.at(0.05), 15.0);
    EXPECT_EQ(samples.at(0.30), 20.0);
    EXPECT_EQ(samples.at(0.40), 20.0);
    EXPECT_EQ(samples.at(0.50), 35.0);
    EXPECT_EQ(samples.at(0.81), 50.0);
    EXPECT_EQ(samples.at(1.0), 50.0);
    EXPECT_EQ(samples.max(), 50.0);
    EXPECT_DOUBLE_EQ(samples.mean(), 32.0);
}

TEST(SortedSamples, AreExactAtRanksThatRoundingCouldMiss) {
    const SortedSamples hundred(one_to(100));
    for (int percent = 1; percent <= 100; ++percent) {
        EXPECT_EQ(hundred.at(percent / 100.0), percent) << percent;
    }
    const SortedSamples thousand(one_to(1'000));
    EXPECT_EQ(thousand.at(0.999), 999.0);
    EXPECT_EQ(thousand.at(0.9991), 1'000.0);
}

TEST(SortedSamples, GiveNoPercentileOfTooFewAndSayWhy) {
    EXPECT_FALSE(SortedSamples(one_to(71)).percentile(0.95).value.has_value());
    EXPECT_EQ(SortedSamples(one_to(71)).percentile(0.95).reason, "too few samples: 71 of 72");
    EXPECT_EQ(SortedSamples(one_to(72)).percentile(0.95).value, 69.0);
    EXPECT_EQ(SortedSamples(one_to(6)).percentile(0.5).value, 3.0);
    EXPECT_FALSE(SortedSamples(one_to(5)).percentile(0.5).value.has_value());
    EXPECT_EQ(SortedSamples(one_to(368)).percentile(0.99).value, 365.0);
    EXPECT_FALSE(SortedSamples({}).percentile(0.5).value.has_value());
}

TEST(SortedSamples, RefuseStatisticsOfNothing) {
    const SortedSamples none({});
    EXPECT_THROW((void)none.at(0.5), std::out_of_range);
    EXPECT_THROW((void)none.mean(), std::out_of_range);
    EXPECT_TRUE(none.distribution().empty());
}

TEST(SortedSamples, DescribeTheirDistribution) {
    const auto points = SortedSamples(one_to(10'000)).distribution();
    ASSERT_GE(points.size(), 38u);
    ASSERT_LE(points.size(), 45u);
    EXPECT_EQ(points.front(), (std::pair{0.0, 1.0}));
    EXPECT_EQ(points.back(), (std::pair{1.0, 10'000.0}));
    for (std::size_t index = 1; index < points.size(); ++index) {
        EXPECT_LT(points[index - 1].first, points[index].first);
        EXPECT_LE(points[index - 1].second, points[index].second);
    }
}

TEST(SortedSamples, LeaveOutQuantilesBeyondWhichNoSampleLies) {
    for (const auto& [quantile, value] : SortedSamples(one_to(10)).distribution()) {
        EXPECT_TRUE(quantile == 0.0 || quantile == 1.0 || (quantile >= 0.1 && quantile <= 0.9))
            << quantile;
    }
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoMiddleValues) {
    EXPECT_EQ(median({3.0, 1.0, 2.0}), 2.0);
    EXPECT_EQ(median({4.0, 1.0, 3.0, 2.0}), 2.5);
    EXPECT_EQ(median({7.0}), 7.0);
    EXPECT_THROW((void)median({}), std::out_of_range);
}

TEST(MedianInterval, OfSevenIsMinimumToMaximum) {
    const std::vector<double> values = {4, 2, 7, 1, 6, 3, 5};
    const MedianInterval interval = median_interval(values);
    EXPECT_EQ(interval.low, 1.0);
    EXPECT_EQ(interval.median, 4.0);
    EXPECT_EQ(interval.high, 7.0);
    EXPECT_DOUBLE_EQ(interval.coverage, 0.984375);
}

// Coverages of [x(k), x(n+1-k)] from the binomial table.
TEST(MedianInterval, TakesTheNarrowestThatCoversEnough) {
    const auto of = [](int count) { return median_interval(one_to(count)); };
    EXPECT_EQ(of(5).low, 1.0);  // minimum to maximum, though it falls short
    EXPECT_DOUBLE_EQ(of(5).coverage, 0.9375);
    EXPECT_DOUBLE_EQ(of(6).coverage, 0.96875);
    EXPECT_EQ(of(8).low, 1.0);
    EXPECT_EQ(of(9).low, 2.0);
    EXPECT_EQ(of(9).high, 8.0);
    EXPECT_DOUBLE_EQ(of(9).coverage, 0.9609375);
    EXPECT_EQ(of(20).low, 6.0);
    EXPECT_EQ(of(20).high, 15.0);
    EXPECT_NEAR(of(20).coverage, 0.958611, 1e-6);
    EXPECT_EQ(of(1).coverage, 0.0);
}

TEST(MedianInterval, WidensWithTheConfidenceAskedFor) {
    const MedianInterval wide = median_interval(one_to(20), 0.99);
    EXPECT_EQ(wide.low, 4.0);
    EXPECT_EQ(wide.high, 17.0);
    EXPECT_NEAR(wide.coverage, 0.997423, 1e-6);
}

// 0.5^2000 is no double.
TEST(MedianInterval, OfThousandsIsNoNarrowerThanItMayBe) {
    const MedianInterval of_many = median_interval(one_to(2'000));
    EXPECT_EQ(of_many.low, 956.0);
    EXPECT_EQ(of_many.high, 1'045.0);
    EXPECT_NEAR(of_many.coverage, 0.953, 0.004);
}

}  // namespace
}  // namespace rowcast::measure
