#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/bench/options.hpp"
#include "harness/bench/result.hpp"
#include "harness/measure/json_lines.hpp"
#include "harness/measure/paired.hpp"

namespace rowcast::bench {

// What a child process is asked to compare: one launch of the paired engine.
struct PairedRequest {
    std::string workload;
    std::string layout;
    std::string scenario;
    std::string baseline;
    std::string implementation;
    std::size_t rows = 0;     // 0: the catalogue's
    std::size_t threads = 1;  // of the implementation's request; the baseline's has one
    std::vector<int> cpus{};  // for them
    bool compares = true;     // both must give the same bytes for the first document
    std::uint64_t seed = 1;
    double budget_ns = 0.0;
};

// What it answers, as one line of JSON on its standard output.
struct PairedAnswer {
    measure::LaunchSummary launch;
    double baseline_ns = 0.0;  // median of one call
    double implementation_ns = 0.0;
    std::string error;
};

// Starts this program anew, so with addresses of its own, and waits for its answer.
PairedAnswer launch_pair(const PairedRequest& request, std::span<const std::string> own_flags);

// The child's side: one launch.
measure::Json run_paired_launch(const measure::Json& request, const Options& options);

// The ratio over all launches, with its interval.
void report_ratio(std::span<const PairedAnswer> answers, std::string_view baseline,
                  CellResult& result);

}  // namespace rowcast::bench
