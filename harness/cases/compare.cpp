#include "harness/cases/compare.hpp"

#include <cstddef>

#include "harness/cases/command_line.hpp"
#include "harness/cases/run_case.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"

namespace rowcast::cases {

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
                                   const TransformCase& transform_case) {
    const Outcome expected = run(reference, transform_case);
    const Outcome actual = run(candidate, transform_case);
    if (same_answer(actual, expected)) {
        return std::nullopt;
    }
    if (expected.kind == Outcome::Kind::kRowError) {
        TransformCase tamed = transform_case;
        bool changed = false;
        for (std::string& row : tamed.rows) {
            changed |= tame_exponents(row);
        }
        if (changed && same_answer(run(candidate, tamed), run(reference, tamed))) {
            return std::nullopt;
        }
    }
    return describe_difference(candidate.name(), actual, reference.name(), expected);
}

std::optional<std::string> compare_all(const Implementation& reference, const Plan& plan,
                                       const TransformCase& transform_case) {
    const auto answer_of = [&](const Implementation& implementation) {
        Request request(implementation);
        return run(request, plan, transform_case.rows);
    };
    const Outcome expected = answer_of(reference);
    for (const Implementation* candidate : implementations()) {
        if (candidate == &reference || is_peer(*candidate) ||
            candidate->unsupported_reason() != nullptr) {
            continue;
        }
        const Outcome actual = answer_of(*candidate);
        // Only where they differ: whether the reference is excused.
        if (!same_answer(actual, expected) && compare(*candidate, reference, transform_case)) {
            return std::string(candidate->name()) + " differs from " +
                   std::string(reference.name()) + "\n" +
                   describe_difference(candidate->name(), actual, reference.name(), expected) +
                   command_line(transform_case, candidate->name()) + "\n";
        }
    }
    return std::nullopt;
}

}  // namespace rowcast::cases
