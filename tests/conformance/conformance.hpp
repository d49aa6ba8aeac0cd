#pragma once

// The worked examples of the contract (cases.json): reading them, and judging an implementation by
// one of them.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cases/transform_case.hpp"
#include "pipeline/implementation.hpp"

namespace rowcast::conformance {

struct Expectation {
    enum class Kind { kResponse, kRowError, kPlanError };

    Kind kind = Kind::kResponse;
    std::string bytes;
    std::size_t row = 0;
    std::size_t byte = 0;
};

struct ConformanceCase {
    std::string name;
    cases::TransformCase transform;
    Expectation expected;
};

// Throws std::runtime_error, naming the file or the case, if it cannot be read or has members that
// it should not have.
std::vector<ConformanceCase> load_cases(const std::string& path);

// What is wrong with the implementation's answer, in words; nothing if it is right.
std::optional<std::string> judge(const Implementation& implementation,
                                 const ConformanceCase& conformance_case);

// Rule 9: the nlohmann reference alone may refuse numbers that overflow a double.
bool is_excused(const Implementation& implementation, const ConformanceCase& conformance_case);

}  // namespace rowcast::conformance
