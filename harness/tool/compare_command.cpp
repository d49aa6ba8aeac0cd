#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/compare/compare.hpp"
#include "harness/compare/library.hpp"
#include "harness/compare/report.hpp"
#include "harness/measure/affinity.hpp"
#include "harness/tool/command.hpp"
#include "harness/tool/workload_options.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::tool {
namespace {

constexpr const char* kLaunchCommand = "compare-launch";

struct Options {
    std::string a;
    std::string b;
    bool null = false;
    std::vector<std::string> workloads;
    std::vector<std::string> layouts;
    std::vector<std::string> scenarios;
    std::vector<std::string> implementations;
    std::string a_workload;
    std::string a_layout;
    WorkloadOptions own;
    std::string filter;
    compare::CompareOptions run;
    std::optional<std::size_t> launches;
    std::optional<std::size_t> most_launches;
    double smallest_effect_percent = 2.0;
    std::string floors;
    std::string samples;
    int cpu = -1;
    bool is_json = false;
    bool fails_if_slower = false;
    bool allows_unfit = false;
    bool lists = false;
};

// A side that can be had; else a clear word now, not one error a cell later.
compare::SideSpec find_side(const std::string& text) {
    const compare::SideSpec spec = compare::SideSpec::parse(text);
    if (spec.library.empty()) {
        const auto chosen = choose_implementation(spec.implementation);
        if (!chosen) {
            throw Stop(kUsage, chosen.error().message);
        }
        return {.library = {}, .implementation = std::string((*chosen)->name())};
    }
    try {
        const compare::Library library(spec.library);
    } catch (const std::exception& error) {
        throw Stop(kBadInput, error.what());
    }
    return spec;
}

std::vector<const workloads::Workload*> find_workloads(
    const std::vector<std::string>& names, const std::optional<workloads::Workload>& own) {
    std::vector<const workloads::Workload*> found;
    if (own) {
        found.push_back(&*own);
        return found;
    }
    for (const std::string& name : names.empty() ? compare::quick_workloads() : names) {
        if (name == "all") {
            for (const workloads::Workload& workload : workloads::catalogue()) {
                found.push_back(&workload);
            }
            continue;
        }
        const workloads::Workload* const workload = workloads::find(name);
        if (workload == nullptr) {
            throw Stop(kUsage, fmt::format("no workload is called '{}'; there are: all, {}", name,
                                           workload_names()));
        }
        found.push_back(workload);
    }
    return found;
}

workloads::Layout find_layout(const std::string& name) {
    const auto layout = workloads::parse_layout(name);
    if (!layout) {
        throw Stop(kUsage,
                   fmt::format("no layout is called '{}'; there are: compact, jsonb", name));
    }
    return *layout;
}

compare::CellChoice find_cells(const Options& options,
                               const std::optional<workloads::Workload>& own) {
    compare::CellChoice choice;
    choice.workloads = find_workloads(options.workloads, own);
    for (const std::string& name : options.layouts) {
        choice.layouts.push_back(find_layout(name));
    }
    if (!options.a_layout.empty()) {
        choice.a_layout = find_layout(options.a_layout);
    }
    if (!options.a_workload.empty()) {
        if (options.a_workload == "all") {
            throw Stop(kUsage, "--a-workload takes one workload, not all");
        }
        choice.a_workload = find_workloads({options.a_workload}, std::nullopt).front()->name;
    }
    for (const std::string& name : options.scenarios) {
        if (name != "all" && name != "select") {
            throw Stop(kUsage,
                       fmt::format("no scenario is called '{}'; there are: all, select", name));
        }
        choice.scenarios.push_back(name == "all" ? settings::Scenario::kAll
                                                 : settings::Scenario::kSelect);
    }
    choice.implementations = options.implementations;
    choice.filter = options.filter;
    return choice;
}

int processor_of(const Options& options) {
    const std::vector<int> allowed = measure::allowed_cpus();
    if (options.cpu >= 0 &&
        std::find(allowed.begin(), allowed.end(), options.cpu) == allowed.end()) {
        throw Stop(kUnfit, fmt::format("processor {} is not among those this process may use",
                                       options.cpu));
    }
    return options.cpu >= 0 ? options.cpu : allowed.back();
}

void show_progress(std::size_t done, std::size_t foreseen, const char* what) {
    fmt::print(stderr, "\r\033[K{}: launch {} of {}", what, done + 1, foreseen);
    std::fflush(stderr);
}

int exit_code_of(const compare::Comparison& comparison, const Options& options) {
    bool has_failed = false;
    bool is_slower = false;
    bool is_unclear = false;
    for (const compare::CellResult& cell : comparison.cells) {
        has_failed = has_failed || !cell.error.empty();
        is_slower = is_slower || cell.verdict == measure::Verdict::kSlower;
        is_unclear =
            is_unclear || (cell.error.empty() && cell.verdict == measure::Verdict::kUnclear);
    }
    if (has_failed) {
        return kBadInput;
    }
    if (!comparison.unfit.empty() && !options.allows_unfit) {
        return kUnfit;
    }
    if (!options.fails_if_slower) {
        return kOk;
    }
    return is_slower ? kRegression : is_unclear ? kInconclusive : kOk;
}

int run(Options& options) {
    if (options.null != options.b.empty()) {
        throw Stop(kUsage, "compare A with what? Either B or --null");
    }
    const compare::SideSpec a = find_side(options.a);
    const compare::SideSpec b = options.null ? a : find_side(options.b);
    const auto has_one = [](const compare::SideSpec& side) {
        return side.library.empty() || side.implementation != compare::kAuto;
    };
    if (!options.implementations.empty() && (has_one(a) || has_one(b))) {
        throw Stop(
            kUsage,
            "--impl chooses the implementations of builds: A and B must be builds, without one");
    }
    std::optional<workloads::Workload> own;
    if (options.own.is_given()) {
        own = options.own.resolve();
        options.run.own = options.own.own;
    }
    constexpr std::size_t kMostLaunches = 28;
    options.run.launches = options.launches.value_or(options.run.launches);
    options.run.most_launches =
        options.most_launches.value_or(options.launches ? *options.launches : kMostLaunches);
    options.run.cells = compare::choose_cells(a, b, find_cells(options, own));
    if (options.run.cells.empty()) {
        throw Stop(kUsage, "no cell passes the filter; --list shows them without one");
    }
    if (options.lists) {
        for (const compare::Cell& cell : options.run.cells) {
            fmt::print("{}\n", cell.name);
        }
        return kOk;
    }
    if (!options.floors.empty()) {
        options.run.floors = compare::read_floors(options.floors, compare::environment());
    }
    if (!options.run.floors.missing.empty()) {
        fmt::print(stderr, "rowcast: {}; every cell's smallest effect is {:g} %\n",
                   options.run.floors.missing, options.smallest_effect_percent);
    }
    options.run.smallest_effect = options.smallest_effect_percent / 100.0;
    options.run.most_seconds = std::max(options.run.most_seconds, options.run.seconds);
    options.run.cpu = processor_of(options);
    options.run.own_arguments = {"rowcast", kLaunchCommand};
    const bool shows_progress = isatty(STDERR_FILENO) != 0;
    if (shows_progress) {
        options.run.on_progress = show_progress;
    }
    std::optional<measure::JsonLinesWriter> samples;
    if (!options.samples.empty()) {
        samples.emplace(options.samples, measure::JsonLinesWriter::Mode::kTruncate);
        options.run.on_answer = [&](const compare::Cell& cell, const compare::LaunchAnswer& answer,
                                    bool confirms) {
            samples->append(compare::sample_line(cell, answer, confirms));
        };
    }
    const compare::Comparison comparison = compare::compare(options.run);
    if (shows_progress) {
        fmt::print(stderr, "\r\033[K");
    }
    if (options.is_json) {
        fmt::print("{}\n", compare::to_json(comparison, a.name(), b.name()).dump(2));
    } else {
        fmt::print("A: {}\nB: {}\n{}", a.name(), b.name(), compare::table(comparison));
    }
    if (!comparison.unfit.empty()) {
        fmt::print(stderr, "rowcast: the environment is unfit: {}\n", comparison.unfit);
    }
    return exit_code_of(comparison, options);
}

void add_choice_options(CLI::App& command, Options& options) {
    command
        .add_option("--workload", options.workloads,
                    "these, or all (default: small, medium, nested, large)")
        ->type_name("NAME,...")
        ->delimiter(',');
    command.add_option("--layout", options.layouts, "compact, jsonb, or both")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->default_val("compact");
    command.add_option("--scenario", options.scenarios, "all, select, or both")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->default_val("all,select");
    command
        .add_option("--impl", options.implementations,
                    "where A and B are builds: compare these implementations of each")
        ->type_name("NAME,...")
        ->delimiter(',');
    command
        .add_option("--a-layout", options.a_layout,
                    "A's rows in this layout: the ratio is then of times a byte")
        ->type_name("NAME");
    command.add_option("--a-workload", options.a_workload, "likewise, A's rows of this workload")
        ->type_name("NAME");
    command
        .add_option("--filter", options.filter,
                    "only cells whose names match the extended regular expression; '-' before "
                    "it: only the others")
        ->type_name("RE");
    command.add_flag("--list", options.lists, "name the cells and measure nothing");
    options.own.add_own_rows(command, "--workload");
}

void add_measuring_options(CLI::App& command, Options& options) {
    compare::CompareOptions& run = options.run;
    command
        .add_option("--launches", options.launches,
                    "processes that each measure every cell once (default: 7)")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000));
    command
        .add_option(
            "--most-launches", options.most_launches,
            "double the launches of unclear cells, up to so many (default: 28, or --launches)")
        ->type_name("N")
        ->check(CLI::Range(1, 10'000));
    command.add_flag("--confirm", run.confirms,
                     "confirm what is faster or slower by launches of its own, as many as keep the "
                     "chance of any false alarm under 5 %");
    command
        .add_option("--seconds", run.seconds, "of a cell in a launch; more where 15 pairs need it")
        ->type_name("S")
        ->check(CLI::Range(0.01, 60.0))
        ->capture_default_str();
    command
        .add_option("--budget", run.budget_s, "start no further round of launches after so long")
        ->type_name("S")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--patience", run.patience_s,
                    "end a launch that says nothing of a cell for so much longer than it may take")
        ->type_name("S")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    command
        .add_option("--smallest-effect", options.smallest_effect_percent,
                    "that matters, in per cent")
        ->type_name("P")
        ->check(CLI::Range(0.01, 100.0))
        ->capture_default_str();
    command
        .add_option("--floors", options.floors,
                    "what identical code differs by, of which this machine's and build's counts: "
                    "three times that, where it is more, is a cell's smallest effect")
        ->type_name("FILE");
    command.add_option("--seed", run.seed, "of all that is drawn")->capture_default_str();
    command.add_option("--cpu", options.cpu, "the processor to measure on (default: the last one)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
}

}  // namespace

