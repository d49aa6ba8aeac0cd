#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/bench/result.hpp"
#include "harness/measure/json_lines.hpp"

namespace rowcast::bench {

// Google's entry of a cell, extended by what Google's JSON cannot hold: counters that are null,
// with the reason in `unavailable`; `distribution_ns`; `warnings`.
measure::Json extend_entry(measure::Json entry, const CellResult& result);

// What a cells file holds: lines {"context":{...}} (one for each run that went into it) and one
// line for each finished cell (its extended entry). Of several lines for one cell and repetition
// the last counts.
struct CellsFile {
    std::optional<measure::Json> context;  // of the first run
    std::size_t runs = 0;
    std::vector<measure::Json> entries;  // in the order of their first lines
};
// Throws std::runtime_error.
CellsFile read_cells(const std::string& path);

// How many entries without an error there are for each name (aggregates apart).
std::map<std::string, int> finished_cells(const CellsFile& cells);

// Empty if a run in this environment may go on with the file, else why not: figures of another
// build, machine or manner of measuring must not be mixed in.
std::string why_not_to_resume(const CellsFile& cells, const measure::Json& context);

// All cells as one document in Google's format.
measure::Json make_results(const CellsFile& cells);

}  // namespace rowcast::bench
