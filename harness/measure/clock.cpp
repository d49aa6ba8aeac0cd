#include "harness/measure/clock.hpp"

#include <algorithm>
#include <array>
#include <limits>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace rowcast::measure {
namespace {

// Both clocks, read as close together as a few tries allow: the try whose bracket is narrowest.
struct Instant {
    std::uint64_t ticks = 0;
    std::uint64_t ns = 0;
};

Instant read_both(const Clock& clock) noexcept {
    Instant best;
    std::uint64_t narrowest = std::numeric_limits<std::uint64_t>::max();
    for (int attempt = 0; attempt < 20; ++attempt) {
        const std::uint64_t before = Clock::monotonic_ns();
        const std::uint64_t ticks = clock.now();
        const std::uint64_t after = Clock::monotonic_ns();
        if (after - before < narrowest) {
            narrowest = after - before;
            best = {.ticks = ticks, .ns = before + (after - before) / 2};
        }
    }
    return best;
}

double measure_ns_per_tick(const Clock& clock) {
    std::array<double, 3> rates{};
    for (double& rate : rates) {
        constexpr std::uint64_t kCalibrationNs = 10'000'000;
        const Instant begin = read_both(clock);
        while (Clock::monotonic_ns() - begin.ns < kCalibrationNs) {
        }
        const Instant end = read_both(clock);
        rate =
            static_cast<double>(end.ns - begin.ns) / static_cast<double>(end.ticks - begin.ticks);
    }
    std::sort(rates.begin(), rates.end());
    return rates[1];
}

}  // namespace

bool Clock::tsc_is_usable() noexcept {
#if defined(__x86_64__)
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    constexpr unsigned kPowerManagementLeaf = 0x80000007u;
    constexpr unsigned kInvariantTsc = 1u << 8;
    return __get_cpuid(kPowerManagementLeaf, &eax, &ebx, &ecx, &edx) != 0 &&
           (edx & kInvariantTsc) != 0;
#else
    return false;
#endif
}

const Clock& Clock::instance() {
    static const Clock kClock(ClockSource::kTsc);
    return kClock;
}

Clock::Clock(ClockSource source) : source_(source) {
    if (source_ == ClockSource::kTsc && !tsc_is_usable()) {
        source_ = ClockSource::kMonotonic;
    }
    if (source_ == ClockSource::kTsc) {
        ns_per_tick_ = measure_ns_per_tick(*this);
    }

    constexpr int kReadings = 10'000;
    std::uint64_t smallest_step = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t begin = now();
    std::uint64_t last = begin;
    for (int reading = 0; reading < kReadings; ++reading) {
        const std::uint64_t current = now();
        if (current > last) {
            smallest_step = std::min(smallest_step, current - last);
        }
        last = current;
    }
    cost_ns_ = to_ns(last - begin) / kReadings;
    resolution_ns_ = to_ns(smallest_step);
}

std::string_view Clock::name() const noexcept {
    return source_ == ClockSource::kTsc ? "tsc" : "clock_gettime(CLOCK_MONOTONIC)";
}

}  // namespace rowcast::measure
