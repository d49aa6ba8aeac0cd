#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/bench/kernel_input.hpp"
#include "harness/bench/suite.hpp"
#include "harness/bench/timing.hpp"

namespace rowcast::bench {
namespace {

Cell cell(std::string name, double wanted_s = 1.0, double overhead_s = 0.0) {
    return {
        .name = std::move(name), .wanted_s = wanted_s, .overhead_s = overhead_s, .run = nullptr};
}

TEST(Schedule, GivesCellsWhatTheyWantWhereThereIsTime) {
    const Schedule schedule({cell("a"), cell("b", 0.3)}, 100.0);
    EXPECT_DOUBLE_EQ(schedule.budget_s(0, 0.0), 1.0);
    EXPECT_DOUBLE_EQ(schedule.budget_s(1, 1.0), 0.3);
    EXPECT_DOUBLE_EQ(schedule.remaining_s(0, 0.0), 1.3);
}

TEST(Schedule, SharesScarceTimeOutByWhatIsWanted) {
    const Schedule schedule({cell("a", 1.0, 1.0), cell("b", 3.0, 1.0)}, 4.0);
    EXPECT_DOUBLE_EQ(schedule.budget_s(0, 0.0), 0.5);
    EXPECT_DOUBLE_EQ(schedule.budget_s(1, 1.5), 1.5);
    EXPECT_DOUBLE_EQ(schedule.remaining_s(0, 0.0), 4.0);
}

TEST(Schedule, MakesLaterCellsShorterWhenOneTookLong) {
    const Schedule schedule({cell("a"), cell("b"), cell("c")}, 3.0);
    EXPECT_DOUBLE_EQ(schedule.budget_s(1, 2.0), 0.5);
    EXPECT_DOUBLE_EQ(schedule.budget_s(2, 10.0), 0.05);  // never nothing at all
}

TEST(Schedule, WithoutDeadlineGivesAll) {
    const Schedule schedule({cell("a"), cell("b")}, 0.0);
    EXPECT_DOUBLE_EQ(schedule.budget_s(1, 1e9), 1.0);
}

std::vector<std::string> filtered(const std::string& filter) {
    std::string error;
    std::vector<std::string> names;
    for (const Cell& each :
         filter_cells({cell("pipeline/small/compact/all/scalar"),
                       cell("pipeline/large/compact/all/scalar"), cell("kernel/camel/scalar/50")},
                      filter, error)) {
        names.push_back(each.name);
    }
    EXPECT_EQ(error, "");
    return names;
}

TEST(Filter, ChoosesAsGoogleBenchmarkDoes) {
    EXPECT_EQ(filtered("").size(), 3u);
    EXPECT_EQ(filtered("all").size(), 3u);
    EXPECT_EQ(filtered("^kernel"), (std::vector<std::string>{"kernel/camel/scalar/50"}));
    EXPECT_EQ(filtered("/(small|large)/").size(), 2u);
    EXPECT_EQ(filtered("-pipeline"), (std::vector<std::string>{"kernel/camel/scalar/50"}));
    EXPECT_TRUE(filtered("nothing").empty());
}

TEST(Filter, ReportsAMalformedExpression) {
    std::string error;
    EXPECT_TRUE(filter_cells({cell("a")}, "(", error).empty());
    EXPECT_NE(error.find("--benchmark_filter=("), std::string::npos);
}

TEST(Duration, IsReadable) {
    EXPECT_EQ(format_duration(0.4), "0s");
    EXPECT_EQ(format_duration(59.4), "59s");
    EXPECT_EQ(format_duration(65.0), "1m05s");
    EXPECT_EQ(format_duration(-1.0), "0s");
}

TEST(SamplePlan, FillsTheBudget) {
    const SamplePlan slow = plan_samples(1e6, 1e9, 20.0, 0.0);
    EXPECT_EQ(slow.samples, 1'000u);
    EXPECT_EQ(slow.calls_per_sample, 1u);
    const SamplePlan fast = plan_samples(100.0, 1e6, 20.0, 0.0);
    EXPECT_EQ(fast.calls_per_sample, 10u);
    EXPECT_EQ(fast.samples, 1'000u);
}

TEST(SamplePlan, StretchesForAMedianButNotFar) {
    EXPECT_EQ(plan_samples(0.4e9, 1e9, 20.0, 0.0).samples, 6u);
    EXPECT_EQ(plan_samples(0.6e9, 1e9, 20.0, 0.0).samples, 1u);
    EXPECT_EQ(plan_samples(20e9, 1e9, 20.0, 0.0).samples, 1u);
}

TEST(SamplePlan, TakesSingleCallsAndCountsTheEvictions) {
    const SamplePlan plan = plan_samples(100.0, 100e6, 20.0, 10e6);
    EXPECT_EQ(plan.calls_per_sample, 1u);
    EXPECT_EQ(plan.samples, 9u);  // what empties the caches counts
}

TEST(SamplePlans, AreTheSameForEveryRepetition) {
    SamplePlans plans;
    std::uint64_t made = 0;
    const auto get = [&](const std::string& cell) {
        return plans.get(cell,
                         [&] { return SamplePlan{.samples = ++made, .calls_per_sample = 3}; });
    };
    EXPECT_EQ(get("a").samples, 1u);
    EXPECT_EQ(get("a").samples, 1u);
    EXPECT_EQ(get("b").samples, 2u);
}

TEST(KernelInputs, HaveTheirSizeAndDiffer) {
    for (const Content content : {Content::kLetters, Content::kEscapes, Content::kMixedUtf8,
                                  Content::kWhitespace, Content::kSnakeCase, Content::kDigits}) {
        for (const std::size_t size : {8u, 17u, 1'024u}) {
            const Inputs inputs = make_inputs(content, size);
            EXPECT_EQ(inputs.size(), 16u);
            for (const Bytes& input : inputs) {
                EXPECT_EQ(input.size(), size);
            }
            EXPECT_NE(inputs.front(), inputs.back());
            EXPECT_EQ(inputs, make_inputs(content, size)) << "seeded";
        }
    }
    EXPECT_EQ(make_inputs_ending(Content::kLetters, 9, '"').front().back(), '"');
}

TEST(KernelInputs, SnakeCaseKeysAreProperNames) {
    for (const std::size_t size : {8u, 10u, 50u, 500u}) {
        for (const Bytes& input : make_inputs(Content::kSnakeCase, size)) {
            EXPECT_NE(input.front(), '_');
            EXPECT_NE(input.back(), '_');
            for (std::size_t index = 1; index < input.size(); ++index) {
                EXPECT_FALSE(input[index] == '_' && input[index - 1] == '_');
            }
        }
    }
}

TEST(KernelInputs, KeysHitOrMissAsAsked) {
    const std::vector<std::string> fields = make_field_names(128);
    const auto is_field = [&](const std::string& key) {
        return std::find(fields.begin(), fields.end(), key) != fields.end();
    };
    EXPECT_EQ(std::set<std::string>(fields.begin(), fields.end()).size(), 128u);
    for (const std::string& key : make_keys(fields, true)) {
        EXPECT_TRUE(is_field(key)) << key;
    }
    for (const std::string& key : make_keys(fields, false)) {
        EXPECT_FALSE(is_field(key)) << key;
    }
    EXPECT_EQ(FieldTable(fields).view().count, 128u);
    EXPECT_GT(FieldTable(fields).memory_bytes(), 128u * sizeof(kernels::KeyRange));
}

}  // namespace
}  // namespace rowcast::bench
