#include "harness/compare/report.hpp"

#include <fmt/format.h>

#include "harness/compare/quality_line.hpp"
#include "harness/measure/environment.hpp"
#include "harness/measure/percentiles.hpp"

namespace rowcast::compare {
namespace {

using measure::Json;

constexpr const char* kFormat = "rowcast-compare/1";

double median_of(std::span<const LaunchAnswer> launches, double LaunchAnswer::*value) {
    std::vector<double> values;
    for (const LaunchAnswer& launch : launches) {
        values.push_back(launch.*value);
    }
    return measure::median(std::move(values));
}

std::string shown_time(double ns) {
    if (ns < 1e3) {
        return fmt::format("{:.0f} ns", ns);
    }
    return ns < 1e6 ? fmt::format("{:.3g} us", ns / 1e3) : fmt::format("{:.3g} ms", ns / 1e6);
}

Json summary_json(const measure::PairedSummary& summary) {
    return {{"ratio", summary.ratio},       {"low", summary.low},
            {"high", summary.high},         {"coverage", summary.coverage},
            {"launches", summary.launches}, {"pairs", summary.pairs},
            {"enough", summary.enough}};
}

Json allocations_json(std::span<const LaunchAnswer> launches) {
    const LaunchAnswer& first = launches.front();
    if (!first.allocations) {
        return {{"a", nullptr}, {"b", nullptr}, {"reason", first.allocations_reason}};
    }
    const auto per_request = [&](std::uint64_t count) {
        return static_cast<double>(count) / static_cast<double>(first.allocations->requests);
    };
    return {{"a", per_request(first.allocations->a)}, {"b", per_request(first.allocations->b)}};
}

Json cell_json(const CellResult& result) {
    Json json = {{"name", result.cell.name},
                 {"workload", result.cell.rows.workload},
                 {"layout", workloads::layout_name(result.cell.rows.layout)},
                 {"scenario", settings::scenario_name(result.cell.rows.scenario)},
                 {"a_rows", nullptr}};
    if (result.cell.a_rows) {
        json["a_rows"] = result.cell.a_rows->name();
    }
    if (!result.error.empty()) {
        json["error"] = result.error;
        return json;
    }
    const Quality quality = quality_of(result.launches);
    Json medians = Json::array();
    for (const LaunchAnswer& launch : result.launches) {
        medians.push_back(launch.median_log_ratio);
    }
    json["a_implementation"] = result.launches.front().a_implementation;
    json["b_implementation"] = result.launches.front().b_implementation;
    json["verdict"] = measure::verdict_name(result.verdict);
    json["smallest_effect"] = result.smallest_effect;
    json["time"] = summary_json(result.summary);
    json["time"]["a_ns"] = median_of(result.launches, &LaunchAnswer::a_ns);
    json["time"]["b_ns"] = median_of(result.launches, &LaunchAnswer::b_ns);
    json["time"]["log_ratios_of_launches"] = std::move(medians);
    json["confirmation"] =
        result.confirmations.empty() ? Json(nullptr) : summary_json(result.confirmation);
    json["request_bytes"] = result.launches.front().request_bytes;
    json["pick_scenario"] = result.launches.front().pick_scenario;
    json["allocations"] = allocations_json(result.launches);
    json["quality"] = {{"clean_share", quality.clean_share},
                       {"heap_separation", quality.heap_separation},
                       {"clock_share", quality.clock_share},
                       {"involuntary_switches_per_second", quality.switches_per_second}};
    json["warnings"] = result.warnings;
    return json;
}

}  // namespace

std::string table(const Comparison& comparison) {
    std::size_t width = 4;
    for (const CellResult& result : comparison.cells) {
        width = std::max(width, result.cell.name.size());
    }
    std::string text = fmt::format("{:<{}}  {:>9}  {:>9}  {:>7}  {:<17}  {}\n", "cell", width, "A",
                                   "B", "B / A", "interval", "verdict");
    for (const CellResult& result : comparison.cells) {
        if (!result.error.empty()) {
            text += fmt::format("{:<{}}  error: {}\n", result.cell.name, width, result.error);
            continue;
        }
        const measure::PairedSummary& time =
            result.confirmations.empty() ? result.summary : result.confirmation;
        text += fmt::format(
            "{:<{}}  {:>9}  {:>9}  {:>7.4f}  [{:.4f}, {:.4f}]  {}{}\n", result.cell.name, width,
            shown_time(median_of(result.launches, &LaunchAnswer::a_ns)),
            shown_time(median_of(result.launches, &LaunchAnswer::b_ns)), time.ratio, time.low,
            time.high, measure::verdict_name(result.verdict),
            result.confirmations.empty()
                ? ""
                : fmt::format(" (after {} fresh launches)", result.confirmations.size()));
        text +=
            fmt::format("    {}, matters from {:.1f} %\n",
                        quality_line(quality_of(result.launches)), result.smallest_effect * 100.0);
        for (const std::string& warning : result.warnings) {
            text += fmt::format("    {}\n", warning);
        }
    }
    return text;
}

Json environment() {
    Json json = Json::object();
    for (const auto& facts : {measure::machine_facts(), measure::build_facts()}) {
        for (const auto& [key, value] : facts) {
            json[key] = value;
        }
    }
    return json;
}

Json to_json(const Comparison& comparison, const std::string& a, const std::string& b) {
    Json json = {{"format", kFormat},
                 {"a", a},
                 {"b", b},
                 {"environment", environment()},
                 {"identity", kIdentity}};
    json["seconds"] = comparison.seconds;
    json["unfit"] = comparison.unfit.empty() ? Json(nullptr) : Json(comparison.unfit);
    json["no_floors"] = comparison.no_floors.empty() ? Json(nullptr) : Json(comparison.no_floors);
    json["cells"] = Json::array();
    for (const CellResult& result : comparison.cells) {
        json["cells"].push_back(cell_json(result));
    }
    return json;
}

Json sample_line(const Cell& cell, const LaunchAnswer& answer, bool confirms) {
    Json line = to_json(cell);
    line["confirms"] = confirms;
    line["launch"] = to_json(answer);
    return line;
}

}  // namespace rowcast::compare
