#include "harness/compare/quality_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/measure/percentiles.hpp"
#include "harness/measure/quality.hpp"

namespace rowcast::compare {
namespace {

constexpr double kCoarse = 0.02;         // of an epoch
constexpr double kFewestClean = 0.25;    // a quiet virtual machine has 0.6 and more
constexpr double kMostSwitches = 100.0;  // a second: a neighbour on the processor gives some 250

}  // namespace

Quality quality_of(std::span<const LaunchAnswer> launches) {
    Quality quality;
    std::vector<double> separations;
    double seconds = 0.0;
    double switches = 0.0;
    for (const LaunchAnswer& launch : launches) {
        quality.pairs += launch.pairs();
        quality.clean_share += launch.clean_share / static_cast<double>(launches.size());
        quality.clock_share = std::max(quality.clock_share, launch.clock_share);
        separations.push_back(launch.heap_separation);
        seconds += launch.seconds;
        switches += static_cast<double>(launch.involuntary_switches);
    }
    quality.launches = launches.size();
    quality.heap_separation = separations.empty() ? 0.0 : measure::median(separations);
    quality.switches_per_second = seconds > 0.0 ? switches / seconds : 0.0;
    return quality;
}

bool is_unfit(const Quality& quality) {
    return quality.launches > 0 &&
           (quality.clean_share < kFewestClean || quality.switches_per_second > kMostSwitches);
}

std::vector<std::string> warnings_of(std::span<const LaunchAnswer> launches) {
    const Quality quality = quality_of(launches);
    std::vector<std::string> warnings;
    if (!std::all_of(launches.begin(), launches.end(),
                     [](const LaunchAnswer& launch) { return launch.enough; })) {
        warnings.emplace_back("too few samples: fewer than 15 pairs in a launch");
    }
    if (quality.heap_separation >= measure::kTwoHeaps) {
        warnings.emplace_back("two heaps: the ratios fall into two groups, the median into either");
    }
    if (quality.clock_share > kCoarse) {
        warnings.push_back(fmt::format("timer too coarse: {:.1f} % of an epoch is the clock's own",
                                       quality.clock_share * 100.0));
    }
    if (is_unfit(quality)) {
        warnings.push_back(
            fmt::format("machine unfit: {:.0f} % clean epochs, the processor taken away {:.0f} "
                        "times a second",
                        quality.clean_share * 100.0, quality.switches_per_second));
    }
    return warnings;
}

std::string quality_line(const Quality& quality) {
    return fmt::format("{} launches, {} pairs, {:.0f} % clean epochs, heaps {:.1f}, clock {:.2f} %",
                       quality.launches, quality.pairs, quality.clean_share * 100.0,
                       std::min(quality.heap_separation, 99.9), quality.clock_share * 100.0);
}

}  // namespace rowcast::compare
