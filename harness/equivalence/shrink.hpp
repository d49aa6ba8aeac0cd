#pragma once

#include <functional>
#include <vector>

#include "harness/equivalence/model.hpp"

namespace rowcast::equivalence {

// One way of making a case simpler. Applied to a copy of the case that it was listed for.
using Simplification = std::function<void(CaseModel&)>;

// All ways of making `model` a little simpler, those that take most away first. Each one makes it
// strictly simpler, so that a search that follows them ends.
std::vector<Simplification> simplifications(const CaseModel& model);

}  // namespace rowcast::equivalence
