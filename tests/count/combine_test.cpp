#include "harness/count/combine.hpp"

#include <gtest/gtest.h>

namespace rowcast::count {
namespace {

SourceAnswer source(const char* name, Json values) {
    return {.source = name, .unavailable = {}, .values = std::move(values), .reasons = {}};
}

TEST(Combine, TakesTheFirstSourceThatHasTheValueAndNamesIt) {
    const SourceAnswer answers[] = {source("papi", {{"loads", 5}}),
                                    source("callgrind", {{"instructions", 7}, {"loads", 6}}),
                                    source("step", {{"instructions", 8}})};
    EXPECT_EQ(combine("instructions", answers),
              (Json{{"value", 7}, {"source", "callgrind"}, {"reason", nullptr}}));
    EXPECT_EQ(combine("loads", answers),
              (Json{{"value", 5}, {"source", "papi"}, {"reason", nullptr}}));
}

TEST(Combine, IsNullWithEverySourcesReasonWhereNoneHasIt) {
    SourceAnswer papi = source("papi", Json::object());
    papi.reasons = {{"instructions", "no such event"}};
    const SourceAnswer answers[] = {papi,
                                    {.source = "callgrind", .unavailable = "not installed"},
                                    source("step", {{"loads", 1}})};
    const Json missing = combine("instructions", answers);
    EXPECT_TRUE(missing["value"].is_null());
    EXPECT_TRUE(missing["source"].is_null());
    EXPECT_EQ(missing["reason"],
              "papi: no such event; callgrind: not installed; step: does not count this");
    EXPECT_EQ(combine("instructions", {})["reason"], "no source was asked");
}

TEST(Combine, DoesNotLookAtTheValuesOfASourceThatIsUnavailable) {
    const SourceAnswer broken[] = {{.source = "callgrind",
                                    .unavailable = "died",
                                    .values = {{"instructions", 7}},
                                    .reasons = {}}};
    EXPECT_TRUE(combine("instructions", broken)["value"].is_null());
}

TEST(Combine, WritesWholeNumbersAsSuchAndOthersAsTheyAre) {
    const SourceAnswer answers[] = {
        source("step", {{"whole", 3.0}, {"half", 2.5}, {"mix", {{"zmm", 4.0}, {"ymm", 0.5}}}})};
    EXPECT_EQ(combine("whole", answers)["value"].dump(), "3");
    EXPECT_EQ(combine("half", answers)["value"].dump(), "2.5");
    EXPECT_EQ(combine("mix", answers)["value"].dump(), R"({"zmm":4,"ymm":0.5})");
}

}  // namespace
}  // namespace rowcast::count
