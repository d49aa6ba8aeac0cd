#include <unistd.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/count/count.hpp"
#include "harness/tool/command.hpp"
#include "harness/tool/output_stream.hpp"
#include "harness/tool/workload_options.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::tool {

namespace {

using count::Json;

struct Options {
    count::CountOptions count;
    std::vector<count::Source> sources;
    bool json = false;
};

constexpr int kLabelWidth = 24;

std::string number(const Json& value) {
    return value.is_number_float() ? fmt::format("{:.3f}", value.get<double>()) : value.dump();
}

void print_value(std::string_view label, const Json& value) {
    if (value["value"].is_null()) {
        write_standard_output(fmt::format("{:<{}} not available: {}\n", label, kLabelWidth,
                                          value["reason"].get<std::string>()));
        return;
    }
    std::string text;
    if (value["value"].is_object()) {
        for (const auto& [name, member] : value["value"].items()) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, number(member));
        }
    } else {
        text = number(value["value"]);
    }
    write_standard_output(fmt::format("{:<{}} {}  [{}]\n", label, kLabelWidth, text,
                                      value["source"].get<std::string>()));
}

void print_table(const Json& document) {
    write_standard_output(fmt::format(
        "{} on {}/{}/{}: {} bytes in, {} rows; per request\n",
        document["implementation"].get<std::string>(), document["workload"].get<std::string>(),
        document["layout"].get<std::string>(), document["scenario"].get<std::string>(),
        document["input_bytes"].dump(), document["rows"].dump()));
    constexpr std::pair<const char*, const char*> kLines[] = {
        {"instructions", "instructions"},
        {"instructions_per_byte", "instructions per byte"},
        {"loads", "loads"},
        {"stores", "stores"},
        {"taken_branches", "taken branches"},
        {"mix", "mix by width"},
        {"allocations", "allocations"},
        {"allocation_bytes", "bytes allocated"},
        {"allocations_cold", "allocations, cold"},
        {"allocation_bytes_cold", "bytes allocated, cold"},
    };
    for (const auto& [name, label] : kLines) {
        print_value(label, document[name]);
    }
}

// A line that is written over; nothing where nobody looks.
void show_progress(std::string_view what, int seconds) {
    fmt::print(stderr, "\rrowcast count: {}, {} s\033[K", what, seconds);
}

void check_names(Options& options) {
    count::Work& work = options.count.work;
    const Result<const Implementation*> chosen = choose_implementation(work.implementation);
    if (!chosen) {
        throw Stop(kUsage, chosen.error().message);
    }
    work.implementation = (*chosen)->name();  // `auto` has a name
    const workloads::Workload* const workload = workloads::find(work.workload);
    if (workload == nullptr) {
        throw Stop(kUsage, fmt::format("no workload is called '{}'; there are: {}", work.workload,
                                       workload_names()));
    }
    if (work.scenario == cases::Scenario::kAll) {
        return;
    }
    if (workload->select.empty()) {
        throw Stop(kUsage, fmt::format("the workload '{}' has no selection", work.workload));
    }
    const auto schema = cases::parse_schema(*workload);
    const auto plan = schema ? cases::compile_plan(*workload, *schema, work.scenario)
                             : Result<std::shared_ptr<const Plan>>(schema.error());
    if (plan && !(*chosen)->answers(**plan)) {
        throw Stop(kUsage, fmt::format("the implementation '{}' does not answer selections",
                                       work.implementation));
    }
}

void run(Options& options) {
    check_names(options);
    options.count.sources = options.sources;
    if (options.count.sources.empty()) {
        options.count.sources.assign(std::begin(count::kSources), std::end(count::kSources));
    }
    options.count.program = count::requests_program();
    if (access(options.count.program.c_str(), X_OK) != 0) {
        throw Stop(kBadInput, fmt::format("{}: the program that is counted is missing",
                                          options.count.program.string()));
    }
    const bool is_watched = isatty(STDERR_FILENO) == 1;
    if (is_watched) {
        options.count.on_progress = show_progress;
    }
    const Json document = count::count(options.count);
    if (is_watched) {
        fmt::print(stderr, "\r\033[K");
    }
    if (options.json) {
        write_standard_output(document.dump() + "\n");
    } else {
        print_table(document);
    }
}

}  // namespace

void add_count_command(CLI::App& app, int& /*exit_code*/) {
    auto* const command = app.add_subcommand(
        "count",
        "Count what a request costs: instructions, loads, stores, taken branches, allocations");
    const auto options = std::make_shared<Options>();
    options->count.work.max_steps = count::kMaxSteps;
    count::Work& work = options->count.work;
    command->add_option("IMPLEMENTATION", work.implementation, "as `rowcast implementations` lists")
        ->required()
        ->type_name("");
    command->add_option("WORKLOAD", work.workload, "one of: " + workload_names())
        ->required()
        ->type_name("");
    command->add_option("--scenario", work.scenario, "everything, or the workload's selection")
        ->transform(CLI::Transformer(std::map<std::string, cases::Scenario>{
            {"all", cases::Scenario::kAll}, {"select", cases::Scenario::kSelect}}))
        ->type_name("all|select")
        ->default_str("all");
    command->add_option("--layout", work.layout, "how PostgreSQL spells the rows")
        ->transform(CLI::Transformer(std::map<std::string, workloads::Layout>{
            {"compact", workloads::Layout::kCompact}, {"jsonb", workloads::Layout::kJsonb}}))
        ->type_name("compact|jsonb")
        ->default_str("compact");
    command
        ->add_option("--source", options->sources,
                     "only this one, or these in this order; not given: all three")
        ->transform(CLI::Transformer(
            std::map<std::string, count::Source>{{"papi", count::Source::kPapi},
                                                 {"callgrind", count::Source::kCallgrind},
                                                 {"step", count::Source::kStep}}))
        ->type_name("papi|callgrind|step")
        ->delimiter(',');
    command->add_flag("--only-instructions", options->count.only_instructions,
                      "ask no source beyond the one that has the instructions");
    command->add_option("--seed", work.seed, "which of the workload's documents")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--requests", work.requests, "figures are means of so many")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
        ->capture_default_str();
    command->add_option("--max-steps", work.max_steps, "stepping gives up beyond")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_flag("--json", options->json, "one JSON document (docs/counting.md)");
    command->footer(
        "Each figure names its source. What no source has is null, with the reason.\n"
        "Exit codes: 0 done, 1 nothing could be counted, or what ran was wrong, 2 usage.");
    command->callback([options] { run(*options); });
}

}  // namespace rowcast::tool
