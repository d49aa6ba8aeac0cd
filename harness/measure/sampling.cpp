#include "harness/measure/sampling.hpp"

#include <algorithm>
#include <cmath>

#include "harness/measure/percentiles.hpp"

namespace rowcast::measure {
namespace {

void do_nothing(std::uint64_t /*index*/) {}

}  // namespace

std::uint64_t choose_calls_per_sample(double one_call_ns, double empty_call_ns) {
    if (one_call_ns > kShortestSampleNs) {
        return 1;
    }
    const double shortest = std::max(kShortestSampleNs, empty_call_ns / kLargestOverhead);
    const double calls = std::ceil(shortest / std::max(one_call_ns, 0.1));
    return static_cast<std::uint64_t>(std::clamp(calls, 2.0, 1e6));
}

double measure_empty_call_ns(const Clock& clock) {
    constexpr std::size_t kSamples = 20'001;
    void (*volatile opaque)(std::uint64_t) = do_nothing;
    void (*const call)(std::uint64_t) = opaque;
    std::vector<std::uint64_t> ticks;
    ticks.reserve(kSamples);
    take_samples(clock, call, 0, kSamples, 1, ticks);

    std::vector<double> ns;
    ns.reserve(ticks.size());
    for (const std::uint64_t tick : ticks) {
        ns.push_back(clock.to_ns(tick));
    }
    return SortedSamples(std::move(ns)).at(0.5);
}

}  // namespace rowcast::measure
