// rowcast_bench: measures every implementation on every workload, as a Google Benchmark program.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/cell.hpp"
#include "harness/bench/context.hpp"
#include "harness/bench/instruments.hpp"
#include "harness/bench/launch.hpp"
#include "harness/bench/options.hpp"
#include "harness/bench/report_files.hpp"
#include "harness/bench/reporter.hpp"
#include "harness/bench/sources.hpp"
#include "harness/bench/suite.hpp"
#include "harness/measure/affinity.hpp"
#include "harness/measure/json_lines.hpp"
#include "reference/register.hpp"

namespace rowcast::bench {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kOtherBuild = 3;  // --resume refuses; see why_not_to_resume()
constexpr int kSignalBase = 128;

int complain(int code, const std::string& message) {
    fmt::print(stderr, "rowcast_bench: {}\n", message);
    return code;
}

// Remembers the signal for the cells to see; a second one ends the program at once.
void on_signal(int signal) { interrupting_signal = signal; }

void catch_signals() {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

// What --pin asks for, done. Returns what to record, or sets `error`.
std::string pin(const std::string& wanted, std::string& error) {
    if (wanted == "none") {
        return "none";
    }
    const std::vector<int> allowed = measure::allowed_cpus();
    const int cpu = wanted == "last" ? (allowed.empty() ? 0 : allowed.back()) : std::stoi(wanted);
    const auto refusal = measure::pin_to_cpu(cpu);
    if (refusal && wanted == "last") {
        return "none (" + *refusal + ")";
    }
    if (refusal) {
        error = fmt::format("--pin {}: {}", cpu, *refusal);
    }
    return std::to_string(cpu);
}

// The flags that a child process needs to find the same workloads.
std::vector<std::string> flags_for_children(const Options& options) {
    std::vector<std::string> flags;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            flags.insert(flags.end(), {name, value});
        }
    };
    if (options.chunk_bytes != 0) {
        add("--chunk-bytes", std::to_string(options.chunk_bytes));
    }
    if (!options.own_rows.input.empty()) {
        add("--input", options.own_rows.input);
        add("--type", options.own_rows.type);
        add("--schema", options.own_rows.schema);
        add("--select", options.own_rows.select);
        add("--field", options.own_rows.field);
        if (options.own_single) {
            flags.emplace_back("--single");
        }
    }
    return flags;
}

void print_list(const std::vector<Cell>& cells, const CellList& list, const Sources& sources) {
    for (const Cell& cell : cells) {
        fmt::print("{}\n", cell.name);
    }
    for (const LeftOut& left_out : sources.unsupported) {
        fmt::print(stderr, "left out: {}: {}\n", left_out.name, left_out.reason);
    }
    for (const LeftOut& left_out : list.left_out) {
        fmt::print(stderr, "left out: {}: {}\n", left_out.name, left_out.reason);
    }
}

std::unique_ptr<benchmark::BenchmarkReporter> make_file_reporter(const std::string& format) {
    if (format == "console") {
        return std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_None);
    }
    if (format == "csv") {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        return std::make_unique<benchmark::CSVReporter>();
#pragma GCC diagnostic pop
    }
    return std::make_unique<benchmark::JSONReporter>();
}

// Nothing if a run with this context may go on with the cells of `path`, else the exit code.
std::optional<int> refuse_to_resume(const std::string& path, const CellsFile& cells,
                                    const measure::Json& context) {
    const std::string reason = why_not_to_resume(cells, context);
    if (reason.empty()) {
        return std::nullopt;
    }
    return complain(kOtherBuild, fmt::format("cannot go on with {}: {}", path, reason));
}

// One run of the suite: what is written down, and what becomes of an interruption.
class Run {
  public:
    Run(Suite& suite, const Options& options, CellsFile before, std::size_t done_before)
        : suite_(suite), options_(options), before_(std::move(before)), done_before_(done_before) {}

