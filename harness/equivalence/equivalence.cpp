#include "harness/equivalence/equivalence.hpp"

#include <chrono>
#include <cstddef>
#include <utility>

#include "harness/cases/command_line.hpp"
#include "harness/cases/run_case.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/property.hpp"

namespace rowcast::equivalence {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Makes numbers that may overflow a double harmless without moving a byte: exponents of three
// digits and more become zeros. (No generated number has hundreds of digits before its point.)
bool tame_exponents(std::string& row) {
    bool changed = false;
    for (std::size_t i = 0; i != row.size();) {
        if (!is_digit(row[i])) {
            ++i;
            continue;
        }
        const std::size_t first = i;
        while (i != row.size() && is_digit(row[i])) {
            ++i;
        }
        const bool has_sign = first != 0 && (row[first - 1] == '+' || row[first - 1] == '-');
        const std::size_t letter = first - (has_sign ? 1 : 0);
        if (letter != 0 && (row[letter - 1] | 0x20) == 'e' && i - first > 2) {
            row.replace(first, i - first, i - first, '0');
            changed = true;
        }
    }
    return changed;
}

}  // namespace

std::optional<std::string> compare(const Implementation& candidate, const Implementation& reference,
                                   const cases::TransformCase& transform_case) {
    const cases::Outcome expected = cases::run(reference, transform_case);
    const cases::Outcome actual = cases::run(candidate, transform_case);
    if (cases::same_answer(actual, expected)) {
        return std::nullopt;
    }
    if (expected.kind == cases::Outcome::Kind::kRowError) {
        cases::TransformCase tamed = transform_case;
        bool changed = false;
        for (std::string& row : tamed.rows) {
            changed |= tame_exponents(row);
        }
        if (changed &&
            cases::same_answer(cases::run(candidate, tamed), cases::run(reference, tamed))) {
            return std::nullopt;
        }
    }
    return cases::describe_difference(candidate.name(), actual, reference.name(), expected);
}

EquivalenceReport run_equivalence(const Implementation& candidate, const Implementation& reference,
                                  const EquivalenceOptions& options) {
    using Seconds = std::chrono::duration<double>;
    const auto start = std::chrono::steady_clock::now();
    EquivalenceReport report;
    report.implementation = candidate.name();
    report.seed = options.seed;
    const auto draw = [](Random& random, std::size_t size) {
        return generate_case(random, size, {});
    };
    const auto check = [&](const CaseModel& model) {
        return compare(candidate, reference, render(model));
    };
    for (;;) {
        PropertyOptions property;
        property.seed = report.seed;
        property.cases = options.cases;
        property.max_size = options.max_size;
        if (options.minutes > 0) {
            const Seconds elapsed = std::chrono::steady_clock::now() - start;
            property.time_limit = Seconds(options.minutes * 60) - elapsed;
        }
        const PropertyResult result = check_property(property, draw, check);
        report.cases_run += result.cases_run;
        if (result.counter_example) {
            report.equal = false;
            report.command_line =
                cases::command_line(render(*result.counter_example), candidate.name());
            report.difference = result.difference;
            report.first_failure_bytes = result.first_failure_bytes;
            return report;
        }
        if (options.minutes <= 0 || result.timed_out) {
            return report;
        }
        ++report.seed;
    }
}

std::string to_text(const EquivalenceReport& report) {
    const std::string cases =
        std::to_string(report.cases_run) + " cases, seed " + std::to_string(report.seed);
    if (report.equal) {
        return report.implementation + ": equal to the reference in " + cases + "\n";
    }
    return report.implementation + ": differs from the reference after " + cases + "\n" +
           report.difference + "  made smaller from a case with " +
           std::to_string(report.first_failure_bytes) + " bytes of rows; repeat it with\n" +
           report.command_line + "\n";
}

}  // namespace rowcast::equivalence
