#include "harness/bench/timing.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "harness/measure/json_lines.hpp"
#include "harness/measure/percentiles.hpp"

namespace rowcast::bench {
namespace {

void write_samples(const std::filesystem::path& directory, std::string cell,
                   const std::vector<double>& samples, std::uint64_t calls_per_sample) {
    std::filesystem::create_directories(directory);
    std::string text =
        fmt::format("# {}: ns a call, in order of measuring; each the mean of {} calls\n", cell,
                    calls_per_sample);
    for (const double sample : samples) {
        text += fmt::format("{:.2f}\n", sample);
    }
    std::replace(cell.begin(), cell.end(), '/', '_');
    measure::write_file_atomically(directory / (cell + ".txt"), text);
}

}  // namespace

SamplePlan plan_samples(double one_call_ns, double budget_ns, double empty_call_ns,
                        double eviction_ns) {
    constexpr double kMostSamples = 500'000.0;
    SamplePlan plan;
    plan.calls_per_sample =
        eviction_ns > 0.0 ? 1 : measure::choose_calls_per_sample(one_call_ns, empty_call_ns);
    const double sample_ns =
        std::max(one_call_ns, 0.1) * static_cast<double>(plan.calls_per_sample) + eviction_ns;
    double samples = std::floor(budget_ns / sample_ns);
    // A median is worth going over the budget for, a little.
    const auto median_needs = static_cast<double>(measure::minimum_samples(0.5));
    if (samples < median_needs && median_needs * sample_ns <= 3.0 * budget_ns) {
        samples = median_needs;
    }
    plan.samples = static_cast<std::uint64_t>(std::clamp(samples, 1.0, kMostSamples));
    return plan;
}

Timed report_samples(const std::string& cell, const Instruments& instruments,
                     const std::vector<std::uint64_t>& ticks, std::uint64_t calls_per_sample,
                     CellResult& result) {
    Timed timed;
    std::vector<double> calls_ns;
    calls_ns.reserve(ticks.size());
    for (const std::uint64_t tick : ticks) {
        const double ns = instruments.clock.to_ns(tick);
        timed.total_ns += ns;
        calls_ns.push_back(ns / static_cast<double>(calls_per_sample));
    }
    timed.calls = ticks.size() * calls_per_sample;

    if (!instruments.options.samples_directory.empty()) {
        write_samples(instruments.options.samples_directory, cell, calls_ns, calls_per_sample);
    }

    const measure::SortedSamples sorted(std::move(calls_ns));
    constexpr std::pair<const char*, double> kPercentiles[] = {
        {"p50_ns", 0.5}, {"p95_ns", 0.95}, {"p99_ns", 0.99}};
    for (const auto& [name, quantile] : kPercentiles) {
        const measure::Percentile percentile = sorted.percentile(quantile);
        if (percentile.value) {
            result.set(name, *percentile.value);
        } else {
            result.set_unavailable(name, percentile.reason);
        }
    }
    result.set("max_ns", sorted.max());
    result.set("samples", static_cast<double>(sorted.count()));
    result.set("calls_per_sample", static_cast<double>(calls_per_sample));
    result.distribution_ns = sorted.distribution();

    const double sample_ns = sorted.at(0.5) * static_cast<double>(calls_per_sample);
    if (instruments.empty_call_ns > measure::kLargestOverhead * sample_ns) {
        result.warnings.push_back(fmt::format("the empty call, {:.0f} ns, is {:.1f} % of a sample",
                                              instruments.empty_call_ns,
                                              100.0 * instruments.empty_call_ns / sample_ns));
    }
    return timed;
}

}  // namespace rowcast::bench
