#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/measure/clock.hpp"

namespace rowcast::measure {

// A request shorter than this is not timed alone: a sample is then the mean of several.
inline constexpr double kShortestSampleNs = 1'000.0;
// A reading of the clock may be at most this share of a sample; above it a result is flagged.
inline constexpr double kLargestOverhead = 0.02;

// How many consecutive calls make one sample: 1 if a call lasts over 1 us, else enough of them
// that the sample lasts 1 us and the empty call stays under 2 % of it.
[[nodiscard]] std::uint64_t choose_calls_per_sample(double one_call_ns, double empty_call_ns);

// Takes `samples` samples of `calls_per_sample` consecutive calls each and appends their ticks
// (of the whole sample, undivided) to `ticks`, whose capacity must already suffice: nothing here
// allocates. `call` receives a running index, from `first_index` on.
// Returns the index after the last one.
template <class Call>
std::uint64_t take_samples(const Clock& clock, Call&& call, std::uint64_t first_index,
                           std::size_t samples, std::uint64_t calls_per_sample,
                           std::vector<std::uint64_t>& ticks) {
    std::uint64_t index = first_index;
    for (std::size_t sample = 0; sample < samples; ++sample) {
        const std::uint64_t begin = clock.now();
        for (std::uint64_t repeat = 0; repeat < calls_per_sample; ++repeat) {
            call(index++);
        }
        const std::uint64_t end = clock.now();
        ticks.push_back(end - begin);
    }
    return index;
}

// What `take_samples` reports for a call through a pointer that does nothing: the median.
// Published with every result; never subtracted.
[[nodiscard]] double measure_empty_call_ns(const Clock& clock);

// What one call takes, roughly: the fastest of a few growing batches, bounded by `budget_ns`.
// Used to choose calls per sample and numbers of samples, never published.
template <class Call>
double estimate_call_ns(const Clock& clock, Call&& call, double budget_ns) {
    double best = 0.0;
    double spent = 0.0;
    std::uint64_t batch = 1;
    std::uint64_t index = 0;
    do {
        const std::uint64_t begin = clock.now();
        for (std::uint64_t repeat = 0; repeat < batch; ++repeat) {
            call(index++);
        }
        const double elapsed = clock.to_ns(clock.now() - begin);
        const double each = elapsed / static_cast<double>(batch);
        if (best == 0.0 || each < best) {
            best = each;
        }
        spent += elapsed;
        if (elapsed < budget_ns / 8.0) {
            batch *= 2;
        }
    } while (spent < budget_ns);
    return best;
}

}  // namespace rowcast::measure
