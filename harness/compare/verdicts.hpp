#pragma once

// From launches to a verdict. Everything that reads a comparison's result takes it from here.

#include <cstddef>
#include <span>

#include "harness/compare/launch.hpp"
#include "harness/measure/paired.hpp"

namespace rowcast::compare {

// Over the launches' medians; none of them may be an error.
measure::PairedSummary summarise(std::span<const LaunchAnswer> launches);

// A difference that was found is confirmed by launches made for that purpose alone, so that having
// looked at many cells, and having looked twice at the unclear ones, does not count in its favour.
//
// So many launches it takes: all of them but at most one must lie beyond the smallest effect. If the
// true ratio does not lie beyond it, each launch's median does with a probability of at most one half,
// and n launches confirm with at most (n + 1) / 2^n. That is kept below `error / cells` (Bonferroni),
// so that the chance of any false alarm in a whole comparison stays below `error`: 12 launches for 12
// cells and 5 %.
std::size_t confirming_launches(std::size_t cells, double error);

// `found` is kFaster or kSlower; the launches are those made to confirm it. That verdict if they do;
// if they do not, what they say themselves, and if that is a difference all the same, kUnclear.
measure::Verdict confirm(measure::Verdict found, std::span<const LaunchAnswer> launches,
                         double smallest_effect);

}  // namespace rowcast::compare
