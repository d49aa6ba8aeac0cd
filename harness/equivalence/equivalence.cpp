#include "harness/equivalence/equivalence.hpp"

#include <chrono>
#include <cstddef>
#include <utility>

#include "harness/cases/command_line.hpp"
#include "harness/cases/compare.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/property.hpp"

namespace rowcast::equivalence {

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
        return cases::compare(candidate, reference, render(model));
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
