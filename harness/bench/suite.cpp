#include "harness/bench/suite.hpp"

#include <regex.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "harness/measure/clock.hpp"

namespace rowcast::bench {
namespace {

constexpr double kNsPerSecond = 1e9;

}  // namespace

Schedule::Schedule(const std::vector<Cell>& cells, double deadline_s)
    : wanted_(cells.size() + 1, 0.0), overhead_(cells.size() + 1, 0.0), deadline_s_(deadline_s) {
    for (std::size_t index = cells.size(); index-- > 0;) {
        wanted_[index] = wanted_[index + 1] + cells[index].wanted_s;
        overhead_[index] = overhead_[index + 1] + cells[index].overhead_s;
    }
}

double Schedule::budget_s(std::size_t index, double elapsed_s) const noexcept {
    constexpr double kLeastShare = 0.05;
    const double wanted = wanted_[index] - wanted_[index + 1];
    if (deadline_s_ <= 0.0 || wanted_[index] <= 0.0) {
        return wanted;
    }
    const double available = deadline_s_ - elapsed_s - overhead_[index];
    return wanted * std::clamp(available / wanted_[index], kLeastShare, 1.0);
}

double Schedule::remaining_s(std::size_t index, double elapsed_s) const noexcept {
    const double wanted = wanted_[index] - wanted_[index + 1];
    const double share = wanted > 0.0 ? budget_s(index, elapsed_s) / wanted : 1.0;
    return wanted_[index] * share + overhead_[index];
}

std::vector<Cell> filter_cells(std::vector<Cell> cells, std::string filter, std::string& error) {
    bool keeps_matches = true;
    if (filter.empty() || filter == "all") {
        filter = std::string(".");  // g++ 12 warns of a literal's size here, out of nothing
    }
    if (filter.front() == '-') {
        keeps_matches = false;
        filter.erase(0, 1);
    }
    regex_t expression;
    const int status = regcomp(&expression, filter.c_str(), REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        char message[256];
        regerror(status, &expression, message, sizeof message);
        error = fmt::format("--benchmark_filter={}: {}", filter, message);
        return {};
    }
    std::erase_if(cells, [&](const Cell& cell) {
        const bool matches = regexec(&expression, cell.name.c_str(), 0, nullptr, 0) == 0;
        return matches != keeps_matches;
    });
    regfree(&expression);
    return cells;
}

Suite::Suite(std::vector<Cell> cells, Instruments& instruments)
    : cells_(std::move(cells)),
      instruments_(instruments),
      schedule_(cells_, instruments.options.deadline()),
      start_ns_(measure::Clock::monotonic_ns()) {}

void Suite::register_cells() {
    for (std::size_t index = 0; index < cells_.size(); ++index) {
        benchmark::RegisterBenchmark(cells_[index].name.c_str(),
                                     [this, index](benchmark::State& state) { run(index, state); });
    }
}

const CellResult* Suite::result(const std::string& name, std::size_t repetition) const noexcept {
    const auto found = results_.find(name);
    return found != results_.end() && repetition < found->second.size() ? &found->second[repetition]
                                                                        : nullptr;
}

void Suite::tell_progress(std::size_t index) const {
    if (instruments_.options.quiet) {
        return;
    }
    const double elapsed =
        static_cast<double>(measure::Clock::monotonic_ns() - start_ns_) / kNsPerSecond;
    fmt::print(stderr, "[{:>{}}/{}] {} elapsed, {} to go: {}\n", index + 1,
               std::to_string(cells_.size()).size(), cells_.size(), format_duration(elapsed),
               format_duration(schedule_.remaining_s(index, elapsed)), cells_[index].name);
    std::fflush(stderr);
}

void Suite::run(std::size_t index, benchmark::State& state) {
    const Cell& cell = cells_[index];
    std::vector<CellResult>& results = results_[cell.name];
    CellResult result;
    if (interrupting_signal != 0) {
        result.interrupted = true;
    } else {
        tell_progress(index);
        const double elapsed =
            static_cast<double>(measure::Clock::monotonic_ns() - start_ns_) / kNsPerSecond;
        CellRun cell_run{.state = state,
                         .instruments = instruments_,
                         .budget_ns = schedule_.budget_s(index, elapsed) * kNsPerSecond};
        try {
            result = cell.run(cell_run);
        } catch (const std::exception& error) {
            result = {};
            result.error = error.what();
        }
    }
    if (result.interrupted) {
        state.SkipWithError("interrupted");
    } else if (!result.error.empty()) {
        ++failed_;
        state.SkipWithError(result.error.c_str());
    } else {
        for (const auto& [name, value] : result.counters) {
            state.counters[name] = value;
        }
        state.SetLabel(make_label(result));
    }
    results.push_back(std::move(result));
}

std::string format_duration(double seconds) {
    const auto whole = static_cast<long>(std::lround(std::max(seconds, 0.0)));
    return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60)
                       : fmt::format("{}s", whole);
}

}  // namespace rowcast::bench
