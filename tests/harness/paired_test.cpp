#include "harness/measure/paired.hpp"

#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

// A machine whose time passes only by the calls made, at a speed that may change with time.
struct FakeTime {
    double now = 0.0;
    std::function<double(double)> slowness = [](double) { return 1.0; };
    std::string order;
    std::vector<std::uint64_t> firsts;

    Epoch work(char name, double call_ns) {
        return [this, name, call_ns](std::uint64_t first, std::uint64_t calls) {
            order += name;
            firsts.push_back(first);
            for (std::uint64_t call = 0; call < calls; ++call) {
                now += call_ns * slowness(now);
            }
        };
    }
    NowNs clock() {
        return [this] { return now; };
    }
};

PairedOptions options(std::uint64_t seed = 1) {
    PairedOptions result;
    result.seed = seed;
    return result;
}

// A and B by the time of one call.
LaunchResult launch_of(FakeTime& time, double a_ns, double b_ns) {
    return run_paired_launch(time.work('A', a_ns), time.work('B', b_ns), time.clock(), options());
}

TEST(PairedLaunch, ReadsOneForIdenticalCode) {
    FakeTime time;
    const auto result = launch_of(time, 1'000, 1'000);
    EXPECT_DOUBLE_EQ(result.median_log_ratio, 0.0);
    EXPECT_EQ(result.pairs(), 200u);
    EXPECT_EQ(result.log_ratios.size(), 200u);
    EXPECT_TRUE(result.enough);
    EXPECT_DOUBLE_EQ(result.a_ns, 1'000.0);
    EXPECT_DOUBLE_EQ(result.b_ns, 1'000.0);
}

TEST(PairedLaunch, ReadsFivePercent) {
    FakeTime time;
    const auto result = launch_of(time, 1'000, 1'050);
    EXPECT_NEAR(std::exp(result.median_log_ratio), 1.05, 1e-12);
}

TEST(PairedLaunch, FillsEpochsWithCalls) {
    FakeTime time;
    const auto result = launch_of(time, 1'000, 3e6);
    EXPECT_EQ(result.a_calls, 200u);
    EXPECT_EQ(result.b_calls, 1u);
}

TEST(PairedLaunch, GivesSidesThatAreAboutAsFastTheSameWork) {
    FakeTime time;
    const auto result = launch_of(time, 1'000, 1'500);
    EXPECT_EQ(result.a_calls, 200u);
    EXPECT_EQ(result.b_calls, 200u);
}

TEST(PairedLaunch, IsNotMisledByAMomentInWhichTheMachineIsElsewhere) {
    FakeTime time;
    time.slowness = [](double now) { return now < 100'000 ? 1e6 : 1.0; };
    const auto result = launch_of(time, 1'000, 1'000);
    EXPECT_EQ(result.a_calls, 200u);
    EXPECT_EQ(result.b_calls, 200u);
}

TEST(PairedLaunch, ComesToEveryOneOfAPowerOfTwoOfDocuments) {
    FakeTime time;
    (void)launch_of(time, 10'000, 10'000);
    std::set<std::uint64_t> documents;
    for (std::size_t epoch = time.firsts.size() - 400; epoch < time.firsts.size(); ++epoch) {
        documents.insert(time.firsts[epoch] % 64);
    }
    EXPECT_EQ(documents.size(), 64u);
}

TEST(PairedLaunch, GivesBothSidesOfAPairTheSameDocuments) {
    FakeTime time;
    const auto a = time.work('A', 10'000);
    const auto b = time.work('B', 20'000);
    (void)run_paired_launch(a, b, time.clock(), options());
    const std::size_t warm_up = time.firsts.size() - 400;
    for (std::size_t epoch = warm_up; epoch < time.firsts.size(); epoch += 2) {
        EXPECT_EQ(time.firsts[epoch], time.firsts[epoch + 1]);
    }
}

TEST(PairedLaunch, TurnsEveryOtherPairRound) {
    FakeTime time;
    (void)launch_of(time, 1'000, 1'000);
    const std::string order = time.order.substr(time.order.size() - 400);
    std::size_t abba = 0;
    for (std::size_t block = 0; block < order.size(); block += 4) {
        const std::string four = order.substr(block, 4);
        EXPECT_TRUE(four == "ABBA" || four == "BAAB") << four;
        abba += four == "ABBA" ? 1u : 0u;
    }
    // Reshuffled: neither kind alone.
    EXPECT_GT(abba, 25u);
    EXPECT_LT(abba, 75u);
}

TEST(PairedLaunch, RepeatsItsOrderForASeed) {
    FakeTime first;
    FakeTime second;
    FakeTime other;
    (void)run_paired_launch(first.work('A', 1'000), first.work('B', 1'000), first.clock(),
                            options(7));
    (void)run_paired_launch(second.work('A', 1'000), second.work('B', 1'000), second.clock(),
                            options(7));
    (void)run_paired_launch(other.work('A', 1'000), other.work('B', 1'000), other.clock(),
                            options(8));
    EXPECT_EQ(first.order, second.order);
    EXPECT_NE(first.order, other.order);
}

TEST(PairedLaunch, CancelsASteadyDrift) {
    FakeTime time;
    // Twice as slow every 100 ms: 0.14 % from one epoch to the next, always in one direction.
    time.slowness = [](double now) { return std::exp2(now / 100e6); };
    const auto result = launch_of(time, 1'000, 1'000);
    EXPECT_NEAR(std::exp(result.median_log_ratio), 1.0, 2e-4);
}

TEST(PairedLaunch, SeesThroughSlowPhases) {
    FakeTime time;
    // As on a shared machine: a quarter of the time 1.6 times slower, in phases of many epochs.
    time.slowness = [](double now) { return std::fmod(now, 40e6) < 10e6 ? 1.6 : 1.0; };
    const auto result = launch_of(time, 1'000, 1'010);
    EXPECT_NEAR(std::exp(result.median_log_ratio), 1.01, 1e-4);
}

TEST(PairedLaunch, CancelsTheGainOfComingSecond) {
    FakeTime time;
    // The first on a document pays 4 % more than the second, who finds it in the cache.
    std::uint64_t seen = ~std::uint64_t{0};
    const auto work = [&](std::uint64_t first, std::uint64_t calls) {
        time.now += static_cast<double>(calls) * 1'000.0 * (first == seen ? 1.0 : 1.04);
        seen = first;
    };
    for (std::uint64_t seed = 1; seed <= 9; ++seed) {
        const auto result = run_paired_launch(work, work, time.clock(), options(seed));
        EXPECT_NEAR(result.median_log_ratio, 0.0, 1e-9);
        EXPECT_NEAR(result.log_ratios.back(), 0.0, 1e-9);
    }
}

TEST(PairedLaunch, StretchesForTheFewestPairs) {
    FakeTime time;
    PairedOptions stretched = options();
    stretched.stretched_ns = 3e9;
    const auto result =
        run_paired_launch(time.work('A', 20e6), time.work('B', 20e6), time.clock(), stretched);
    EXPECT_EQ(result.pairs(), 16u);  // 15, in blocks of two
    EXPECT_TRUE(result.enough);
    stretched.stretched_ns = 0.4e9;
    const auto cut =
        run_paired_launch(time.work('A', 20e6), time.work('B', 20e6), time.clock(), stretched);
    EXPECT_EQ(cut.pairs(), 10u);
    EXPECT_FALSE(cut.enough);
}

TEST(PairedLaunch, StopsAtItsBudget) {
    FakeTime time;
    const auto result = launch_of(time, 5e6, 5e6);
    EXPECT_EQ(result.pairs(), 30u);  // 10 ms each, 0.3 s
    EXPECT_TRUE(result.enough);
}

TEST(PairedLaunch, SaysWhenItHadTooFewPairs) {
    FakeTime time;
    const auto result = launch_of(time, 20e6, 400e6);
    EXPECT_EQ(result.pairs(), 2u);  // at least one block
    EXPECT_FALSE(result.enough);
    EXPECT_NEAR(std::exp(result.median_log_ratio), 20.0, 1e-9);
}

LaunchSummary launch(double ratio, bool enough = true) {
    return {.median_log_ratio = std::log(ratio), .pairs = 200, .enough = enough};
}

TEST(Launches, AreSummedUpByTheirMedianAndExtremes) {
    const std::vector<LaunchSummary> seven = {launch(1.01), launch(0.99), launch(1.00),
                                              launch(1.02), launch(1.00), launch(0.98),
                                              launch(1.03)};
    const PairedSummary summary = summarise_launches(seven);
    EXPECT_DOUBLE_EQ(summary.ratio, 1.0);
    EXPECT_DOUBLE_EQ(summary.low, 0.98);
    EXPECT_DOUBLE_EQ(summary.high, 1.03);
    EXPECT_DOUBLE_EQ(summary.coverage, 0.984375);
    EXPECT_EQ(summary.launches, 7u);
    EXPECT_EQ(summary.pairs, 1'400u);
    EXPECT_TRUE(summary.enough);
}

TEST(Launches, AreNotEnoughIfOneOfThemWasNot) {
    EXPECT_FALSE(summarise_launches(std::vector{launch(1.0), launch(1.0, false)}).enough);
}

PairedSummary summary(double low, double high) {
    PairedSummary result;
    result.low = low;
    result.high = high;
    result.coverage = 0.984;
    result.enough = true;
    return result;
}

TEST(Verdict, NeedsTheWholeInterval) {
    EXPECT_EQ(judge(summary(0.90, 0.95), 0.02), Verdict::kFaster);
    EXPECT_EQ(judge(summary(0.95, 0.985), 0.02), Verdict::kUnclear);
    EXPECT_EQ(judge(summary(0.99, 1.01), 0.02), Verdict::kSame);
    EXPECT_EQ(judge(summary(1.01, 1.05), 0.02), Verdict::kUnclear);
    EXPECT_EQ(judge(summary(1.03, 1.05), 0.02), Verdict::kSlower);
    EXPECT_EQ(judge(summary(0.90, 1.10), 0.02), Verdict::kUnclear);
}

TEST(Verdict, IsUnclearOnThinEvidence) {
    PairedSummary few_pairs = summary(0.5, 0.6);
    few_pairs.enough = false;
    EXPECT_EQ(judge(few_pairs, 0.02), Verdict::kUnclear);
    PairedSummary few_launches = summary(0.5, 0.6);
    few_launches.coverage = 0.75;
    EXPECT_EQ(judge(few_launches, 0.02), Verdict::kUnclear);
    EXPECT_EQ(verdict_name(judge(few_launches, 0.02)), "UNCLEAR");
}

}  // namespace
}  // namespace rowcast::measure
