#include "harness/compare/compare.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "harness/compare/quality_line.hpp"
#include "harness/compare/verdicts.hpp"
#include "harness/measure/clock.hpp"

namespace rowcast::compare {
namespace {

using measure::Verdict;

class Run {
  public:
    explicit Run(const CompareOptions& options) : options_(options) {
        for (const Cell& cell : options.cells) {
            CellResult& result = results_.emplace_back();
            result.cell = cell;
            result.smallest_effect = smallest_effect_of(options, cell.name);
        }
    }

    Comparison all() {
        std::vector<std::size_t> unclear(results_.size());
        std::iota(unclear.begin(), unclear.end(), std::size_t{0});
        measure_cells(unclear, options_.launches, "measuring", &CellResult::launches);
        std::size_t made = options_.launches;
        for (unclear = judge(unclear); !unclear.empty() && 2 * made <= options_.most_launches;
             unclear = judge(unclear)) {
            if (is_out_of_time()) {
                for (const std::size_t index : unclear) {
                    results_[index].warnings.emplace_back("out of time: more launches were due");
                }
                break;
            }
            measure_cells(unclear, made, "again, what is unclear", &CellResult::launches);
            made *= 2;
        }
        if (options_.confirms) {
            confirm_differences();
        }
        return finish();
    }

  private:
    double elapsed_s() const {
        return static_cast<double>(measure::Clock::monotonic_ns() - begin_ns_) * 1e-9;
    }
    bool is_out_of_time() const {
        return options_.budget_s > 0.0 && elapsed_s() >= options_.budget_s;
    }

    // So many launches more of these cells. A cell that fails once is out.
    void measure_cells(const std::vector<std::size_t>& cells, std::size_t launches,
                       const char* what, std::vector<LaunchAnswer> CellResult::*into) {
        for (std::size_t launch_index = 0; launch_index < launches; ++launch_index) {
            std::vector<std::size_t> sound;
            LaunchRequest request;
            for (const std::size_t index : cells) {
                if (results_[index].error.empty()) {
                    sound.push_back(index);
                    request.cells.push_back(results_[index].cell);
                }
            }
            if (sound.empty()) {
                return;
            }
            request.own = options_.own;
            request.seed = options_.seed + (++launches_ * 1'000);
            request.seconds = options_.seconds;
            request.most_seconds = options_.most_seconds;
            request.patience_s = options_.patience_s;
            request.cpu = options_.cpu;
            request.checks = launches_ == 1;
            if (options_.on_progress) {
                options_.on_progress(launch_index, launches, what);
            }
            std::vector<LaunchAnswer> answers = launch(request, options_.own_arguments);
            for (std::size_t index = 0; index < sound.size(); ++index) {
                take(results_[sound[index]], std::move(answers[index]), into);
            }
        }
    }

    void take(CellResult& result, LaunchAnswer&& answer,
              std::vector<LaunchAnswer> CellResult::*into) {
        if (options_.on_answer) {
            options_.on_answer(result.cell, answer, into == &CellResult::confirmations);
        }
        if (!answer.error.empty()) {
            result.error = std::move(answer.error);
            return;
        }
        (result.*into).push_back(std::move(answer));
    }

    // Judges these cells; the unclear ones come back.
    std::vector<std::size_t> judge(const std::vector<std::size_t>& cells) {
        std::vector<std::size_t> unclear;
        for (const std::size_t index : cells) {
            CellResult& result = results_[index];
            if (!result.error.empty()) {
                continue;
            }
            result.summary = summarise(result.launches);
            result.verdict = measure::judge(result.summary, result.smallest_effect);
            if (result.verdict == Verdict::kUnclear) {
                unclear.push_back(index);
            }
        }
        return unclear;
    }

    void confirm_differences() {
        std::vector<std::size_t> found;
        for (std::size_t index = 0; index < results_.size(); ++index) {
            const CellResult& result = results_[index];
            if (result.error.empty() &&
                (result.verdict == Verdict::kSlower || result.verdict == Verdict::kFaster)) {
                found.push_back(index);
            }
        }
        const double level = options_.family_error / static_cast<double>(results_.size());
        measure_cells(found, confirming_launches(level), "confirming", &CellResult::confirmations);
        for (const std::size_t index : found) {
            CellResult& result = results_[index];
            if (result.error.empty()) {
                result.confirmation = summarise(result.confirmations);
                result.verdict =
                    confirm(result.verdict, result.confirmations, result.smallest_effect, level);
            }
        }
    }

    Comparison finish() {
        std::size_t judged = 0;
        std::size_t unfit = 0;
        for (CellResult& result : results_) {
            if (!result.error.empty()) {
                continue;
            }
            ++judged;
            std::vector<LaunchAnswer> all = result.launches;
            all.insert(all.end(), result.confirmations.begin(), result.confirmations.end());
            unfit += is_unfit(quality_of(all)) ? 1 : 0;
            std::vector<std::string> warnings = warnings_of(all);
            result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
        }
        Comparison comparison;
        if (2 * unfit > judged) {
            comparison.unfit = fmt::format(
                "on {} of {} cells the machine was not fit to measure on (see their warnings)",
                unfit, judged);
        }
        comparison.no_floors = options_.floors.missing;
        comparison.cells = std::move(results_);
        comparison.seconds = elapsed_s();
        return comparison;
    }

    const CompareOptions& options_;
    std::vector<CellResult> results_;
    std::size_t launches_ = 0;
    std::uint64_t begin_ns_ = measure::Clock::monotonic_ns();
};

}  // namespace

double smallest_effect_of(const CompareOptions& options, const std::string& cell) {
    constexpr double kTimesTheFloor = 3.0;
    const auto floor = options.floors.cells.find(cell);
    return floor == options.floors.cells.end()
               ? options.smallest_effect
               : std::max(options.smallest_effect, kTimesTheFloor * floor->second);
}

Comparison compare(const CompareOptions& options) { return Run(options).all(); }

}  // namespace rowcast::compare
