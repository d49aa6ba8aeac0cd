#include "harness/bench/instruments.hpp"

#include "harness/measure/sampling.hpp"

namespace rowcast::bench {

volatile std::sig_atomic_t interrupting_signal = 0;

Instruments::Instruments(const Options& all_options)
    : options(all_options),
      clock(measure::Clock::instance()),
      empty_call_ns(measure::measure_empty_call_ns(clock)),
      allocations(measure::allocation_source()),
      provider(measure::make_papi_provider()),
      counters(*provider, measure::standard_events()) {
    if (options.evict_caches) {
        evictor.emplace();
        evictor->evict();  // the first time it is the kernel that gives the memory
        const std::uint64_t begin = clock.now();
        evictor->evict();
        eviction_ns = clock.to_ns(clock.now() - begin);
    }
}

}  // namespace rowcast::bench
