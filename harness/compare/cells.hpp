#pragma once

// What is compared on what: one cell is one pair of sides on one workload, layout and scenario.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/side.hpp"
#include "harness/measure/json_lines.hpp"
#include "harness/settings/setting.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::compare {

// What a side answers.
struct Rows {
    std::string workload;
    workloads::Layout layout = workloads::Layout::kCompact;
    settings::Scenario scenario = settings::Scenario::kAll;

    std::string name() const;  // "medium/compact/all"

    friend bool operator==(const Rows&, const Rows&) = default;
};

struct Cell {
    std::string name;  // of the rows; "medium/compact/all/avx2" where builds are compared
    Rows rows;
    std::optional<Rows> a_rows{};  // A's, if others than B's: the ratio is then of times a byte
    SideSpec a;
    SideSpec b;
};
measure::Json to_json(const Cell& cell);
// Throws where the JSON is not what to_json() writes.
Cell cell_from_json(const measure::Json& json);

// The compact layout's workloads that stand for all: a comparison of them takes seconds.
std::vector<std::string> quick_workloads();

struct CellChoice {
    std::vector<const workloads::Workload*> workloads;
    std::vector<workloads::Layout> layouts;
    std::vector<settings::Scenario> scenarios;
    // Where A and B are builds: the implementations of each that are compared. Empty: A and B as
    // they were given.
    std::vector<std::string> implementations;
    // A answers these instead; empty: the same.
    std::string a_workload{};
    std::optional<workloads::Layout> a_layout{};
    std::string filter;  // extended regular expression on the names; empty: all; '-' before it: not
};

// In the order of the choice's lists. Scenarios that a workload does not have are left out. Throws
// std::runtime_error where the filter is no regular expression.
std::vector<Cell> choose_cells(const SideSpec& a, const SideSpec& b, const CellChoice& choice);

}  // namespace rowcast::compare
