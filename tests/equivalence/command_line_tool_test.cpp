// A counter-example is printed as a command line. Drawn cases, pasted into a shell, must give what
// the library gives: the response and nothing else, or the place of the error.

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "harness/cases/command_line.hpp"
#include "harness/cases/run_case.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/model.hpp"
#include "tests/equivalence/shell.hpp"
#include "tests/support/implementation_test.hpp"

namespace rowcast::equivalence {
namespace {

class CommandLine : public test::ImplementationTest {};
ROWCAST_FOR_EACH_IMPLEMENTATION(CommandLine);

// What the tool is to write to standard output and standard error, and its exit code.
std::string expected_output(const cases::Outcome& outcome) {
    switch (outcome.kind) {
        case cases::Outcome::Kind::kResponse:
            return outcome.bytes + "exit 0\n";
        case cases::Outcome::Kind::kRowError:
            return "rowcast: row " + std::to_string(outcome.row) + ", byte " +
                   std::to_string(outcome.byte) + ": " + outcome.message + "\nexit 1\n";
        default:
            return "rowcast: " + outcome.message + "\nexit 2\n";
    }
}

TEST_P(CommandLine, GivesWhatTheLibraryGives) {
    Random random(11);
    for (std::size_t i = 0; i != 60; ++i) {
        const cases::TransformCase transform = render(generate_case(random, i % 30, {}));
        const std::string line = cases::command_line(transform, implementation().name());
        const cases::Outcome outcome = cases::run(implementation(), transform);
        const std::string output = test::output_of_bash(
            "PATH=" ROWCAST_TOOL_FOLDER ":$PATH\nunset ROWCAST_IMPLEMENTATION\nexec 2>&1\n" + line +
            "\necho exit $?\n");
        if (outcome.kind == cases::Outcome::Kind::kResponse) {
            EXPECT_EQ(output, expected_output(outcome)) << line;
        } else {
            // More lines of context may follow the first one.
            const std::string expected = expected_output(outcome);
            const std::size_t first_line = expected.find('\n');
            EXPECT_EQ(output.substr(0, output.find('\n')), expected.substr(0, first_line)) << line;
            EXPECT_TRUE(output.ends_with(expected.substr(first_line))) << line << "\n" << output;
        }
    }
}

}  // namespace
}  // namespace rowcast::equivalence
