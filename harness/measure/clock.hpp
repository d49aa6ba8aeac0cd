#pragma once

#include <cstdint>
#include <ctime>
#include <string_view>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace rowcast::measure {

enum class ClockSource {
    kTsc,        // the processor's time-stamp counter, fenced on both sides
    kMonotonic,  // clock_gettime(CLOCK_MONOTONIC)
};

// A clock for intervals of a microsecond and more. It knows what it costs itself.
//
// A reading is in ticks; only differences mean something. Both fences of the TSC reading matter:
// the first keeps earlier work from being still in flight when the counter is read, the second
// keeps later work from starting before.
class Clock {
  public:
    // The best source of this machine, calibrated on first use (some 30 ms).
    static const Clock& instance();

    // Calibrates `source`; falls back to kMonotonic where the TSC cannot be used as a clock.
    explicit Clock(ClockSource source);

    // True if the TSC runs at one rate whatever the processor's frequency and sleep states.
    static bool tsc_is_usable() noexcept;

    [[nodiscard]] std::uint64_t now() const noexcept {
#if defined(__x86_64__)
        if (source_ == ClockSource::kTsc) {
            _mm_lfence();
            const std::uint64_t ticks = __rdtsc();
            _mm_lfence();
            return ticks;
        }
#endif
        return monotonic_ns();
    }

    [[nodiscard]] static std::uint64_t monotonic_ns() noexcept {
        timespec time{};
        clock_gettime(CLOCK_MONOTONIC, &time);
        return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u +
               static_cast<std::uint64_t>(time.tv_nsec);
    }

    // Ticks (a difference of two readings) as nanoseconds.
    [[nodiscard]] double to_ns(std::uint64_t ticks) const noexcept {
        return static_cast<double>(ticks) * ns_per_tick_;
    }

    [[nodiscard]] ClockSource source() const noexcept { return source_; }
    // "tsc" or "clock_gettime(CLOCK_MONOTONIC)".
    [[nodiscard]] std::string_view name() const noexcept;
    [[nodiscard]] double ticks_per_ns() const noexcept { return 1.0 / ns_per_tick_; }
    // The smallest step seen between two readings.
    [[nodiscard]] double resolution_ns() const noexcept { return resolution_ns_; }
    // What one reading takes.
    [[nodiscard]] double cost_ns() const noexcept { return cost_ns_; }

  private:
    ClockSource source_;
    double ns_per_tick_ = 1.0;
    double resolution_ns_ = 0.0;
    double cost_ns_ = 0.0;
};

}  // namespace rowcast::measure
