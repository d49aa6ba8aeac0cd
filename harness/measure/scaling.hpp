#pragma once

// How well several threads share one piece of work, compared with what the machine gives to as many
// threads that have nothing to do with each other. Two processors need not be twice one: they share
// memory, caches, perhaps a core. So three things take turns in one process:
//
//   alone         one thread, one piece of work after another
//   independent   n threads at the same time, each with work of its own
//   together      n threads on each piece of work
//
// `independent` over `alone` is what the machine can give, `together` over `alone` what is made of
// it, and `together` over `independent` the share that is reached. All are ratios of throughputs.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/measure/paired.hpp"

namespace rowcast::measure {

struct ScalingWork {
    Epoch alone;
    std::vector<Epoch> independent;  // one a thread; the first runs on the calling one
    Epoch together;
};

struct ScalingOptions {
    std::vector<int> cpus;   // where the independent threads run, the first one excepted; or empty
    double epoch_ns = 5e6;   // an epoch is at least this long and at least one call
    double budget_ns = 1e9;  // no new round after this long
    std::size_t min_rounds = 15;  // with fewer a launch proves nothing
    std::size_t max_rounds = 200;
    std::uint64_t seed = 1;  // of the order within a round
};

// Logarithms of ratios of throughputs: medians over the rounds of one launch.
struct ScalingResult {
    double independent_over_alone = 0.0;
    double together_over_alone = 0.0;
    double together_over_independent = 0.0;
    double alone_ns = 0.0;     // of one call
    double together_ns = 0.0;  // of one call
    std::size_t rounds = 0;
    bool enough = false;  // at least min_rounds
};

// One launch. The calling thread stays where it is.
[[nodiscard]] ScalingResult run_scaling_launch(const ScalingWork& work, const NowNs& now_ns,
                                               const ScalingOptions& options);

}  // namespace rowcast::measure
