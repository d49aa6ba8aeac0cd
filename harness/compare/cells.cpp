#include "harness/compare/cells.hpp"

#include <regex>
#include <stdexcept>

#include <fmt/format.h>

namespace rowcast::compare {
namespace {

bool passes(const std::string& name, const std::string& filter) {
    if (filter.empty()) {
        return true;
    }
    const bool is_negative = filter.front() == '-';
    try {
        const std::regex pattern(is_negative ? filter.substr(1) : filter, std::regex::extended);
        return std::regex_search(name, pattern) != is_negative;
    } catch (const std::regex_error& error) {
        throw std::runtime_error(
            fmt::format("'{}' is no regular expression: {}", filter, error.what()));
    }
}

}  // namespace

measure::Json to_json(const Cell& cell) {
    return {{"name", cell.name},
            {"workload", cell.workload},
            {"layout", workloads::layout_name(cell.layout)},
            {"scenario", settings::scenario_name(cell.scenario)},
            {"a", to_json(cell.a)},
            {"b", to_json(cell.b)}};
}

Cell cell_from_json(const measure::Json& json) {
    return {.name = json.at("name").get<std::string>(),
            .workload = json.at("workload").get<std::string>(),
            .layout = workloads::parse_layout(json.at("layout").get<std::string>()).value(),
            .scenario = json.at("scenario") == "all" ? settings::Scenario::kAll
                                                     : settings::Scenario::kSelect,
            .a = side_from_json(json.at("a")),
            .b = side_from_json(json.at("b"))};
}

std::vector<std::string> quick_workloads() { return {"small", "medium", "nested", "large"}; }

std::vector<Cell> choose_cells(const SideSpec& a, const SideSpec& b, const CellChoice& choice) {
    std::vector<Cell> cells;
    const auto add = [&](const std::string& setting, Cell cell, const std::string* implementation) {
        cell.name = setting;
        if (implementation != nullptr) {
            cell.name += "/" + *implementation;
            cell.a.implementation = cell.b.implementation = *implementation;
        }
        if (passes(cell.name, choice.filter)) {
            cells.push_back(std::move(cell));
        }
    };
    for (const workloads::Workload* workload : choice.workloads) {
        for (const workloads::Layout layout : choice.layouts) {
            for (const settings::Scenario scenario : choice.scenarios) {
                if (scenario == settings::Scenario::kSelect && workload->select.empty()) {
                    continue;
                }
                const std::string setting =
                    fmt::format("{}/{}/{}", workload->name, workloads::layout_name(layout),
                                settings::scenario_name(scenario));
                const Cell cell{.name = {},
                                .workload = workload->name,
                                .layout = layout,
                                .scenario = scenario,
                                .a = a,
                                .b = b};
                if (choice.implementations.empty()) {
                    add(setting, cell, nullptr);
                }
                for (const std::string& implementation : choice.implementations) {
                    add(setting, cell, &implementation);
                }
            }
        }
    }
    return cells;
}

}  // namespace rowcast::compare
