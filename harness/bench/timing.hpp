#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/bench/instruments.hpp"
#include "harness/bench/result.hpp"
#include "harness/measure/sampling.hpp"

namespace rowcast::bench {

// What was sampled: `samples` samples of `calls_per_sample` consecutive calls, and the time of all.
struct Timed {
    std::uint64_t calls = 0;
    double total_ns = 0.0;
};

// How many samples fit the budget. Where the caches are emptied before each sample (which takes
// `eviction_ns`; else 0), a sample is a single call.
SamplePlan plan_samples(double one_call_ns, double budget_ns, double empty_call_ns,
                        double eviction_ns);

// Percentiles, maximum, distribution and sample counts of samples given in ticks; raw samples into
// the samples directory, if there is one.
Timed report_samples(const std::string& cell, const Instruments& instruments,
                     const std::vector<std::uint64_t>& ticks, std::uint64_t calls_per_sample,
                     CellResult& result);

// Samples `call(index)` inside Google Benchmark's own loop, which takes all calls as one batch of
// its iterations: its times are then those of one call, and no setting needs to change a name.
// `call` must have run before; `first_call_ns` is what that took, or 0.
template <class Call>
Timed time_calls(benchmark::State& state, const std::string& cell, Instruments& instruments,
                 double budget_ns, double first_call_ns, CellResult& result, Call&& call) {
    const measure::Clock& clock = instruments.clock;
    const SamplePlan plan = instruments.sample_plans.get(cell, [&] {
        constexpr double kMostEstimateNs = 50e6;
        const double wanted_ns = std::max(budget_ns, instruments.options.least_timed_s * 1.1e9);
        // A slow call needs no second one to know how slow it is.
        const double one_call_ns =
            first_call_ns > kMostEstimateNs
                ? first_call_ns
                : measure::estimate_call_ns(clock, call,
                                            std::min(wanted_ns / 10.0, kMostEstimateNs));
        return plan_samples(one_call_ns, wanted_ns, instruments.empty_call_ns,
                            instruments.eviction_ns);
    });

    std::vector<std::uint64_t> ticks;
    ticks.reserve(plan.samples);
    const std::uint64_t calls = plan.samples * plan.calls_per_sample;
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(calls))) {
        if (!instruments.evictor) {
            measure::take_samples(clock, call, 0, plan.samples, plan.calls_per_sample, ticks);
            continue;
        }
        for (std::uint64_t sample = 0; sample < plan.samples; ++sample) {
            state.PauseTiming();
            instruments.evictor->evict();
            state.ResumeTiming();
            measure::take_samples(clock, call, sample, 1, 1, ticks);
        }
    }
    return report_samples(cell, instruments, ticks, plan.calls_per_sample, result);
}

}  // namespace rowcast::bench
