#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rowcast::measure {

// How many samples a percentile needs before its interval at 95 % is bounded by samples on both
// sides: the smallest n with q^n <= 2.5 % (1-q below the median). 6 for p50, 72 for p95, 368 for
// p99, 3,688 for p99.9.
[[nodiscard]] std::uint64_t minimum_samples(double quantile);

// A percentile, or why there is none.
struct Percentile {
    std::optional<double> value;
    std::string reason;
};

// Raw samples, sorted once; every statistic is exact. Quantiles are nearest-rank: the smallest
// sample that at least a share q of all samples do not exceed, so always a value that was
// observed. Memory: the samples. Time: O(n log n) once, then O(1) each.
class SortedSamples {
  public:
    explicit SortedSamples(std::vector<double> samples);

    [[nodiscard]] std::size_t count() const noexcept { return sorted_.size(); }
    [[nodiscard]] bool empty() const noexcept { return sorted_.empty(); }
    // Needs at least one sample; 0 <= quantile <= 1.
    [[nodiscard]] double at(double quantile) const;
    // `at`, but only with enough samples to mean something.
    [[nodiscard]] Percentile percentile(double quantile) const;
    [[nodiscard]] double max() const { return at(1.0); }
    [[nodiscard]] double mean() const;
    // Some forty (quantile, value) pairs for a distribution curve, denser in the upper tail. A
    // quantile that fewer than one sample would lie beyond is left out; 0 and 1 always stay.
    [[nodiscard]] std::vector<std::pair<double, double>> distribution() const;

  private:
    std::vector<double> sorted_;
};

// The middle value; the mean of the two middle values of an even count. Needs at least one.
[[nodiscard]] double median(std::vector<double> values);

// A median with a distribution-free interval: order statistics, symmetric, the narrowest whose
// coverage reaches `confidence`. Where even minimum to maximum does not reach it (fewer than 6
// values for 95 %), it is minimum to maximum, and `coverage` says what that is worth.
struct MedianInterval {
    double low = 0.0;
    double median = 0.0;
    double high = 0.0;
    double coverage = 0.0;
};
[[nodiscard]] MedianInterval median_interval(std::span<const double> values,
                                             double confidence = 0.95);

}  // namespace rowcast::measure
