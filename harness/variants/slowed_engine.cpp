// A delay of ROWCAST_SLOWDOWN_PERCENT of the request's own time, whatever the request and however
// fast the machine is at the moment: it is measured and then waited for.
//
// Reading the clock takes some 20 ns, a fifth of a per cent of what may be 10 us, but 5 % of a request
// of 0.4 us. So of short requests only every 64th is measured, from the end of the one before it to its
// own (which is all that a request costs, end to end), and then pays for all of them; the readings
// count as paid.

#include <algorithm>
#include <cstdint>
#include <ctime>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "harness/variants/replaced_engine.hpp"

namespace rowcast::variants {
namespace {

#if defined(__x86_64__)
using Ticks = std::uint64_t;
Ticks now() noexcept { return __rdtsc(); }
#else
using Ticks = std::uint64_t;
Ticks now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<Ticks>(time.tv_sec) * 1'000'000'000u + static_cast<Ticks>(time.tv_nsec);
}
#endif

class Delay {
  public:
    void before() noexcept {
        if (period_ == 1) {
            begin_ = now();
        }
    }

    void after() noexcept {
        ++calls_;
        if (calls_ + 1 == period_) {
            begin_ = now();
        } else if (calls_ >= period_) {
            pay(now());
            calls_ = 0;
        }
    }

  private:
    static constexpr unsigned kPeriod = 64;
    static constexpr Ticks kLong = 100 * 200;  // of readings: some 5 to 10 us

    void pay(Ticks end) noexcept {
        const Ticks took = end - begin_;
        const bool is_long = took > kLong;
        // A short request that seems long was interrupted: whoever calls us paused.
        if (!is_long || period_ == 1) {
            if (reading_ == 0) {
                reading_ = cost_of_reading();
            }
            const Ticks owed = took * period_ * ROWCAST_SLOWDOWN_PERCENT / 100;
            const Ticks paid = 2 * reading_;
            while (owed > paid && now() - end < owed - paid) {
            }
        }
        period_ = is_long ? 1 : kPeriod;
    }

    static Ticks cost_of_reading() noexcept {
        Ticks least = ~Ticks{0};
        for (int i = 0; i != 100; ++i) {
            const Ticks begin = now();
            least = std::min(least, now() - begin);
        }
        return least;
    }

    unsigned period_ = kPeriod;
    unsigned calls_ = 0;
    Ticks begin_ = 0;
    Ticks reading_ = 0;
};

// Counting calls must cost next to nothing: no guard of an initialisation, no call to find it.
[[gnu::tls_model("initial-exec")]] constinit thread_local Delay delay;

}  // namespace

kernels::BatchStatus run_replaced(kernels::TransformRows engine, const kernels::RootView& root,
                                  const kernels::Row* rows, std::size_t count,
                                  kernels::Output& output, kernels::Scratch& scratch) noexcept {
    delay.before();
    const kernels::BatchStatus status = engine(root, rows, count, output, scratch);
    delay.after();
    return status;
}

}  // namespace rowcast::variants
