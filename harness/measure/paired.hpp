#pragma once

// Compares two pieces of code on a machine that keeps changing its speed.
//
// A and B run in one process, in turns so short (0.2 ms) that both meet the same machine, in the
// order A B B A or B A A B at random, so that neither a drift nor a rhythm of the machine's favours
// one. Each pair of neighbouring epochs gives one ratio of times a call. Whoever comes second in a
// pair meets documents and branches that the first has just made familiar, which is worth a few per
// cent at times: the ratios lie in two heaps, one for each leader, and a median over both would fall
// into either. So a launch (one process) gives the mean of the two heaps' medians. What differs from
// one process to the next (addresses, the state the machine happens to be in) is covered by doing
// several launches and inferring over them, never over the samples within one.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace rowcast::measure {

// Runs `calls` calls, the first of which has the index `first`. Both sides of a pair get the same
// `first`, so that they work on the same documents.
using Epoch = std::function<void(std::uint64_t first, std::uint64_t calls)>;

// Nanoseconds from any fixed point.
using NowNs = std::function<double()>;

struct PairedOptions {
    double epoch_ns = 200'000.0;  // an epoch is at least this long and at least one call
    std::size_t max_pairs = 200;  // even
    double budget_ns = 300e6;     // no new pairs after this long; but at least two are made
    std::size_t min_pairs = 15;   // with fewer a launch proves nothing
    double stretched_ns = 0.0;    // to reach min_pairs, a launch may take so long
    std::uint64_t seed = 1;       // of the order
};

struct LaunchResult {
    std::vector<double> log_ratios;  // ln(time of B / time of A), one a pair, in order of measuring
    std::vector<double> a_epochs_ns;  // time of one call in each epoch, one a pair
    std::vector<double> b_epochs_ns;
    std::size_t pairs() const noexcept { return a_epochs_ns.size(); }
    double median_log_ratio = 0.0;
    double a_ns = 0.0;  // median time of one call
    double b_ns = 0.0;
    std::uint64_t a_calls = 0;  // calls an epoch
    std::uint64_t b_calls = 0;
    bool enough = false;  // at least min_pairs
};

// One launch. Allocates only before and after the epochs.
[[nodiscard]] LaunchResult run_paired_launch(const Epoch& a, const Epoch& b, const NowNs& now_ns,
                                             const PairedOptions& options);

// What a launch leaves for the summary.
struct LaunchSummary {
    double median_log_ratio = 0.0;
    std::size_t pairs = 0;
    bool enough = false;
};

// B's time over A's: above 1, B is the slower.
struct PairedSummary {
    double ratio = 1.0;  // median over launches
    double low = 1.0;    // its interval: order statistics of the launches
    double high = 1.0;
    double coverage = 0.0;  // of that interval; 7 launches, minimum to maximum: 98.4 %
    std::size_t launches = 0;
    std::size_t pairs = 0;  // in all
    bool enough = false;    // every launch had enough pairs
};
[[nodiscard]] PairedSummary summarise_launches(std::span<const LaunchSummary> launches);

enum class Verdict { kFaster, kSlower, kSame, kUnclear };
[[nodiscard]] std::string_view verdict_name(Verdict verdict) noexcept;

// B against A: faster or slower only if the whole interval lies beyond the smallest effect that
// matters (0.02 is 2 %), the same only if it lies wholly within, else unclear. Too few pairs, or an
// interval that covers less than 95 %, is unclear whatever it says.
[[nodiscard]] Verdict judge(const PairedSummary& summary, double smallest_effect) noexcept;

}  // namespace rowcast::measure
