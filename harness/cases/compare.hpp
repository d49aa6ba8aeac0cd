#pragma once

// What every comparison of implementations asks: do they give the same answer to this case?

#include <optional>
#include <string>

#include "harness/cases/transform_case.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/plan.hpp"

namespace rowcast::cases {

// What differs between the two on this case, in words; nothing if they agree, or if there is no plan.
// The reference alone may refuse numbers that overflow a double. Where the case has a selection, the
// candidate is asked repeatedly, by one request object: what it remembers must not change its answer.
std::optional<std::string> compare(const Implementation& candidate, const Implementation& reference,
                                   const TransformCase& transform_case);

// The same for every registered implementation that this machine can run, peers left out. `plan` is
// the case's. The first one that differs is named with its answer, the reference's, and a command
// line that gives its answer again.
std::optional<std::string> compare_all(const Implementation& reference, const Plan& plan,
                                       const TransformCase& transform_case);

}  // namespace rowcast::cases
