#include "harness/compare/verdicts.hpp"

#include <algorithm>
#include <cmath>
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

std::size_t confirming_launches(std::size_t cells, double error) {
    const double level = error / static_cast<double>(std::max<std::size_t>(cells, 1));
    std::size_t launches = 2;
    while (static_cast<double>(launches + 1) * std::pow(0.5, static_cast<double>(launches)) >
           level) {
        ++launches;
    }
    return launches;
}

Verdict confirm(Verdict found, std::span<const LaunchAnswer> launches, double smallest_effect) {
    const double threshold = std::log1p(smallest_effect);
    const auto lies_beyond = [&](const LaunchAnswer& launch) {
        return found == Verdict::kSlower ? launch.median_log_ratio > threshold
                                         : launch.median_log_ratio < -threshold;
    };
    const auto beyond = std::count_if(launches.begin(), launches.end(), lies_beyond);
    if (!launches.empty() && static_cast<std::size_t>(beyond) + 1 >= launches.size()) {
        return found;
    }
    const Verdict own = measure::judge(summarise(launches), smallest_effect);
    return own == Verdict::kSame ? own : Verdict::kUnclear;
}

}  // namespace rowcast::compare
