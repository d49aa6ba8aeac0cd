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

measure::Json rows_json(const Rows& rows) {
    return {{"workload", rows.workload},
            {"layout", workloads::layout_name(rows.layout)},
            {"scenario", settings::scenario_name(rows.scenario)}};
}

Rows rows_from_json(const measure::Json& json) {
    return {.workload = json.at("workload").get<std::string>(),
            .layout = workloads::parse_layout(json.at("layout").get<std::string>()).value(),
            .scenario = json.at("scenario") == "all" ? settings::Scenario::kAll
                                                     : settings::Scenario::kSelect};
}

}  // namespace

std::string Rows::name() const {
    return fmt::format("{}/{}/{}", workload, workloads::layout_name(layout),
                       settings::scenario_name(scenario));
}

measure::Json to_json(const Cell& cell) {
    return {{"name", cell.name},
            {"rows", rows_json(cell.rows)},
            {"a_rows", cell.a_rows ? rows_json(*cell.a_rows) : measure::Json(nullptr)},
            {"a", to_json(cell.a)},
            {"b", to_json(cell.b)}};
}

Cell cell_from_json(const measure::Json& json) {
    Cell cell{.name = json.at("name").get<std::string>(),
              .rows = rows_from_json(json.at("rows")),
              .a_rows = std::nullopt,
              .a = side_from_json(json.at("a")),
              .b = side_from_json(json.at("b"))};
    if (!json.at("a_rows").is_null()) {
        cell.a_rows = rows_from_json(json.at("a_rows"));
    }
    return cell;
}

std::vector<std::string> quick_workloads() { return {"small", "medium", "nested", "large"}; }

std::vector<Cell> choose_cells(const SideSpec& a, const SideSpec& b, const CellChoice& choice) {
    std::vector<Cell> cells;
    const auto add = [&](Cell cell, const std::string* implementation) {
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
                const Rows rows{.workload = workload->name, .layout = layout, .scenario = scenario};
                Rows others = rows;
                others.layout = choice.a_layout.value_or(layout);
                others.workload = choice.a_workload.empty() ? rows.workload : choice.a_workload;
                const Cell cell{.name = rows.name(),
                                .rows = rows,
                                .a_rows = others == rows ? std::optional<Rows>() : others,
                                .a = a,
                                .b = b};
                if (choice.implementations.empty()) {
                    add(cell, nullptr);
                }
                for (const std::string& implementation : choice.implementations) {
                    add(cell, &implementation);
                }
            }
        }
    }
    return cells;
}

}  // namespace rowcast::compare
