// The comparison must find what is wrong: each implementation here is right but for one fault, and
// the fault must be found, and told by a small example.

#include "harness/equivalence/equivalence.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "harness/cases/compare.hpp"
#include "harness/cases/run_case.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/shrink.hpp"
#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"
#include "tests/support/faulty.hpp"

namespace rowcast::equivalence {
namespace {

using test::Faulty;

EquivalenceOptions quick() {
    EquivalenceOptions options;
    options.cases = 5000;
    options.seed = 3;
    return options;
}

// The size of the input in the counter-example's command line.
std::size_t input_size(const EquivalenceReport& report) {
    const std::size_t begin = report.command_line.find("printf '");
    const std::size_t end = report.command_line.find("' |");
    return begin == std::string::npos || end == std::string::npos ? report.command_line.size()
                                                                  : end - begin - 8;
}

TEST(Equivalence, FindsNothingBetweenTheReferenceAndItself) {
    const auto report = run_equivalence(reference::nlohmann(), reference::nlohmann(), quick());
    EXPECT_TRUE(report.equal) << report.difference;
    EXPECT_EQ(report.cases_run, quick().cases);
    EXPECT_NE(to_text(report).find("equal to the reference in 5000 cases, seed 3"),
              std::string::npos)
        << to_text(report);
}

TEST(Equivalence, FindsAChangedByteAndMakesTheCaseSmall) {
    // Sees 'E' in exponents (and anywhere else) as 'e'.
    const Faulty faulty([](std::string& row) { std::replace(row.begin(), row.end(), 'E', 'e'); });
    const auto report = run_equivalence(faulty, reference::nlohmann(), quick());
    ASSERT_FALSE(report.equal);
    EXPECT_LE(input_size(report), 20U) << report.command_line;
    EXPECT_NE(report.difference.find("responses differ from byte"), std::string::npos)
        << report.difference;
    EXPECT_NE(to_text(report).find("seed 3"), std::string::npos);
    EXPECT_NE(to_text(report).find(" | rowcast transform "), std::string::npos);
}

TEST(Equivalence, FindsAMisplacedError) {
    const Faulty faulty({}, [](kernels::BatchStatus& status) {
        if (status.status.code == ErrorCode::kBadUtf8) {
            ++status.status.offset;
        }
    });
    const auto report = run_equivalence(faulty, reference::nlohmann(), quick());
    ASSERT_FALSE(report.equal);
    EXPECT_LE(report.command_line.size(), 100U) << report.command_line;
    EXPECT_NE(report.difference.find("row 0, byte "), std::string::npos) << report.difference;
}

TEST(Equivalence, FindsARowAcceptedThatMustNotBe) {
    // Takes a control character for a space.
    const Faulty faulty(
        [](std::string& row) { std::replace(row.begin(), row.end(), '\x1F', ' '); });
    const auto report = run_equivalence(faulty, reference::nlohmann(), quick());
    ASSERT_FALSE(report.equal);
    EXPECT_LE(report.command_line.size(), 120U) << report.command_line;
}

TEST(Equivalence, RepeatsARunFromItsSeed) {
    const Faulty faulty([](std::string& row) { std::replace(row.begin(), row.end(), '7', '8'); });
    const auto first = run_equivalence(faulty, reference::nlohmann(), quick());
    const auto again = run_equivalence(faulty, reference::nlohmann(), quick());
    ASSERT_FALSE(first.equal);
    EXPECT_EQ(first.command_line, again.command_line);
    EXPECT_EQ(first.cases_run, again.cases_run);
}

TEST(Equivalence, EndsWhenItsTimeIsOver) {
    EquivalenceOptions options = quick();
    options.cases = 100;
    options.minutes = 0.5 / 60;
    const auto report = run_equivalence(best_implementation(), reference::nlohmann(), options);
    EXPECT_TRUE(report.equal) << report.difference;
    EXPECT_GT(report.cases_run, options.cases);
    EXPECT_GT(report.seed, options.seed);
}

TEST(Equivalence, ExcusesOnlyNumbersThatOverflow) {
    cases::TransformCase overflow;
    overflow.rows = {"[1e400]"};
    EXPECT_FALSE(compare(best_implementation(), reference::nlohmann(), overflow));
    const Faulty faulty([](std::string& row) { row = "[]"; });
    EXPECT_TRUE(compare(faulty, reference::nlohmann(), overflow));
}

TEST(Simplifications, AlwaysEnd) {
    // Following the first simplification again and again must reach a case that has none.
    Random random(5);
    for (std::size_t i = 0; i != 30; ++i) {
        CaseModel model = generate_case(random, 30, {});
        std::size_t steps = 0;
        for (auto list = simplifications(model); !list.empty(); list = simplifications(model)) {
            list.back()(model);
            ASSERT_LT(++steps, 100000U);
            static_cast<void>(render(model));
        }
    }
}

}  // namespace
}  // namespace rowcast::equivalence
