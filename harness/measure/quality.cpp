#include "harness/measure/quality.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "harness/measure/percentiles.hpp"

namespace rowcast::measure {
namespace {

struct Moments {
    double mean = 0.0;
    double variance = 0.0;
};

// From sums over `count` samples.
Moments moments(double count, double sum, double sum_of_squares) {
    const double mean = sum / count;
    return {mean, std::max(0.0, sum_of_squares / count - mean * mean)};
}

}  // namespace

double clean_share(std::span<const double> epochs_ns) {
    constexpr double kFast = 0.1;
    constexpr double kSlowerBy = 1.1;
    const SortedSamples sorted(std::vector<double>(epochs_ns.begin(), epochs_ns.end()));
    const double limit = kSlowerBy * sorted.at(kFast);
    const auto clean = std::count_if(epochs_ns.begin(), epochs_ns.end(),
                                     [&](double epoch) { return epoch <= limit; });
    return static_cast<double>(clean) / static_cast<double>(epochs_ns.size());
}

double heap_separation(std::span<const double> samples) {
    constexpr std::size_t kFewest = 20;
    if (samples.size() < kFewest) {
        return 0.0;
    }
    std::vector<double> middle(samples.begin(), samples.end());
    std::sort(middle.begin(), middle.end());
    const auto left_out = static_cast<std::ptrdiff_t>(middle.size() / kFewest);
    middle.erase(middle.end() - left_out, middle.end());
    middle.erase(middle.begin(), middle.begin() + left_out);

    // Against the first sample, so that squares of nearly equal numbers keep their digits.
    double sum = 0.0;
    double squares = 0.0;
    const double origin = middle[middle.size() / 2];
    for (double& sample : middle) {
        sample -= origin;
        sum += sample;
        squares += sample * sample;
    }
    const auto count = static_cast<double>(middle.size());
    const std::size_t smallest_heap = std::max<std::size_t>(2, middle.size() / 10);
    double best_between = -1.0;
    double separation = 0.0;
    double low_sum = 0.0;
    double low_squares = 0.0;
    for (std::size_t low = 1; low < middle.size(); ++low) {
        low_sum += middle[low - 1];
        low_squares += middle[low - 1] * middle[low - 1];
        const auto low_count = static_cast<double>(low);
        const Moments below = moments(low_count, low_sum, low_squares);
        const Moments above = moments(count - low_count, sum - low_sum, squares - low_squares);
        const double distance = above.mean - below.mean;
        const double between = low_count * (count - low_count) * distance * distance;
        if (between <= best_between) {
            continue;
        }
        best_between = between;
        const bool are_heaps = low >= smallest_heap && middle.size() - low >= smallest_heap;
        const double spread = std::sqrt((below.variance + above.variance) / 2.0);
        if (!are_heaps || distance <= 0.0) {
            separation = 0.0;
        } else if (spread <= 0.0) {
            separation = std::numeric_limits<double>::max();  // every sample is one of two values
        } else {
            separation = distance / spread;
        }
    }
    return separation;
}

std::uint64_t involuntary_switches() noexcept {
    rusage usage{};
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_nivcsw) : 0;
}

}  // namespace rowcast::measure