    // Returns the exit code.
    int go() {
        using Reporter = ForwardingReporter;
        const auto is_dropped = [this](const benchmark::BenchmarkReporter::Run& run) {
            const CellResult* result = result_of(run);
            return result != nullptr && result->interrupted;
        };
        display_ = std::make_unique<Reporter>(
            std::unique_ptr<benchmark::BenchmarkReporter>(
                benchmark::CreateDefaultDisplayReporter()),
            Reporter::Listener{.on_context = [this](const auto& context) { start(context); },
                               .on_runs = [this](const auto& runs) { write_down(runs); },
                               .is_dropped = is_dropped});
        // Google Benchmark calls it after the other one, and only with --benchmark_out.
        file_ = std::make_unique<Reporter>(
            make_file_reporter(options_.output_format),
            Reporter::Listener{.on_context = [this](const auto&) { has_file_ = true; },
                               .on_runs = nullptr,
                               .is_dropped = is_dropped});
        // Google Benchmark refuses a file reporter without --benchmark_out.
        if (options_.writes_file) {
            benchmark::RunSpecifiedBenchmarks(display_.get(), file_.get());
        } else {
            benchmark::RunSpecifiedBenchmarks(display_.get());
        }
        return finish();
    }

  private:
    const CellResult* result_of(const benchmark::BenchmarkReporter::Run& run) const {
        const bool is_aggregate = run.run_type == benchmark::BenchmarkReporter::Run::RT_Aggregate;
        return is_aggregate ? nullptr
                            : suite_.result(run.run_name.function_name,
                                            static_cast<std::size_t>(run.repetition_index));
    }

    void start(const benchmark::BenchmarkReporter::Context& context) {
        if (options_.cells_file.empty()) {
            return;
        }
        const measure::Json facts = context_json(context);
        if (options_.resume) {
            if (const auto code = refuse_to_resume(options_.cells_file, before_, facts)) {
                end_now(*code);
            }
        }
        try {
            cells_ = std::make_unique<measure::JsonLinesWriter>(
                options_.cells_file, options_.resume ? measure::JsonLinesWriter::Mode::kResume
                                                     : measure::JsonLinesWriter::Mode::kTruncate);
            cells_->append({{"context", facts}});
        } catch (const std::exception& error) {
            end_now(complain(kFailed, error.what()));
        }
    }

    void write_down(const std::vector<benchmark::BenchmarkReporter::Run>& runs) {
        try {
            for (const auto& run : runs) {
                const CellResult* result = result_of(run);
                if (cells_ != nullptr) {
                    const measure::Json entry = run_json(run);
                    cells_->append(result != nullptr ? extend_entry(entry, *result) : entry);
                }
            }
        } catch (const std::exception& error) {
            end_now(complain(kFailed, error.what()));
        }
        done_ += runs.empty() ? 0u : 1u;
        // The file reporter, if any, gets these runs after this returns: so it is the next cell,
        // which then has nothing to report, that ends the program.
        if (interrupting_signal != 0 && (runs.empty() || !has_file_)) {
            end_interrupted();
        }
    }

    [[noreturn]] void end_interrupted() {
        const int signal = interrupting_signal;
        display_->Finalize();
        if (has_file_) {
            file_->Finalize();
        }
        fmt::print(stderr, "rowcast_bench: interrupted after {} of {} cells.", done_ + done_before_,
                   suite_.cells().size() + done_before_);
        if (cells_ != nullptr) {
            fmt::print(stderr, " They are in {}; the same command with --resume goes on.",
                       options_.cells_file);
        }
        fmt::print(stderr, "\n");
        end_now(kSignalBase + signal);
    }

    [[noreturn]] static void end_now(int code) {
        std::fflush(nullptr);
        std::_Exit(code);
    }

    int finish() {
        if (interrupting_signal != 0) {
            end_interrupted();
        }
        if (!options_.results_file.empty()) {
            try {
                cells_.reset();
                measure::write_file_atomically(
                    options_.results_file,
                    make_results(read_cells(options_.cells_file)).dump(2) + "\n");
            } catch (const std::exception& error) {
                return complain(kFailed, error.what());
            }
        }
        if (suite_.failed() > 0) {
            return complain(kFailed, fmt::format("{} of {} cells failed", suite_.failed(),
                                                 suite_.cells().size()));
        }
        return kOk;
    }

