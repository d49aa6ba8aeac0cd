#include "harness/bench/report_files.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace rowcast::bench {
namespace {

using measure::Json;

// A line's place among the entries: one for each cell, repetition and aggregate.
std::string identity(const Json& entry) {
    return fmt::format("{}#{}#{}", entry.value("name", std::string()),
                       entry.value("repetition_index", 0),
                       entry.value("aggregate_name", std::string()));
}

}  // namespace

Json extend_entry(Json entry, const CellResult& result) {
    if (!result.error.empty()) {
        return entry;
    }
    if (!result.unavailable.empty()) {
        Json reasons = Json::object();
        for (const auto& [name, reason] : result.unavailable) {
            entry[name] = nullptr;
            reasons[name] = reason;
        }
        entry["unavailable"] = std::move(reasons);
    }
    if (!result.distribution_ns.empty()) {
        Json points = Json::array();
        for (const auto& [quantile, ns] : result.distribution_ns) {
            points.push_back(Json::array({quantile, ns}));
        }
        entry["distribution_ns"] = std::move(points);
    }
    if (!result.warnings.empty()) {
        entry["warnings"] = result.warnings;
    }
    return entry;
}

CellsFile read_cells(const std::string& path) {
    CellsFile cells;
    std::map<std::string, std::size_t> places;
    for (Json& line : measure::read_json_lines(path).values) {
        if (!line.is_object()) {
            throw std::runtime_error(path + ": a line is not an object");
        }
        if (line.contains("context")) {
            ++cells.runs;
            if (!cells.context) {
                cells.context = line.at("context");
            }
            continue;
        }
        const auto [place, is_new] = places.emplace(identity(line), cells.entries.size());
        if (is_new) {
            cells.entries.push_back(std::move(line));
        } else {
            cells.entries[place->second] = std::move(line);
        }
    }
    return cells;
}

std::map<std::string, int> finished_cells(const CellsFile& cells) {
    std::map<std::string, int> finished;
    for (const Json& entry : cells.entries) {
        if (entry.value("run_type", std::string("iteration")) == "iteration" &&
            !entry.value("error_occurred", false)) {
            ++finished[entry.value("name", std::string())];
        }
    }
    return finished;
}

std::string why_not_to_resume(const CellsFile& cells, const Json& context) {
    if (!cells.context) {
        return cells.entries.empty() ? "" : "the file does not say what made it";
    }
    constexpr const char* kMustBeEqual[] = {"build_id",      "cpu_model", "host_name",
                                            "evicts_caches", "cell_set",  "baseline"};
    for (const char* key : kMustBeEqual) {
        const Json before = cells.context->value(key, Json());
        const Json now = context.value(key, Json());
        if (before != now) {
            return fmt::format("the file was made with {} {}, and now it is {}", key, before.dump(),
                               now.dump());
        }
    }
    return {};
}

Json make_results(const CellsFile& cells) {
    Json context = cells.context.value_or(Json::object());
    context["runs"] = cells.runs;
    return {{"context", std::move(context)}, {"benchmarks", cells.entries}};
}

}  // namespace rowcast::bench
