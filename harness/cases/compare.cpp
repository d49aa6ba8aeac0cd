#include "harness/cases/compare.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

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

struct WrongAnswer {
    Outcome outcome;
    int asked;  // so often
};

// What an implementation answers wrongly. One request object is asked repeatedly where rows are selected
// from, because it remembers their keys: those of a row that comes alone it uses the fourth time.
std::optional<WrongAnswer> wrong_answer(const Implementation& implementation, const Plan& plan,
                                        const std::vector<std::string>& rows,
                                        const Outcome& expected) {
    const bool learns =
        std::ranges::any_of(plan.roots(), [](const Root& root) { return root.view.has_selection; });
    Request request(implementation);
    for (int asked = 1; asked <= (learns ? 4 : 1); ++asked) {
        Outcome actual = run(request, plan, rows);
        if (!same_answer(actual, expected)) {
            return WrongAnswer{std::move(actual), asked};
        }
    }
    return std::nullopt;
}

Outcome answer_of(const Implementation& implementation, const Plan& plan,
                  const std::vector<std::string>& rows) {
    Request request(implementation);
    return run(request, plan, rows);
}

// The difference in words; the reference alone may refuse numbers that overflow a double.
std::optional<std::string> difference(const Implementation& candidate,
                                      const Implementation& reference, const Plan& plan,
                                      const std::vector<std::string>& rows,
                                      const Outcome& expected) {
    const auto wrong = wrong_answer(candidate, plan, rows, expected);
    if (!wrong) {
        return std::nullopt;
    }
    if (expected.kind == Outcome::Kind::kRowError) {
        std::vector<std::string> tamed = rows;
        bool changed = false;
        for (std::string& row : tamed) {
            changed |= tame_exponents(row);
        }
        if (changed && !wrong_answer(candidate, plan, tamed, answer_of(reference, plan, tamed))) {
            return std::nullopt;
        }
    }
    const std::string when =
        wrong->asked == 1 ? ""
                          : "answer " + std::to_string(wrong->asked) + " of one request object\n";
    return when + describe_difference(candidate.name(), wrong->outcome, reference.name(), expected);
}

}  // namespace

std::optional<std::string> compare(const Implementation& candidate, const Implementation& reference,
                                   const TransformCase& transform_case) {
    const auto plan = compile(transform_case);
    if (!plan) {
        return std::nullopt;
    }
    const std::vector<std::string>& rows = transform_case.rows;
    return difference(candidate, reference, **plan, rows, answer_of(reference, **plan, rows));
}

std::optional<std::string> compare_all(const Implementation& reference, const Plan& plan,
                                       const TransformCase& transform_case) {
    const Outcome expected = answer_of(reference, plan, transform_case.rows);
    for (const Implementation* candidate : implementations()) {
        if (candidate == &reference || is_peer(*candidate) ||
            candidate->unsupported_reason() != nullptr) {
            continue;
        }
        const auto different =
            difference(*candidate, reference, plan, transform_case.rows, expected);
        if (different) {
            return std::string(candidate->name()) + " differs from " +
                   std::string(reference.name()) + "\n" + *different +
                   command_line(transform_case, candidate->name()) + "\n";
        }
    }
    return std::nullopt;
}

}  // namespace rowcast::cases
