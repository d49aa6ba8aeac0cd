#pragma once

#include "harness/bench/cell.hpp"
#include "harness/bench/instruments.hpp"
#include "harness/measure/environment.hpp"

namespace rowcast::bench {

// Everything that a result depends on beside the code: what goes into the context of Google
// Benchmark's JSON.
measure::Facts describe_run(const Sources& sources, const Instruments& instruments,
                            const std::string& pinned);

}  // namespace rowcast::bench
