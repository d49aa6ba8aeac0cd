#include "harness/measure/percentiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

namespace rowcast::measure {
namespace {

constexpr double kTailShare = 0.025;

constexpr std::array kDistributionQuantiles = {
    0.0,   0.001, 0.005, 0.01,  0.025, 0.05,   0.1,    0.15,  0.2,  0.25,  0.3,
    0.35,  0.4,   0.45,  0.5,   0.55,  0.6,    0.65,   0.7,   0.75, 0.8,   0.85,
    0.9,   0.925, 0.95,  0.96,  0.97,  0.975,  0.98,   0.985, 0.99, 0.992, 0.994,
    0.995, 0.996, 0.997, 0.998, 0.999, 0.9995, 0.9999, 1.0};

// Products such as 0.95 * 20 come out a hair above the integer they mean.
constexpr double kRounding = 1e-9;

std::size_t nearest_rank(double quantile, std::size_t count) {
    const double rank = std::ceil(quantile * static_cast<double>(count) - kRounding);
    return static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(count)));
}

}  // namespace

std::uint64_t minimum_samples(double quantile) {
    const double nearer_half = std::max(quantile, 1.0 - quantile);
    if (!(nearer_half < 1.0)) {
        throw std::invalid_argument("a quantile needs 0 < q < 1");
    }
    return static_cast<std::uint64_t>(
        std::ceil(std::log(kTailShare) / std::log(nearer_half) - kRounding));
}

SortedSamples::SortedSamples(std::vector<double> samples) : sorted_(std::move(samples)) {
    std::sort(sorted_.begin(), sorted_.end());
}

double SortedSamples::at(double quantile) const {
    if (sorted_.empty()) {
        throw std::out_of_range("a quantile of no samples");
    }
    return sorted_[nearest_rank(quantile, sorted_.size()) - 1];
}

Percentile SortedSamples::percentile(double quantile) const {
    const std::uint64_t needed = minimum_samples(quantile);
    if (sorted_.size() < needed) {
        return {.value = std::nullopt,
                .reason = fmt::format("too few samples: {} of {}", sorted_.size(), needed)};
    }
    return {.value = at(quantile), .reason = {}};
}

double SortedSamples::mean() const {
    if (sorted_.empty()) {
        throw std::out_of_range("the mean of no samples");
    }
    return std::accumulate(sorted_.begin(), sorted_.end(), 0.0) /
           static_cast<double>(sorted_.size());
}

std::vector<std::pair<double, double>> SortedSamples::distribution() const {
    std::vector<std::pair<double, double>> points;
    if (sorted_.empty()) {
        return points;
    }
    const auto count = static_cast<double>(sorted_.size());
    for (const double quantile : kDistributionQuantiles) {
        const double beyond = std::min(quantile, 1.0 - quantile) * count;
        const bool is_end = quantile == 0.0 || quantile == 1.0;
        if (is_end || beyond >= 1.0 - kRounding) {
            points.emplace_back(quantile, at(quantile));
        }
    }
    return points;
}

double median(std::vector<double> values) {
    if (values.empty()) {
        throw std::out_of_range("the median of no values");
    }
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

MedianInterval median_interval(std::span<const double> values, double confidence) {
    std::vector<double> sorted(values.begin(), values.end());
    if (sorted.empty()) {
        throw std::out_of_range("the median of no values");
    }
    std::sort(sorted.begin(), sorted.end());
    const std::size_t count = sorted.size();

    // The median lies outside [x(k), x(n+1-k)] when fewer than k values fall on one of its sides:
    // twice the binomial(n, 1/2) tail below k. k = 1 is minimum to maximum.
    // A double holds 0.5^n for the 1,074 first n only.
    long double probability = std::pow(0.5L, static_cast<long double>(count));
    long double tail = probability;  // of fewer than k; `probability`: of exactly k - 1
    MedianInterval interval{.low = sorted.front(),
                            .median = median(sorted),
                            .high = sorted.back(),
                            .coverage = std::max(0.0, static_cast<double>(1.0L - 2.0L * tail))};
    for (std::size_t k = 2; 2 * k <= count; ++k) {
        probability *= static_cast<long double>(count - (k - 2)) / static_cast<long double>(k - 1);
        tail += probability;
        const auto coverage = static_cast<double>(1.0L - 2.0L * tail);
        if (coverage < confidence) {
            break;
        }
        interval.low = sorted[k - 1];
        interval.high = sorted[count - k];
        interval.coverage = coverage;
    }
    return interval;
}

}  // namespace rowcast::measure
