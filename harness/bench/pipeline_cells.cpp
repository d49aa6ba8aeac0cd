#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "harness/bench/cell.hpp"
#include "harness/bench/prepare.hpp"
#include "harness/bench/ratio.hpp"
#include "harness/bench/timing.hpp"
#include "harness/settings/check.hpp"
#include "pipeline/request.hpp"

namespace rowcast::bench {
namespace {

using measure::AllocationCounts;
using measure::AllocationScope;
using measure::CounterReading;

// Allocations are counted on at most so many documents and bytes, so that slow cells stay
// affordable; bytes and not time, so that the counts are the same on every machine.
constexpr std::size_t kAllocationBytes = std::size_t{4} << 20u;
constexpr std::size_t kAllocationDocuments = 4;

constexpr double kRatioLaunchSeconds = 0.3;

// One request for each call, cycling through the documents.
class RequestCall {
  public:
    RequestCall(const Implementation& implementation, const Setting& setting)
        : request_(implementation),
          plan_(setting.plan()),
          documents_(setting.documents().documents()),
          mask_(documents_.size() - 1) {}

    void operator()(std::uint64_t index) {
        const PreparedDocument& document = documents_[index & mask_];
        failed_ |= !request_.run(plan_, document.rows);
        benchmark::DoNotOptimize(request_.response().data());
    }
    // The first call, on the first document; what it took.
    double first(const measure::Clock& clock) {
        const std::uint64_t begin = clock.now();
        (*this)(0);
        return clock.to_ns(clock.now() - begin);
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] const Request& request() const noexcept { return request_; }