    Suite& suite_;
    const Options& options_;
    CellsFile before_;
    std::size_t done_before_;
    std::size_t done_ = 0;
    bool has_file_ = false;
    std::unique_ptr<measure::JsonLinesWriter> cells_;
    std::unique_ptr<ForwardingReporter> display_;
    std::unique_ptr<ForwardingReporter> file_;
};

// Google Benchmark's flags, with the smallest timed part: cells decide how long they take, by
// --benchmark_min_time too. Its library keeps pointers to them, so they stay.
void initialize_google(const std::vector<std::string>& arguments) {
    static std::vector<std::string> kept = arguments;
    std::erase_if(kept, [](const std::string& argument) {
        return argument.starts_with("--benchmark_min_time=");
    });
    kept.insert(kept.begin() + 1, "--benchmark_min_time=0");
    static std::vector<char*> argv;
    argv.reserve(kept.size() + 1);
    for (std::string& argument : kept) {
        argv.push_back(argument.data());
    }
    auto count = static_cast<int>(argv.size());
    argv.push_back(nullptr);
    benchmark::Initialize(&count, argv.data());
    if (benchmark::ReportUnrecognizedArguments(count, argv.data())) {
        std::exit(kUsage);
    }
}

int run_program(int argc, char** argv) {
    CommandLine line = parse_command_line(argc, argv);
    if (line.exit_code) {
        return *line.exit_code;
    }
    const Options& options = line.options;
    reference::register_implementations();
    if (!options.launch_request.empty()) {
        return answer_launch(options.launch_request, options);
    }
    initialize_google(line.remaining);

    const OwnWorkload own = load_own_workload(options);
    if (!own.error.empty()) {
        return complain(kFailed, own.error);
    }
    SourcesResult found = find_sources(options, own);
    if (!found.error.empty()) {
        return complain(kUsage, found.error);
    }
    Sources& sources = found.sources;
    sources.cpus = measure::allowed_cpus();
    sources.own_flags = flags_for_children(options);
    CellList list;
    add_pipeline_and_ratio_cells(sources, options, list);
    add_sweep_cells(sources, options, list);
    add_thread_cells(sources, options, list);
    if (own.workload == std::nullopt && options.implementations.empty()) {
        add_kernel_cells(options, list);
        add_lookup_cells(options, list);
        add_library_cells(options, list);
    }

    std::string error;
    std::vector<Cell> cells = filter_cells(list.cells, benchmark::GetBenchmarkFilter(), error);
    if (!error.empty()) {
        return complain(kUsage, error);
    }
    if (options.list || line.options.lists_only) {
        print_list(cells, list, sources);
        return kOk;
    }
    if (cells.empty()) {
        return complain(kUsage, "no cell matches; --list shows all");
    }

    CellsFile before;
    const std::size_t all = cells.size();
    if (options.resume) {
        try {
            before = read_cells(options.cells_file);
        } catch (const std::exception& failure) {
            return complain(kFailed, failure.what());
        }
        const auto finished = finished_cells(before);
        std::erase_if(cells, [&](const Cell& cell) {
            const auto known = finished.find(cell.name);
            return known != finished.end() && known->second >= options.repetitions;
        });
    }
    const std::size_t done_before = all - cells.size();

    const std::string pinned = pin(options.pin, error);
    if (!error.empty()) {
        return complain(kUsage, error);
    }
    catch_signals();
    Instruments instruments(options);
    for (const auto& [key, value] : describe_run(sources, instruments, pinned)) {
        benchmark::AddCustomContext(key, value);
    }
    if (cells.empty()) {
        // All of them are there already; only the results file may be missing. Of another build they
        // are refused all the same, since callers go on with what that build measured.
        const benchmark::BenchmarkReporter::Context context;
        if (const auto code = refuse_to_resume(options.cells_file, before, context_json(context))) {
            return *code;
        }
        if (!options.results_file.empty()) {
            measure::write_file_atomically(options.results_file,
                                           make_results(before).dump(2) + "\n");
        }
        return kOk;
    }
    Suite suite(std::move(cells), instruments);
    suite.register_cells();
    return Run(suite, options, std::move(before), done_before).go();
}

}  // namespace
}  // namespace rowcast::bench

int main(int argc, char** argv) {
    try {
        return rowcast::bench::run_program(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowcast_bench: %s\n", error.what());
        return 1;
    }
}
