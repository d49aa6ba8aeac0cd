#include "harness/measure/paired.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "harness/measure/percentiles.hpp"
#include "harness/measure/random.hpp"

namespace rowcast::measure {
namespace {

// Calls that fill an epoch, found by doubling; warms up on the way. Too few where the machine is slow
// or elsewhere for a moment.
std::uint64_t calls_that_fill(const Epoch& epoch, const NowNs& now_ns, double epoch_ns) {
    constexpr std::uint64_t kMostCalls = std::uint64_t{1} << 30u;
    for (std::uint64_t calls = 1; calls < kMostCalls; calls *= 2) {
        const double begin = now_ns();
        epoch(0, calls);
        const double elapsed = now_ns() - begin;
        if (elapsed >= epoch_ns) {
            // The last doubling overshot by up to two.
            const double needed = std::ceil(epoch_ns * static_cast<double>(calls) / elapsed);
            return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(needed));
        }
    }
    return kMostCalls;
}

// Calls an epoch for both sides: the most of a few looks in turns. Sides that are about as fast get
// equal ones, so that they do the same work and what an epoch costs beside it weighs the same.
std::pair<std::uint64_t, std::uint64_t> calls_per_epoch(const Epoch& a, const Epoch& b,
                                                        const NowNs& now_ns, double epoch_ns) {
    constexpr int kLooks = 3;
    std::uint64_t a_calls = 1;
    std::uint64_t b_calls = 1;
    for (int look = 0; look < kLooks; ++look) {
        a_calls = std::max(a_calls, calls_that_fill(a, now_ns, epoch_ns));
        b_calls = std::max(b_calls, calls_that_fill(b, now_ns, epoch_ns));
        if (a_calls == 1 && b_calls == 1) {
            break;  // long ones: to look again would take as long as to measure
        }
    }
    const auto [fewer, more] = std::minmax(a_calls, b_calls);
    if (more <= 2 * fewer) {
        return {more, more};
    }
    return {a_calls, b_calls};
}

// Takes what coming second is worth out of the ratios, and returns their middle.
double cancel_order(std::vector<double>& log_ratios, const std::vector<bool>& a_led) {
    std::vector<double> of_leader[2];
    for (std::size_t pair = 0; pair < log_ratios.size(); ++pair) {
        of_leader[a_led[pair] ? 1 : 0].push_back(log_ratios[pair]);
    }
    const double b_led_median = median(std::move(of_leader[0]));
    const double a_led_median = median(std::move(of_leader[1]));
    const double second_gains = (b_led_median - a_led_median) / 2.0;
    for (std::size_t pair = 0; pair < log_ratios.size(); ++pair) {
        log_ratios[pair] += a_led[pair] ? second_gains : -second_gains;
    }
    return (b_led_median + a_led_median) / 2.0;
}

}  // namespace

LaunchResult run_paired_launch(const Epoch& a, const Epoch& b, const NowNs& now_ns,
                               const PairedOptions& options) {
    LaunchResult result;
    std::tie(result.a_calls, result.b_calls) = calls_per_epoch(a, b, now_ns, options.epoch_ns);
    // Odd, so that it comes to every one of a power of two of documents.
    const std::uint64_t stride = std::max(result.a_calls, result.b_calls) | 1u;

    std::vector<double>& a_times = result.a_epochs_ns;
    std::vector<double>& b_times = result.b_epochs_ns;
    a_times.reserve(options.max_pairs);
    b_times.reserve(options.max_pairs);
    result.log_ratios.reserve(options.max_pairs);

    std::uint64_t first = 0;
    const auto time_a = [&] {
        const double begin = now_ns();
        a(first, result.a_calls);
        a_times.push_back((now_ns() - begin) / static_cast<double>(result.a_calls));
    };
    const auto time_b = [&] {
        const double begin = now_ns();
        b(first, result.b_calls);
        b_times.push_back((now_ns() - begin) / static_cast<double>(result.b_calls));
    };

    const auto time_pair = [&](bool a_leads) {
        if (a_leads) {
            time_a();
            time_b();
        } else {
            time_b();
            time_a();
        }
    };

    Random random(options.seed);
    std::vector<bool> a_led;
    a_led.reserve(options.max_pairs);
    const double begin = now_ns();
    while (result.pairs() + 2 <= options.max_pairs) {
        const double limit_ns = result.pairs() < options.min_pairs
                                    ? std::max(options.budget_ns, options.stretched_ns)
                                    : options.budget_ns;
        if (result.pairs() > 0 && now_ns() - begin >= limit_ns) {
            break;
        }
        // Two pairs at a time, the second in the other order, so that a steady drift raises one
        // ratio as much as it lowers the other.
        const bool a_leads = (random.next() & 1u) != 0;
        for (const bool leads : {a_leads, !a_leads}) {
            time_pair(leads);
            a_led.push_back(leads);
            first += stride;
            result.log_ratios.push_back(std::log(b_times.back() / a_times.back()));
        }
    }
    if (result.log_ratios.empty()) {
        throw std::invalid_argument("a paired launch needs at least two pairs");
    }
    result.median_log_ratio = cancel_order(result.log_ratios, a_led);
    result.a_ns = median(a_times);
    result.b_ns = median(b_times);
    result.enough = result.pairs() >= options.min_pairs;
    return result;
}

PairedSummary summarise_launches(std::span<const LaunchSummary> launches) {
    PairedSummary summary;
    std::vector<double> medians;
    summary.enough = true;
    for (const LaunchSummary& launch : launches) {
        medians.push_back(launch.median_log_ratio);
        summary.pairs += launch.pairs;
        summary.enough = summary.enough && launch.enough;
    }
    const MedianInterval interval = median_interval(medians);
    summary.ratio = std::exp(interval.median);
    summary.low = std::exp(interval.low);
    summary.high = std::exp(interval.high);
    summary.coverage = interval.coverage;
    summary.launches = launches.size();
    return summary;
}

std::string_view verdict_name(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::kFaster:
            return "FASTER";
        case Verdict::kSlower:
            return "SLOWER";
        case Verdict::kSame:
            return "SAME";
        case Verdict::kUnclear:
            break;
    }
    return "UNCLEAR";
}

Verdict judge(const PairedSummary& summary, double smallest_effect) noexcept {
    constexpr double kConfidence = 0.95;
    const double slower = 1.0 + smallest_effect;
    const double faster = 1.0 / slower;
    if (!summary.enough || summary.coverage < kConfidence) {
        return Verdict::kUnclear;
    }
    if (summary.high < faster) {
        return Verdict::kFaster;
    }
    if (summary.low > slower) {
        return Verdict::kSlower;
    }
    if (summary.low >= faster && summary.high <= slower) {
        return Verdict::kSame;
    }
    return Verdict::kUnclear;
}

}  // namespace rowcast::measure