  private:
    Request request_;
    const Plan& plan_;
    std::span<const PreparedDocument> documents_;
    std::uint64_t mask_;
    bool failed_ = false;
};

void set_allocations(CellResult& result, const char* suffix, const AllocationCounts& counts) {
    result.set(fmt::format("allocs{}", suffix), static_cast<double>(counts.count));
    result.set(fmt::format("alloc_bytes{}", suffix), static_cast<double>(counts.bytes));
    result.set(fmt::format("alloc_peak_bytes{}", suffix),
               static_cast<double>(counts.peak_live_bytes));
}

// The first few documents: what allocations are counted on. Of them the one that asks for most
// stands.
std::span<const PreparedDocument> counted_documents(const Setting& setting) {
    const auto documents = setting.documents().documents();
    std::size_t used = 0;
    for (std::size_t bytes = 0; used < std::min(documents.size(), kAllocationDocuments); ++used) {
        bytes += documents[used].bytes;
        if (used > 0 && bytes > kAllocationBytes) {
            break;
        }
    }
    return documents.first(used);
}

bool asks_for_more(const AllocationCounts& counts, const AllocationCounts& than) {
    return std::tie(counts.count, counts.bytes) > std::tie(than.count, than.bytes);
}

// A request with nothing to build on but the schema (which plans share): its plan, its arena and
// its output buffer are made within.
void count_cold_allocations(const Implementation& implementation, const Setting& setting,
                            CellResult& result) {
    AllocationCounts most;
    AllocationCounts most_of_plan;
    for (const PreparedDocument& document : counted_documents(setting)) {
        const AllocationScope scope;
        const auto plan =
            compile_plan(*setting.key().workload, setting.schema(), setting.key().scenario);
        const AllocationCounts of_plan = scope.counts();
        Request request(implementation);
        request.run(**plan, document.rows);
        const AllocationCounts counts = scope.counts();
        if (asks_for_more(counts, most)) {
            most = counts;
            most_of_plan = of_plan;
        }
    }
    set_allocations(result, "_cold", most);
    result.set("plan_allocs", static_cast<double>(most_of_plan.count));
    result.set("plan_alloc_bytes", static_cast<double>(most_of_plan.bytes));
}

// A request on a request object that has met the documents before.
void count_steady_allocations(const Implementation& implementation, const Setting& setting,
                              CellResult& result) {
    const auto documents = counted_documents(setting);
    Request request(implementation);
    for (const PreparedDocument& document : documents) {
        request.run(setting.plan(), document.rows);
    }
    AllocationCounts most;
    for (const PreparedDocument& document : documents) {
        const AllocationScope scope;
        request.run(setting.plan(), document.rows);
        const AllocationCounts counts = scope.counts();
        if (asks_for_more(counts, most)) {
            most = counts;
        }
    }
    set_allocations(result, "", most);
    result.set("alloc_left_bytes", static_cast<double>(most.left_bytes));
}

void count_allocations(const Implementation& implementation, const Setting& setting,
                       const Instruments& instruments, CellResult& result) {
    if (instruments.allocations.available) {
        count_cold_allocations(implementation, setting, result);
        count_steady_allocations(implementation, setting, result);
        return;
    }
    for (const char* name :
         {"allocs", "alloc_bytes", "alloc_peak_bytes", "alloc_left_bytes", "allocs_cold",
          "alloc_bytes_cold", "alloc_peak_bytes_cold", "plan_allocs", "plan_alloc_bytes"}) {
        result.set_unavailable(name, instruments.allocations.reason);
    }
}

// Events of one request, and what follows from them.
void report_counters(const std::vector<CounterReading>& readings, double requests, double bytes,
                     CellResult& result) {
    std::map<std::string, const CounterReading*> by_name;
    for (const CounterReading& reading : readings) {
        by_name[reading.name] = &reading;
        if (reading.value) {
            result.set(reading.name, static_cast<double>(*reading.value) / requests);
        } else {
            result.set_unavailable(reading.name, reading.reason);
        }
    }
    const auto derive = [&](const char* name, const char* event, double divisor) {
        const CounterReading& reading = *by_name.at(event);
        if (reading.value) {
            result.set(name, static_cast<double>(*reading.value) / divisor);
        } else {
            result.set_unavailable(name, reading.reason);
        }
    };
    derive("cycles_per_byte", "PAPI_TOT_CYC", bytes);
    derive("instructions_per_byte", "PAPI_TOT_INS", bytes);
    derive("branch_misses_per_byte", "PAPI_BR_MSP", bytes);
    derive("l1d_misses_per_byte", "PAPI_L1_DCM", bytes);
    derive("llc_misses_per_byte", "PAPI_L3_TCM", bytes);

    const CounterReading& cycles = *by_name.at("PAPI_TOT_CYC");
    const CounterReading& instructions = *by_name.at("PAPI_TOT_INS");
    if (cycles.value && instructions.value && *cycles.value > 0) {
        result.set("ipc",
                   static_cast<double>(*instructions.value) / static_cast<double>(*cycles.value));
    } else {
        result.set_unavailable("ipc", cycles.value ? instructions.reason : cycles.reason);
    }
}

void count_events(RequestCall& call, const Setting& setting, Instruments& instruments,
                  double one_call_ns, CellResult& result) {
    constexpr double kPassNs = 20e6;
    const auto requests =
        static_cast<std::uint64_t>(std::clamp(kPassNs / std::max(one_call_ns, 1.0), 1.0, 1e6));
    const auto readings = instruments.counters.measure([&] {
        for (std::uint64_t index = 0; index < requests; ++index) {
            call(index);
        }
    });
    report_counters(readings, static_cast<double>(requests),
                    setting.documents().bytes_of_calls(requests), result);
}

void report_throughput(const Timed& timed, double bytes, CellResult& result) {
    constexpr double kNsPerSecond = 1e9;
    result.set("bytes_per_second", bytes * kNsPerSecond / timed.total_ns);
    result.set("requests_per_second",
               static_cast<double>(timed.calls) * kNsPerSecond / timed.total_ns);
}

void remark_part(Part part, CellResult& result) {
    if (part == Part::kUncompared) {
        result.remarks.emplace_back("output=not-compared");
    }
}

CellResult run_pipeline_cell(CellRun& run, const std::string& name, const SettingKey& key,
                             const Implementation& implementation, Part part) {
    const Checked checked = prepare(run, key, implementation, part);
    if (!checked.error.empty()) {
        return failure(checked.error);
    }
    if (interrupting_signal != 0) {
        return interruption();
    }
    const Setting& setting = *checked.setting;
    CellResult result;
    remark_part(part, result);
    RequestCall call(implementation, setting);
    const double first_call_ns = call.first(run.instruments.clock);
    result.set("output_bytes", static_cast<double>(call.request().response().size()));

    const Timed timed =
        time_calls(run.state, name, run.instruments, run.budget_ns, first_call_ns, result, call);
    if (interrupting_signal != 0) {
        return interruption();
    }
    report_throughput(timed, setting.documents().bytes_of_calls(timed.calls), result);
    count_allocations(implementation, setting, run.instruments, result);
    count_events(call, setting, run.instruments, timed.total_ns / static_cast<double>(timed.calls),
                 result);
    if (call.failed()) {
        return failure("a request failed that had been answered before");
    }
    result.set("input_bytes", setting.documents().mean_bytes());
    result.set("rows", static_cast<double>(setting.documents().documents().front().rows.size()));
    result.set("documents", static_cast<double>(key.documents));
    result.set("output_growths", static_cast<double>(call.request().output().growths()));
    result.set("output_capacity_bytes", static_cast<double>(call.request().output().high_water()));
    result.set("arena_bytes", static_cast<double>(call.request().arena().high_water()));
    return result;
}

// An implementation and how it takes part.
struct Participant {
    const Implementation& implementation;
    Part part;
};

CellResult run_ratio_cell(CellRun& run, const SettingKey& key, const Participant& participant,
                          const Participant& baseline, const std::vector<std::string>& own_flags) {
    for (const Participant* each : {&baseline, &participant}) {
        const Checked checked = prepare(run, key, each->implementation, each->part);
        if (!checked.error.empty()) {
            return failure(fmt::format("{}: {}", each->implementation.name(), checked.error));
        }
    }
    const bool compares = participant.part == Part::kCompared && baseline.part == Part::kCompared;
    const int launches = run.instruments.options.launches;
    PairedRequest request{.workload = key.workload->name,
                          .layout = std::string(workloads::layout_name(key.layout)),
                          .scenario = std::string(scenario_name(key.scenario)),
                          .baseline = std::string(baseline.implementation.name()),
                          .implementation = std::string(participant.implementation.name()),
                          .compares = false,
                          .seed = 0,
                          .budget_ns = run.budget_ns / launches};
    CellResult result;
    std::vector<PairedAnswer> answers;
    while (run.state.KeepRunningBatch(launches)) {
        for (int launch = 0; launch < launches; ++launch) {
            request.seed = static_cast<std::uint64_t>(launch) + 1;
            request.compares = compares && launch == 0;
            answers.push_back(launch_pair(request, own_flags));
            if (interrupting_signal != 0) {
                run.state.SkipWithError("interrupted");
                return interruption();
            }
            if (!answers.back().error.empty()) {
                run.state.SkipWithError(answers.back().error.c_str());
                return failure(answers.back().error);
            }
        }
    }
    report_ratio(answers, baseline.implementation.name(), result);
    remark_part(participant.part, result);
    return result;
}

CellResult run_sweep_cell(CellRun& run, const std::string& name, const SettingKey& key,
                          const Implementation& implementation) {
    const Checked checked = prepare(run, key, implementation, Part::kCompared);
    if (!checked.error.empty()) {
        return failure(checked.error);
    }
    if (interrupting_signal != 0) {
        return interruption();
    }
    const Setting& setting = *checked.setting;
    CellResult result;
    RequestCall call(implementation, setting);
    const double first_call_ns = call.first(run.instruments.clock);
    result.set("output_bytes", static_cast<double>(call.request().response().size()));
    const Timed timed =
        time_calls(run.state, name, run.instruments, run.budget_ns, first_call_ns, result, call);
    if (call.failed()) {
        return failure("a request failed that had been answered before");
    }
    report_throughput(timed, setting.documents().bytes_of_calls(timed.calls), result);
    result.set("input_bytes", setting.documents().mean_bytes());
    result.set("rows", static_cast<double>(key.rows));
    return result;
}

// The roof: the same bytes, only copied.
CellResult run_memcpy_cell(CellRun& run, const std::string& name, const SettingKey& key) {
    std::shared_ptr<Setting> setting;
    try {
        setting = run.instruments.settings.get(key);
    } catch (const std::exception& error) {
        return failure(error.what());
    }
    const auto documents = setting->documents().documents();
    struct Block {
        const std::uint8_t* data;
        std::size_t size;
    };
    std::vector<Block> blocks;
    std::size_t largest = 0;
    for (const PreparedDocument& document : documents) {
        const std::uint8_t* begin = document.rows.front().data;
        const std::uint8_t* end = document.rows.back().data + document.rows.back().size;
        blocks.push_back({.data = begin, .size = static_cast<std::size_t>(end - begin)});
        largest = std::max(largest, blocks.back().size);
    }
    std::vector<std::uint8_t> output(largest);
    const std::uint64_t mask = documents.size() - 1;
    const auto call = [&](std::uint64_t index) {
        const Block& block = blocks[index & mask];
        std::memcpy(output.data(), block.data, block.size);
        benchmark::DoNotOptimize(output.data());
        benchmark::ClobberMemory();
    };
    call(0);
    CellResult result;
    const Timed timed =
        time_calls(run.state, name, run.instruments, run.budget_ns, 0.0, result, call);
    report_throughput(timed, setting->documents().bytes_of_calls(timed.calls), result);
    result.set("input_bytes", setting->documents().mean_bytes());
    result.set("rows", static_cast<double>(key.rows));
    return result;
}

double megabytes(const workloads::Workload& workload) {
    const auto* known = workloads::known_document(workload.name, workloads::Layout::kCompact);
    return known == nullptr ? 0.1 : static_cast<double>(known->bytes) / 1e6;
}

// In the quick set: the compact layout of the workloads that the promises speak of.
bool is_in_quick_set(const workloads::Workload& workload, workloads::Layout layout) {
    constexpr const char* kQuick[] = {"tiny", "small", "medium", "large", "nested", "input"};
    return layout == workloads::Layout::kCompact &&
           std::find(std::begin(kQuick), std::end(kQuick), workload.name) != std::end(kQuick);
}

void add_setting_cells(const Sources& sources, const Options& options, const SettingKey& key,
                       CellList& list) {
    const std::string setting = setting_name(key);
    const auto schema = parse_schema(*key.workload);
    if (!schema) {
        list.left_out.push_back({"pipeline/" + setting, "schema: " + schema.error().message});
        return;
    }
    const auto plain = compile_plan(*key.workload, *schema, Scenario::kAll);
    const auto plan = compile_plan(*key.workload, *schema, key.scenario);
    if (!plain || !plan) {
        list.left_out.push_back({"pipeline/" + setting, (plain ? plan : plain).error().message});
        return;
    }
    std::vector<Cell> ratios;
    const double size = megabytes(*key.workload);
    const Part baseline_part = part_of(*sources.baseline, **plain, **plan, key.scenario);
    for (const Implementation* implementation : sources.implementations) {
        const Part part = part_of(*implementation, **plain, **plan, key.scenario);
        const std::string name = fmt::format("pipeline/{}/{}", setting, implementation->name());
        if (part == Part::kNone) {
            list.left_out.push_back({name, "does not answer this plan"});
            continue;
        }
        list.cells.push_back({.name = name,
                              .wanted_s = options.cell_budget(),
                              .overhead_s = 0.1 + 0.2 * size,
                              .run = [=](CellRun& run) {
                                  return run_pipeline_cell(run, name, key, *implementation, part);
                              }});
        if (implementation == sources.baseline) {
            continue;
        }
        const std::string ratio_name = fmt::format("ratio/{}/{}", setting, implementation->name());
        if (baseline_part == Part::kNone) {
            list.left_out.push_back({ratio_name, "its baseline does not answer this plan"});
            continue;
        }
        const double launches = options.launches;
        ratios.push_back(
            {.name = ratio_name,
             .wanted_s = launches * std::min(kRatioLaunchSeconds, options.cell_budget() / 3.0),
             .overhead_s = launches * (0.03 + 0.1 * size),
             .run = [=, baseline = sources.baseline, flags = sources.own_flags](CellRun& run) {
                 return run_ratio_cell(run, key, {*implementation, part},
                                       {*baseline, baseline_part}, flags);
             }});
    }
    std::move(ratios.begin(), ratios.end(), std::back_inserter(list.cells));
}

}  // namespace

void add_pipeline_and_ratio_cells(const Sources& sources, const Options& options, CellList& list) {
    for (const workloads::Workload* workload : sources.workloads) {
        for (const workloads::Layout layout : workloads::kLayouts) {
            // A user's rows are as they are.
            const bool is_own = !options.own_rows.input.empty();
            if ((is_own && layout != workloads::Layout::kCompact) ||
                (options.quick && !is_in_quick_set(*workload, layout))) {
                continue;
            }
            for (const Scenario scenario : kScenarios) {
                if (scenario == Scenario::kAll || !workload->select.empty()) {
                    add_setting_cells(sources, options,
                                      catalogue_setting(*workload, layout, scenario), list);
                }
            }
        }
    }
}

void add_sweep_cells(const Sources& sources, const Options& options, CellList& list) {
    constexpr std::size_t kRows[] = {1, 3, 10, 30, 100, 300, 1'000, 3'000, 10'000, 30'000, 100'000};
    constexpr std::size_t kQuickRows[] = {1, 10, 100, 1'000, 10'000};
    constexpr std::size_t kRowsInAll = 3'200;  // as many as medium's cells cycle through
    constexpr double kSweepSeconds = 0.3;
    constexpr const char* kSwept = "medium";

    for (const workloads::Workload* workload : sources.workloads) {
        if (workload->name != kSwept) {
            continue;
        }
        const std::span<const std::size_t> rows =
            options.quick ? std::span<const std::size_t>(kQuickRows) : kRows;
        for (const std::size_t count : rows) {
            SettingKey key =
                catalogue_setting(*workload, workloads::Layout::kCompact, Scenario::kAll);
            key.rows = count;
            key.documents = floor_power_of_two(std::clamp<std::size_t>(kRowsInAll / count, 1, 256));
            const auto add = [&](std::string_view implementation, auto run) {
                const std::string name =
                    fmt::format("sweep/{}/{}/{}", setting_name(key), implementation, count);
                list.cells.push_back({.name = name,
                                      .wanted_s = std::min(kSweepSeconds, options.cell_budget()),
                                      .overhead_s = 0.02 + 2e-5 * static_cast<double>(count),
                                      .run = [=](CellRun& cell) { return run(cell, name); }});
            };
            const auto schema = parse_schema(*workload);
            const auto plan = schema ? compile_plan(*workload, *schema, Scenario::kAll)
                                     : Result<std::shared_ptr<const Plan>>(schema.error());
            for (const Implementation* implementation : sources.implementations) {
                if (plan && implementation->answers(**plan)) {
                    add(implementation->name(), [=](CellRun& run, const std::string& name) {
                        return run_sweep_cell(run, name, key, *implementation);
                    });
                }
            }
            add("memcpy", [=](CellRun& run, const std::string& name) {
                return run_memcpy_cell(run, name, key);
            });
        }
    }
}

}  // namespace rowcast::bench
