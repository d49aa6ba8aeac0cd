#include "tests/conformance/conformance.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "harness/cases/command_line.hpp"
#include "pipeline/registry.hpp"
#include "tests/support/implementation_test.hpp"
#include "tests/support/required.hpp"

namespace rowcast::conformance {
namespace {

const std::vector<ConformanceCase>& all_cases() {
    static const auto kCases = load_cases(ROWCAST_CONFORMANCE_CASES);
    return kCases;
}

class Conformance : public test::ImplementationTest {};
ROWCAST_FOR_EACH_IMPLEMENTATION(Conformance);

TEST_P(Conformance, GivesEveryCaseItsExactBytesOrError) {
    for (const ConformanceCase& each : all_cases()) {
        if (is_excused(implementation(), each)) {
            continue;
        }
        const auto wrong = judge(implementation(), each);
        EXPECT_FALSE(wrong) << "case '" << each.name << "'\n"
                            << *wrong
                            << cases::command_line(each.transform, implementation().name());
    }
}

// Where rule 9 lets the reference off, it must still do one of the two things that the rule names.
TEST_P(Conformance, UsesItsExcuseOnlyAsRule9Allows) {
    for (ConformanceCase each : all_cases()) {
        if (!is_excused(implementation(), each)) {
            continue;
        }
        std::string& row = each.transform.rows.at(0);
        std::string& response = each.expected.bytes;
        const std::string overflowing = "1e400";
        ASSERT_NE(row.find(overflowing), std::string::npos);
        row.replace(row.find(overflowing), overflowing.size(), "1e300");
        response.replace(response.find(overflowing), overflowing.size(), "1e300");
        const auto wrong = judge(implementation(), each);
        if (wrong) {
            response.replace(response.find("-0,"), 3, "0,");
            const auto still_wrong = judge(implementation(), each);
            EXPECT_FALSE(still_wrong) << *still_wrong;
        }
    }
}

TEST(ConformanceCases, AreAllThere) {
    EXPECT_GE(all_cases().size(), 166U);
    std::set<std::string> names;
    for (const ConformanceCase& each : all_cases()) {
        EXPECT_TRUE(names.insert(each.name).second) << each.name << " stands twice";
    }
}

TEST(ConformanceCases, FailWhereTheAnswerIsAnother) {
    ConformanceCase altered = all_cases().front();
    ASSERT_EQ(altered.expected.kind, Expectation::Kind::kResponse);
    EXPECT_FALSE(judge(best_implementation(), altered));
    altered.expected.bytes.back() = ']';
    EXPECT_TRUE(judge(best_implementation(), altered));
    altered.expected = {Expectation::Kind::kRowError, "", 0, 0};
    EXPECT_TRUE(judge(best_implementation(), altered));
    altered.expected = {Expectation::Kind::kPlanError, "", 0, 0};
    EXPECT_TRUE(judge(best_implementation(), altered));
}

TEST(RequiredNames, AreRegisteredImplementationsThatThisMachineSupports) {
    for (const std::string& name : test::required_names()) {
        const Implementation* const implementation = find_implementation(name);
        ASSERT_NE(implementation, nullptr) << name << " is required and not registered";
        EXPECT_EQ(implementation->unsupported_reason(), nullptr)
            << name << " is required, but " << implementation->unsupported_reason();
    }
}

}  // namespace
}  // namespace rowcast::conformance
