#include "harness/bench/scaling.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/launch.hpp"
#include "harness/measure/affinity.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/paired.hpp"
#include "harness/measure/percentiles.hpp"
#include "harness/measure/scaling.hpp"
#include "harness/settings/check.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;

constexpr const char* kRatios[] = {"independent_speedup", "parallel_speedup",
                                   "parallel_over_independent"};

}  // namespace

RequestOptions on_threads(std::size_t threads, const Options& options) {
    RequestOptions result;
    result.threads = threads;
    result.parallel.worth_bytes = 0;
    if (options.chunk_bytes != 0) {
        result.parallel.chunk_bytes = options.chunk_bytes;
    }
    return result;
}

void settle_threads(std::span<const int> cpus, Request& request, const Plan& plan,
                    std::span<const kernels::Row> rows) {
    constexpr int kMostRuns = 1000;
    const std::size_t helpers =
        request.parallel() == nullptr ? 0 : request.parallel()->threads() - 1;
    std::vector<int> others(cpus.rbegin(), cpus.rend());
    measure::pin_to_cpu(others.front());
    others.erase(others.begin());
    for (int run = 0; run < kMostRuns; ++run) {
        request.run(plan, rows);
        if (others.empty() || measure::pin_other_threads(others) >= helpers) {
            return;
        }
    }
    throw std::runtime_error("the threads that help did not come");
}

Json run_scaling_launch(const Json& request, const Options& options) {
    const auto cpus = request.at("cpus").get<std::vector<int>>();
    const auto threads = request.at("threads").get<std::size_t>();
    measure::allow_cpus(cpus);
    const auto work = prepare_launch(request, options);
    const Plan& plan = work->setting->plan();
    const auto documents = work->setting->documents().documents();
    const Implementation& implementation = launched_implementation(request, "implementation");

    Request together(implementation, on_threads(threads, options));
    if (together.parallel()->threads() != threads) {
        throw std::runtime_error(
            fmt::format("a launch has only {} threads", together.parallel()->threads()));
    }
    settle_threads(cpus, together, plan, documents.front().rows);
    Request alone(implementation);
    // Independent threads share nothing, their documents neither: one would warm the cache for the
    // other.
    std::vector<std::unique_ptr<Request>> independent;
    std::vector<std::unique_ptr<DocumentSet>> copies;
    const SettingKey& key = work->setting->key();
    measure::ScalingWork scaling{.alone = epoch_of(alone, plan, documents),
                                 .independent = {},
                                 .together = epoch_of(together, plan, documents)};
    for (std::size_t thread = 0; thread < threads; ++thread) {
        independent.push_back(std::make_unique<Request>(implementation));
        copies.push_back(
            std::make_unique<DocumentSet>(*key.workload, key.layout, key.rows, key.documents));
        scaling.independent.push_back(
            epoch_of(*independent.back(), plan, copies.back()->documents()));
    }
    for (const PreparedDocument& document : documents) {
        alone.run(plan, document.rows);
        together.run(plan, document.rows);
        if (const std::string wrong = difference(alone.response(), together.response());
            !wrong.empty()) {
            return {{"error", "on several threads: " + wrong}};
        }
        for (const auto& each : independent) {
            each->run(plan, document.rows);  // now it has its memory
        }
    }

    const measure::Clock& clock = measure::Clock::instance();
    const std::uint64_t start = clock.now();
    measure::ScalingOptions scaling_options;
    scaling_options.cpus.assign(cpus.rbegin(), cpus.rend());
    scaling_options.seed = request.at("seed").get<std::uint64_t>();
    scaling_options.budget_ns = request.at("budget_ns").get<double>();
    const measure::ScalingResult result = measure::run_scaling_launch(
        scaling, [&] { return clock.to_ns(clock.now() - start); }, scaling_options);
    return {{kRatios[0], result.independent_over_alone},
            {kRatios[1], result.together_over_alone},
            {kRatios[2], result.together_over_independent},
            {"alone_ns", result.alone_ns},
            {"parallel_ns", result.together_ns},
            {"rounds", result.rounds},
            {"enough", result.enough}};
}

void report_scaling(std::span<const Json> answers, CellResult& result) {
    bool enough = true;
    for (const char* name : kRatios) {
        std::vector<measure::LaunchSummary> launches;
        for (const Json& answer : answers) {
            launches.push_back({.median_log_ratio = answer.at(name).get<double>(),
                                .pairs = answer.at("rounds").get<std::size_t>(),
                                .enough = answer.at("enough").get<bool>()});
        }
        const measure::PairedSummary summary = measure::summarise_launches(launches);
        result.set(name, summary.ratio);
        result.set(fmt::format("{}_low", name), summary.low);
        result.set(fmt::format("{}_high", name), summary.high);
        enough = enough && summary.enough;
        if (name == kRatios[0]) {
            result.set("ratio_coverage", summary.coverage);
            result.set("launches", static_cast<double>(summary.launches));
            result.set("rounds", static_cast<double>(summary.pairs));
        }
    }
    for (const char* name : {"alone_ns", "parallel_ns"}) {
        std::vector<double> values;
        for (const Json& answer : answers) {
            values.push_back(answer.at(name).get<double>());
        }
        result.set(name, measure::median(values));
    }
    if (!enough) {
        result.remarks.emplace_back("verdict=UNCLEAR");
        result.warnings.emplace_back("fewer than 15 rounds in a launch");
    }
}

}  // namespace rowcast::bench
