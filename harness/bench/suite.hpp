#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/bench/cell.hpp"

namespace rowcast::bench {

// Shares the time until the deadline out among the cells still to run, in proportion to what they
// want. A cell that takes longer than foreseen makes the later ones shorter.
class Schedule {
  public:
    Schedule(const std::vector<Cell>& cells, double deadline_s);

    // Seconds that the next cell, `index`, may sample for, `elapsed_s` after the start.
    [[nodiscard]] double budget_s(std::size_t index, double elapsed_s) const noexcept;
    // Seconds that remain, as far as can be foreseen, before cell `index` starts.
    [[nodiscard]] double remaining_s(std::size_t index, double elapsed_s) const noexcept;

  private:
    // Of the cells from an index on.
    std::vector<double> wanted_;
    std::vector<double> overhead_;
    double deadline_s_;
};

// The cells that a filter of Google Benchmark's chooses (an extended regular expression, '-' before
// it for the others). Sets `error` where the expression is malformed.
std::vector<Cell> filter_cells(std::vector<Cell> cells, std::string filter, std::string& error);

// Runs cells as Google benchmarks, and keeps their results by name and repetition for those who
// write them down.
class Suite {
  public:
    Suite(std::vector<Cell> cells, Instruments& instruments);

    // Registers every cell with Google Benchmark; the suite must outlive its run.
    void register_cells();

    [[nodiscard]] const std::vector<Cell>& cells() const noexcept { return cells_; }
    // The last result of a cell; null if it has not run.
    [[nodiscard]] const CellResult* result(const std::string& name,
                                           std::size_t repetition) const noexcept;
    [[nodiscard]] std::size_t failed() const noexcept { return failed_; }

  private:
    void run(std::size_t index, benchmark::State& state);
    void tell_progress(std::size_t index) const;

    std::vector<Cell> cells_;
    Instruments& instruments_;
    Schedule schedule_;
    std::uint64_t start_ns_ = 0;
    std::map<std::string, std::vector<CellResult>> results_;
    std::size_t failed_ = 0;
};

// "1m05s"
std::string format_duration(double seconds);

}  // namespace rowcast::bench
