#include "harness/compare/verdicts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace rowcast::compare {

using measure::Verdict;

measure::PairedSummary summarise(std::span<const LaunchAnswer> launches) {
    std::vector<measure::LaunchSummary> medians;
    medians.reserve(launches.size());
    for (const LaunchAnswer& launch : launches) {
        medians.push_back({.median_log_ratio = launch.median_log_ratio,
                           .pairs = launch.pairs(),
                           .enough = launch.enough});
    }
    return measure::summarise_launches(medians);
}

std::size_t confirming_launches(double level) {
    constexpr std::size_t kForgiven = 16;
    std::size_t launches = 2;
    while (signed_rank_probability(launches, kForgiven) > level) {
        ++launches;
    }
    return launches;
}

double signed_rank_probability(std::size_t launches, std::size_t sum) {
    // Each rank's sign is a coin's: probability[s] is that of the sum s, of the ranks so far.
    std::vector<double> probability(launches * (launches + 1) / 2 + 1, 0.0);
    probability[0] = 1.0;
    for (std::size_t rank = 1; rank <= launches; ++rank) {
        for (std::size_t s = probability.size(); s-- > 0;) {
            probability[s] = (probability[s] + (s >= rank ? probability[s - rank] : 0.0)) / 2.0;
        }
    }
    const std::size_t end = std::min(sum + 1, probability.size());
    return std::accumulate(probability.begin(),
                           probability.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
}

Verdict confirm(Verdict found, std::span<const LaunchAnswer> launches, double smallest_effect,
                double level) {
    if (launches.empty()) {
        return Verdict::kUnclear;
    }
    const measure::PairedSummary summary = summarise(launches);
    if (!summary.enough) {
        return Verdict::kUnclear;
    }
    const double threshold = std::log1p(smallest_effect);
    std::vector<double> beyond;
    beyond.reserve(launches.size());
    for (const LaunchAnswer& launch : launches) {
        const double ratio = launch.median_log_ratio;
        beyond.push_back((found == Verdict::kSlower ? ratio : -ratio) - threshold);
    }
    // Of two equally far ones, the one on the wrong side gets the higher rank.
    std::sort(beyond.begin(), beyond.end(), [](double left, double right) {
        return std::pair(std::abs(left), left <= 0.0) < std::pair(std::abs(right), right <= 0.0);
    });
    std::size_t against = 0;
    for (std::size_t index = 0; index < beyond.size(); ++index) {
        against += beyond[index] <= 0.0 ? index + 1 : 0;
    }
    if (signed_rank_probability(launches.size(), against) <= level) {
        return found;
    }
    const Verdict own = measure::judge(summary, smallest_effect);
    return own == Verdict::kSame ? own : Verdict::kUnclear;
}

}  // namespace rowcast::compare