void add_compare_command(CLI::App& app, int& exit_code) {
    auto* const command = app.add_subcommand(
        "compare",
        "Measure B against A in turns, and say for each cell whether it is faster, slower or the "
        "same");
    const auto options = std::make_shared<Options>();
    command->add_option("A", options->a, "an implementation, or a build: DIR/librowcast.so[:IMPL]")
        ->required()
        ->type_name("");
    command->add_option("B", options->b, "another one")->type_name("");
    command->add_flag("--null", options->null, "compare A with itself");
    add_choice_options(*command, *options);
    add_measuring_options(*command, *options);
    command->add_flag("--json", options->is_json, "write JSON (docs/compare.md)");
    command->add_option("--samples", options->samples, "keep every epoch's time, a line a launch")
        ->type_name("FILE");
    command->add_flag("--fail-if-slower", options->fails_if_slower,
                      "exit with 3 if a cell is slower, with 4 if one is unclear");
    command->add_flag("--allow-unfit", options->allows_unfit,
                      "an unfit machine is a warning, not an exit code");
    command->footer(
        "B / A is a ratio of times: below 1, B is the faster. The interval is from the launches'\n"
        "medians (7: minimum to maximum, 98.4 %).\n"
        "Exit codes: 0 done, 1 an error (a wrong answer too), 2 usage, 3 slower and 4 unclear "
        "with\n"
        "--fail-if-slower, 5 the machine is not fit to measure on now.");
    command->callback([options, &exit_code] { exit_code = run(*options); });

    auto* const launched = app.add_subcommand(kLaunchCommand)->group("");
    const auto request = std::make_shared<std::string>();
    launched->add_option("REQUEST", *request)->required();
    launched->callback([request, &exit_code] {
        compare::answer_launch(*request);
        exit_code = kOk;
    });
}

}  // namespace rowcast::tool
