#pragma once

// The whole comparison: launches over all cells, more of them where a cell stays unclear, and fresh
// ones where a difference is to be confirmed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/floors.hpp"
#include "harness/compare/launch.hpp"
#include "harness/measure/child.hpp"
#include "harness/measure/paired.hpp"

namespace rowcast::compare {

struct CompareOptions {
    std::vector<Cell> cells;
    std::optional<workloads::FileRequest> own;
    std::size_t launches = 7;
    // Cells that are unclear get twice as many launches, and again, up to so many in all; 0: never.
    std::size_t most_launches = 0;
    bool confirms = false;                    // faster and slower cells, by fresh launches
    double family_error = 0.05;               // of confirmation: the chance of any false alarm
    double seconds = 0.3;                     // of a cell in a launch
    double most_seconds = 3.0;                // where a call is long
    double patience_s = measure::kPatienceS;  // for a launch that says nothing
    double budget_s = 0.0;  // no further round of launches after this long; 0: no limit
    double smallest_effect = 0.02;
    Floors floors{};  // where a cell has none, smallest_effect alone counts
    int cpu = 0;
    std::uint64_t seed = 1;
    std::vector<std::string> own_arguments{};  // make this program answer a launch

    // After each launch: how many are done, how many are foreseen, and what is being done.
    std::function<void(std::size_t done, std::size_t foreseen, const char* what)> on_progress{};
    // Each launch's answer for each cell, as it comes.
    std::function<void(const Cell& cell, const LaunchAnswer& answer, bool confirms)> on_answer{};
};

struct CellResult {
    Cell cell;
    std::string error;  // then there is nothing else
    std::vector<LaunchAnswer> launches{};
    std::vector<LaunchAnswer> confirmations{};
    measure::PairedSummary summary{};       // of `launches`
    measure::PairedSummary confirmation{};  // of `confirmations`
    double smallest_effect = 0.0;
    measure::Verdict verdict = measure::Verdict::kUnclear;
    std::vector<std::string> warnings{};
};

struct Comparison {
    std::vector<CellResult> cells;
    std::string unfit;      // why this machine's figures mean nothing now; empty: they do
    std::string no_floors;  // why there were none, though they were asked for
    double seconds = 0.0;
};

// B against A on every cell.
Comparison compare(const CompareOptions& options);

// Of a cell: max(smallest_effect, 3 x its floor).
double smallest_effect_of(const CompareOptions& options, const std::string& cell);

}  // namespace rowcast::compare
