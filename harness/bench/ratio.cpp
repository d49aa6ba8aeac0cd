#include "harness/bench/ratio.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/launch.hpp"
#include "harness/bench/scaling.hpp"
#include "harness/measure/affinity.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/percentiles.hpp"
#include "harness/settings/check.hpp"
#include "pipeline/request.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;

Json to_json(const PairedRequest& request) {
    return {{"kind", "pair"},
            {"workload", request.workload},
            {"layout", request.layout},
            {"scenario", request.scenario},
            {"baseline", request.baseline},
            {"implementation", request.implementation},
            {"rows", request.rows},
            {"threads", request.threads},
            {"cpus", request.cpus},
            {"compares", request.compares},
            {"seed", request.seed},
            {"budget_ns", request.budget_ns}};
}

PairedAnswer parse_answer(const Json& json) {
    if (json.contains("error")) {
        PairedAnswer answer;
        answer.error = json.at("error").get<std::string>();
        return answer;
    }
    return {.launch = {.median_log_ratio = json.at("median_log_ratio").get<double>(),
                       .pairs = json.at("pairs").get<std::size_t>(),
                       .enough = json.at("enough").get<bool>()},
            .baseline_ns = json.at("baseline_ns").get<double>(),
            .implementation_ns = json.at("implementation_ns").get<double>(),
            .error = {}};
}

}  // namespace

Json run_paired_launch(const Json& request, const Options& options) {
    const auto threads = request.at("threads").get<std::size_t>();
    const auto cpus = request.at("cpus").get<std::vector<int>>();
    if (threads != 1) {
        measure::allow_cpus(cpus);
    }
    const auto work = prepare_launch(request, options);
    const Plan& plan = work->setting->plan();
    const auto documents = work->setting->documents().documents();
    Request a(launched_implementation(request, "baseline"));
    Request b(launched_implementation(request, "implementation"),
              threads == 1 ? RequestOptions{} : on_threads(threads, options));
    if (threads != 1) {
        settle_threads(cpus, b, plan, documents.front().rows);
    }
    if (request.at("compares").get<bool>()) {
        const PreparedDocument& first = documents.front();
        if (!a.run(plan, first.rows) || !b.run(plan, first.rows)) {
            return {{"error", "a launch's request failed"}};
        }
        if (a.response() != b.response()) {
            return {{"error", "in a launch: " + difference(a.response(), b.response())}};
        }
    }

    const measure::Clock& clock = measure::Clock::instance();
    const std::uint64_t start = clock.now();
    measure::PairedOptions paired;
    paired.seed = request.at("seed").get<std::uint64_t>();
    paired.budget_ns = request.at("budget_ns").get<double>();
    if (threads != 1) {
        paired.epoch_ns = 0.0;  // single calls: each has to wake the threads
    }
    const measure::LaunchResult result = measure::run_paired_launch(
        epoch_of(a, plan, documents), epoch_of(b, plan, documents),
        [&] { return clock.to_ns(clock.now() - start); }, paired);
    return {{"median_log_ratio", result.median_log_ratio},
            {"pairs", result.pairs()},
            {"enough", result.enough},
            {"baseline_ns", result.a_ns},
            {"implementation_ns", result.b_ns}};
}

PairedAnswer launch_pair(const PairedRequest& request, std::span<const std::string> own_flags) {
    return parse_answer(launch(to_json(request), own_flags));
}

void report_ratio(std::span<const PairedAnswer> answers, std::string_view baseline,
                  CellResult& result) {
    std::vector<measure::LaunchSummary> launches;
    std::vector<double> baseline_ns;
    std::vector<double> implementation_ns;
    for (const PairedAnswer& answer : answers) {
        launches.push_back(answer.launch);
        baseline_ns.push_back(answer.baseline_ns);
        implementation_ns.push_back(answer.implementation_ns);
    }
    const measure::PairedSummary summary = measure::summarise_launches(launches);
    result.set("ratio", summary.ratio);
    result.set("ratio_low", summary.low);
    result.set("ratio_high", summary.high);
    result.set("ratio_coverage", summary.coverage);
    result.set("pairs", static_cast<double>(summary.pairs));
    result.set("launches", static_cast<double>(summary.launches));
    result.set("baseline_ns", measure::median(baseline_ns));
    result.set("implementation_ns", measure::median(implementation_ns));
    result.remarks.push_back(fmt::format("baseline={}", baseline));
    if (!summary.enough) {
        // Whatever the interval says: a launch of a few pairs proves nothing.
        result.remarks.emplace_back("verdict=UNCLEAR");
        result.warnings.emplace_back("fewer than 15 pairs in a launch");
    }
}

}  // namespace rowcast::bench
