#pragma once

#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/bench/instruments.hpp"
#include "harness/bench/result.hpp"
#include "pipeline/implementation.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::bench {

// What a cell gets to run with.
struct CellRun {
    benchmark::State& state;
    Instruments& instruments;
    double budget_ns;  // for sampling
};

struct Cell {
    std::string name;
    // Seconds of sampling that it would like, and that it takes beside (checks and other passes):
    // the deadline is shared out by these.
    double wanted_s = 1.0;
    double overhead_s = 0.0;
    std::function<CellResult(CellRun&)> run;
};

// What was not made into cells, and why.
struct LeftOut {
    std::string name;
    std::string reason;
};

struct CellList {
    std::vector<Cell> cells;
    std::vector<LeftOut> left_out;
};

// What cells are made from.
struct Sources {
    std::vector<const workloads::Workload*> workloads;
    std::vector<const Implementation*> implementations;  // those this machine supports
    std::vector<LeftOut> unsupported;
    const Implementation* baseline = nullptr;
    std::vector<int> cpus;               // that the program may run on, before it pins itself
    std::vector<std::string> own_flags;  // what a child process must be given again
};

// Each appends its kind of cells.
void add_pipeline_and_ratio_cells(const Sources& sources, const Options& options, CellList& list);
void add_sweep_cells(const Sources& sources, const Options& options, CellList& list);
void add_thread_cells(const Sources& sources, const Options& options, CellList& list);
void add_kernel_cells(const Options& options, CellList& list);
void add_lookup_cells(const Options& options, CellList& list);
void add_library_cells(const Options& options, CellList& list);

}  // namespace rowcast::bench
