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
// The test is the exact signed-rank test (Wilcoxon, Biometrics Bulletin 1, 1945) on how far the
// launches' medians lie beyond the smallest effect. It takes for granted that they scatter evenly about
// their middle, which alternating A and B sees to, and nothing else about them. Each cell is tested at
// `error / cells` (Bonferroni), so the chance of any false alarm in a whole comparison stays below
// `error`.

// So many launches it takes: as many as confirm even where those on the wrong side have ranks that add
// up to 16 (the sixteenth least, or the five least). 16 launches for 12 cells and 5 %.
std::size_t confirming_launches(double level);

// How likely `launches` values that scatter evenly about 0 have negative ones whose ranks, by size from
// 1, add up to at most `sum`. Takes launches^3 steps.
double signed_rank_probability(std::size_t launches, std::size_t sum);

// `found` is kFaster or kSlower; the launches are those made to confirm it, tested at `level`. That
// verdict if they do; if they do not, what they say themselves, and if that is a difference all the
// same, kUnclear; as they do where one of them had too few pairs.
measure::Verdict confirm(measure::Verdict found, std::span<const LaunchAnswer> launches,
                         double smallest_effect, double level);

}  // namespace rowcast::compare
