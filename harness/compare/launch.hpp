#pragma once

// One launch of a comparison: a fresh process measures every cell once, one after the other.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/compare/cells.hpp"
#include "harness/measure/child.hpp"
#include "harness/measure/json_lines.hpp"

namespace rowcast::compare {

struct LaunchRequest {
    std::vector<Cell> cells;
    std::optional<workloads::FileRequest> own;  // the rows of a cell whose workload is a user's
    std::uint64_t seed = 1;                     // of the cells' order and of the epochs'
    double seconds = 0.3;                       // of each cell
    double most_seconds = 3.0;                  // for cells whose calls are long
    int cpu = 0;
    bool checks = false;  // the answers first, all of them, against the reference
    double patience_s = measure::kPatienceS;  // for a cell
};

// Exact: how often each side asked the heap for memory, over so many requests in its steady state.
struct Allocations {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t requests = 0;
};

// What a launch says of one cell.
struct LaunchAnswer {
    std::string error;  // then nothing else counts
    std::string a_implementation;
    std::string b_implementation;
    double median_log_ratio = 0.0;  // ln(time of B / time of A)
    bool enough = false;
    double a_ns = 0.0;  // median time of one request
    double b_ns = 0.0;
    double request_bytes = 0.0;  // of rows, on average
    std::string pick_scenario;   // what the request is for whoever picks an implementation
    double clean_share = 0.0;
    double heap_separation = 0.0;
    double clock_share = 0.0;  // of an epoch, spent in reading the clock; or its resolution's
    std::uint64_t involuntary_switches = 0;
    double seconds = 0.0;  // of measuring
    std::optional<Allocations> allocations;
    std::string allocations_reason;  // why there are none
    std::vector<double> a_epochs_ns;
    std::vector<double> b_epochs_ns;

    std::size_t pairs() const noexcept { return a_epochs_ns.size(); }
};
measure::Json to_json(const LaunchAnswer& answer);
LaunchAnswer answer_from_json(const measure::Json& json);

// Measures in a child process; `own_arguments` are those that make this program call
// answer_launch(), the request's JSON comes behind them. One answer a cell, in the cells' order. A
// cell that ends the process is an error, and those after it get a process of their own. One that
// hangs is an error too, and so are those after it: they would as likely take as long again.
std::vector<LaunchAnswer> launch(const LaunchRequest& request,
                                 const std::vector<std::string>& own_arguments);

// The child's side: prints one line of JSON a cell.
void answer_launch(const std::string& request);

}  // namespace rowcast::compare
