#pragma once

#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/bench/options.hpp"
#include "harness/measure/affinity.hpp"
#include "harness/measure/allocation.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/counters.hpp"
#include "harness/settings/setting.hpp"

namespace rowcast::bench {

using namespace settings;

// How much a cell samples.
struct SamplePlan {
    std::uint64_t samples = 1;
    std::uint64_t calls_per_sample = 1;
};

// The plans made so far: Google Benchmark insists that all repetitions of a cell have the same
// number of iterations.
class SamplePlans {
  public:
    // The cell's plan, made on first use.
    template <class Make>
    SamplePlan get(const std::string& cell, Make make) {
        const auto known = plans_.find(cell);
        return known != plans_.end() ? known->second : plans_.emplace(cell, make()).first->second;
    }

  private:
    std::map<std::string, SamplePlan> plans_;
};

// What cells measure with.
struct Instruments {
    explicit Instruments(const Options& all_options);

    const Options& options;
    const measure::Clock& clock;
    double empty_call_ns;
    measure::AllocationSource allocations;
    std::unique_ptr<measure::CounterProvider> provider;
    measure::Counters counters;
    std::optional<measure::CacheEvictor> evictor;
    double eviction_ns = 0.0;
    SamplePlans sample_plans;
    SettingCache settings;
    // Outputs looked at already, by setting and implementation: "ok" or what was wrong.
    std::map<std::string, std::string> verdicts;
};

// The signal that asks for an end, or 0. Cells look at it between their steps.
extern volatile std::sig_atomic_t interrupting_signal;

}  // namespace rowcast::bench
