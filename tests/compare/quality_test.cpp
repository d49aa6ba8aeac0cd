#include "harness/measure/quality.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "harness/compare/quality_line.hpp"
#include "harness/measure/random.hpp"

namespace rowcast::compare {
namespace {

using measure::clean_share;
using measure::heap_separation;

// About normal, by twelve uniform numbers.
std::vector<double> noise(std::size_t count, double middle, double spread, std::uint64_t seed) {
    measure::Random random(seed);
    std::vector<double> samples;
    for (std::size_t index = 0; index < count; ++index) {
        double sum = -6.0;
        for (int i = 0; i < 12; ++i) {
            sum += static_cast<double>(random.next() >> 11u) * 0x1p-53;
        }
        samples.push_back(middle + spread * sum);
    }
    return samples;
}

TEST(CleanShare, IsThePartOfEpochsNearTheFastOnes) {
    EXPECT_DOUBLE_EQ(clean_share(std::vector<double>(10, 5.0)), 1.0);
    EXPECT_DOUBLE_EQ(clean_share(std::vector{100.0, 101.0, 109.0, 160.0}), 0.75);
}

TEST(HeapSeparation, TellsTwoHeapsFromOne) {
    std::vector<double> samples = noise(200, 0.0, 0.01, 1);
    EXPECT_LT(heap_separation(samples), 3.5);
    const std::vector<double> other = noise(200, 0.06, 0.01, 2);
    samples.insert(samples.end(), other.begin(), other.end());
    EXPECT_GT(heap_separation(samples), measure::kTwoHeaps);
}

TEST(HeapSeparation, TakesFewOutliersForNoHeap) {
    std::vector<double> samples = noise(200, 0.0, 0.01, 3);
    for (std::size_t index = 0; index < 8; ++index) {
        samples[index * 20] = 0.5;
    }
    EXPECT_LT(heap_separation(samples), 4.0);
}

TEST(HeapSeparation, SaysNothingOfAFewSamples) {
    EXPECT_DOUBLE_EQ(heap_separation(std::vector<double>{0.0, 1.0, 0.0, 1.0}), 0.0);
    EXPECT_DOUBLE_EQ(heap_separation(std::vector<double>(100, 1.0)), 0.0);
}

LaunchAnswer good_launch() {
    LaunchAnswer launch;
    launch.enough = true;
    launch.clean_share = 0.8;
    launch.heap_separation = 2.7;
    launch.clock_share = 0.001;
    launch.seconds = 0.3;
    launch.a_epochs_ns.assign(200, 1.0);
    return launch;
}

TEST(Warnings, AreNoneForGoodLaunches) {
    EXPECT_TRUE(warnings_of(std::vector(7, good_launch())).empty());
}

// The first warning, up to its colon.
std::string warning_of(const LaunchAnswer& launch) {
    const auto warnings = warnings_of(std::vector(7, launch));
    return warnings.size() == 1 ? warnings.front().substr(0, warnings.front().find(':')) : "";
}

TEST(Warnings, NameWhatIsWrong) {
    LaunchAnswer few = good_launch();
    few.enough = false;
    EXPECT_EQ(warning_of(few), "too few samples");
    LaunchAnswer coarse = good_launch();
    coarse.clock_share = 0.03;
    EXPECT_EQ(warning_of(coarse), "timer too coarse");
    LaunchAnswer heaps = good_launch();
    heaps.heap_separation = 6.0;
    EXPECT_EQ(warning_of(heaps), "two heaps");
    LaunchAnswer crowded = good_launch();
    crowded.involuntary_switches = 90;
    EXPECT_EQ(warning_of(crowded), "machine unfit");
    LaunchAnswer unsteady = good_launch();
    unsteady.clean_share = 0.1;
    EXPECT_EQ(warning_of(unsteady), "machine unfit");
}

}  // namespace
}  // namespace rowcast::compare
