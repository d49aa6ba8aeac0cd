#pragma once

// How far a launch's samples can be trusted: what the machine did while they were taken.

#include <cstdint>
#include <span>

namespace rowcast::measure {

// The share of epochs in which the machine was in its fast state: at most a tenth slower than the
// tenth percentile of all. 1 on a quiet machine. Needs at least one epoch.
[[nodiscard]] double clean_share(std::span<const double> epochs_ns);

// How clearly the middle nine tenths of the samples fall into two heaps: Ashman's D, the distance
// of the heaps' means in units of their spread, for the split that divides best (Otsu). A normal
// distribution gives 2.65, a uniform one 3.46; both are one heap. 0 where there are fewer than 20
// samples, or where one heap holds less than a tenth of them.
[[nodiscard]] double heap_separation(std::span<const double> samples);

// From this on there are two heaps, and a median may lie in either.
inline constexpr double kTwoHeaps = 5.0;

// How often so far the kernel took the processor from this thread for another one.
[[nodiscard]] std::uint64_t involuntary_switches() noexcept;

}  // namespace rowcast::measure
