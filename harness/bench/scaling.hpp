#pragma once

// What several threads make of a request, measured in launches of their own.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/bench/options.hpp"
#include "harness/bench/result.hpp"
#include "harness/measure/json_lines.hpp"
#include "pipeline/request.hpp"

namespace rowcast::bench {

// How a request on `threads` threads is measured: on all of them, however small it is.
RequestOptions on_threads(std::size_t threads, const Options& options);

// Sees to it that the calling thread runs on the last of these processors and the threads that
// help `request` on those before it: no figure is to depend on where the kernel wakes a thread.
// Runs the request for that.
void settle_threads(std::span<const int> cpus, Request& request, const Plan& plan,
                    std::span<const kernels::Row> rows);

// The child's side: one launch.
measure::Json run_scaling_launch(const measure::Json& request, const Options& options);

// The ratios over all launches, with their intervals.
void report_scaling(std::span<const measure::Json> answers, CellResult& result);

}  // namespace rowcast::bench
