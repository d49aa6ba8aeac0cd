#pragma once

#include <string>

#include <fmt/format.h>

#include "harness/bench/cell.hpp"
#include "harness/bench/kernel_input.hpp"
#include "harness/bench/timing.hpp"

namespace rowcast::bench {

inline constexpr double kKernelSeconds = 0.1;

inline Cell make_kernel_cell(std::string name, const Options& options,
                             std::function<CellResult(CellRun&)> run) {
    return {.name = std::move(name),
            .wanted_s = std::min(kKernelSeconds, options.cell_budget()),
            .overhead_s = 0.02,
            .run = std::move(run)};
}

// Times `invoke(input)`, which returns a number that depends on its work, over the inputs in turn.
// Before that every result must be what `expected(input)` says.
template <class Input, class Invoke, class Expected>
CellResult time_kernel(CellRun& run, const std::string& name, const std::vector<Input>& inputs,
                       std::size_t bytes, Invoke invoke, Expected expected) {
    CellResult result;
    for (std::size_t index = 0; index < inputs.size(); ++index) {
        const auto got = invoke(inputs[index]);
        const auto wanted = expected(inputs[index]);
        if (got != wanted) {
            result.error = fmt::format("input {}: the result is {}, not {}", index, got, wanted);
            return result;
        }
    }
    const std::uint64_t mask = inputs.size() - 1;
    const Timed timed = time_calls(run.state, name, run.instruments, run.budget_ns, 0.0, result,
                                   [&](std::uint64_t index) {
                                       auto outcome = invoke(inputs[index & mask]);
                                       benchmark::DoNotOptimize(outcome);
                                   });
    constexpr double kNsPerSecond = 1e9;
    result.set("calls_per_second",
               static_cast<double>(timed.calls) * kNsPerSecond / timed.total_ns);
    if (bytes > 0) {
        result.set("bytes_per_second", static_cast<double>(bytes) *
                                           static_cast<double>(timed.calls) * kNsPerSecond /
                                           timed.total_ns);
    }
    return result;
}

}  // namespace rowcast::bench
