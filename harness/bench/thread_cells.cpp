// What several threads are worth to a request: from which size on, and of what the machine can give.

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/bench/cell.hpp"
#include "harness/bench/launch.hpp"
#include "harness/bench/prepare.hpp"
#include "harness/bench/ratio.hpp"
#include "harness/bench/scaling.hpp"
#include "pipeline/helpers.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::bench {
namespace {

constexpr std::size_t kThreads = 2;

// One launch after another until all are there, or one fails: then the result says so.
template <class Answer, class Launch>
CellResult launch_all(CellRun& run, std::vector<Answer>& answers, Launch launch_one) {
    const int launches = run.instruments.options.launches;
    while (run.state.KeepRunningBatch(launches)) {
        for (int index = 0; index < launches; ++index) {
            std::string error;
            answers.push_back(launch_one(static_cast<std::uint64_t>(index) + 1, error));
            if (interrupting_signal != 0) {
                run.state.SkipWithError("interrupted");
                return interruption();
            }
            if (!error.empty()) {
                run.state.SkipWithError(error.c_str());
                return failure(error);
            }
        }
    }
    return {};
}

// A request on several threads over the same on one.
CellResult run_threads_cell(CellRun& run, const SettingKey& key,
                            const Implementation& implementation, const Sources& sources) {
    const Checked checked = prepare(run, key, implementation, Part::kCompared);
    if (!checked.error.empty()) {
        return failure(checked.error);
    }
    const std::string name(implementation.name());
    PairedRequest request{.workload = key.workload->name,
                          .layout = std::string(workloads::layout_name(key.layout)),
                          .scenario = std::string(scenario_name(key.scenario)),
                          .baseline = name,
                          .implementation = name,
                          .rows = key.rows,
                          .threads = kThreads,
                          .cpus = sources.cpus,
                          .compares = true,
                          .seed = 0,
                          .budget_ns = run.budget_ns / run.instruments.options.launches};
    std::vector<PairedAnswer> answers;
    CellResult result = launch_all(run, answers, [&](std::uint64_t seed, std::string& error) {
        request.seed = seed;
        PairedAnswer answer = launch_pair(request, sources.own_flags);
        error = answer.error;
        return answer;
    });
    if (!result.error.empty() || result.interrupted) {
        return result;
    }
    report_ratio(answers, "one-thread", result);
    result.set("input_bytes", checked.setting->documents().mean_bytes());
    result.set("rows", static_cast<double>(key.rows));
    return result;
}

CellResult run_scaling_cell(CellRun& run, const SettingKey& key,
                            const Implementation& implementation, const Sources& sources) {
    const Checked checked = prepare(run, key, implementation, Part::kCompared);
    if (!checked.error.empty()) {
        return failure(checked.error);
    }
    std::vector<measure::Json> answers;
    CellResult result = launch_all(run, answers, [&](std::uint64_t seed, std::string& error) {
        measure::Json answer =
            launch({{"kind", "scaling"},
                    {"workload", key.workload->name},
                    {"layout", workloads::layout_name(key.layout)},
                    {"scenario", scenario_name(key.scenario)},
                    {"implementation", implementation.name()},
                    {"threads", kThreads},
                    {"cpus", sources.cpus},
                    {"seed", seed},
                    {"budget_ns", run.budget_ns / run.instruments.options.launches}},
                   sources.own_flags);
        error = answer.value("error", "");
        return answer;
    });
    if (!result.error.empty() || result.interrupted) {
        return result;
    }
    report_scaling(answers, result);
    result.set("input_bytes", checked.setting->documents().mean_bytes());
    if (const std::size_t chunk = run.instruments.options.chunk_bytes; chunk != 0) {
        result.remarks.push_back(fmt::format("chunk_bytes={}", chunk));
    }
    return result;
}

}  // namespace

void add_thread_cells(const Sources& sources, const Options& options, CellList& list) {
    constexpr std::size_t kRows[] = {30, 60, 120, 250, 500, 1'000, 2'000};
    constexpr const char* kSwept = "medium";
    constexpr const char* kScaled[] = {"large", "wide"};

    if (options.quick || !options.own_rows.input.empty()) {
        return;
    }
    if (const char* reason = Helpers::unsupported_reason(kThreads)) {
        list.left_out.push_back({"threads/, scaling/", reason});
        return;
    }
    if (sources.cpus.size() < kThreads) {
        list.left_out.push_back({"threads/, scaling/", "they need two processors"});
        return;
    }
    const double launches = options.launches;
    for (const workloads::Workload* workload : sources.workloads) {
        SettingKey key = catalogue_setting(*workload, workloads::Layout::kCompact, Scenario::kAll);
        for (const Implementation* implementation : sources.implementations) {
            // They are for comparison, and would take long.
            if (is_peer(*implementation) || implementation == &reference::nlohmann()) {
                continue;
            }
            const std::string setting =
                fmt::format("{}/{}/{}", setting_name(key), implementation->name(), kThreads);
            if (workload->name == kSwept) {
                for (const std::size_t rows : kRows) {
                    key.rows = rows;
                    list.cells.push_back({.name = fmt::format("threads/{}/{}", setting, rows),
                                          .wanted_s = launches * options.cell_budget() / 10.0,
                                          .overhead_s = launches * 0.1,
                                          .run = [=, &sources](CellRun& run) {
                                              return run_threads_cell(run, key, *implementation,
                                                                      sources);
                                          }});
                }
            }
            if (std::find(std::begin(kScaled), std::end(kScaled), workload->name) !=
                std::end(kScaled)) {
                list.cells.push_back({.name = "scaling/" + setting,
                                      .wanted_s = launches * options.cell_budget(),
                                      .overhead_s = launches * 0.5,
                                      .run = [=, &sources](CellRun& run) {
                                          return run_scaling_cell(run, key, *implementation,
                                                                  sources);
                                      }});
            }
        }
    }
}

}  // namespace rowcast::bench
