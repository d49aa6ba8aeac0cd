#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/tool/command.hpp"
#include "harness/tool/output_stream.hpp"
#include "harness/tool/workload_options.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::tool {

namespace {

struct Options {
    WorkloadOptions workload;
    workloads::Layout layout = workloads::Layout::kCompact;
    std::uint64_t seed = 1;
    std::optional<std::size_t> count;
    bool schema = false;
    bool select = false;
    bool info = false;
};

void print_line(const std::string& text) { write_standard_output(text + "\n"); }

void print_info(const workloads::Workload& workload, const Options& options,
                const workloads::Document& document) {
    const nlohmann::ordered_json info{
        {"name", workload.name},
        {"description", workload.description},
        {"field", workload.field},
        {"type", workload.type},
        {"single", workload.single},
        {"layout", workloads::layout_name(options.layout)},
        {"seed", options.seed},
        {"rows", document.rows.size()},
        {"default_rows", workload.default_rows},
        {"row_bytes", document.row_bytes()},
        {"bytes", document.text.size()},
        {"hash", fmt::format("{:016x}", workloads::content_hash(document.text))},
        {"documents", workload.documents},
    };
    print_line(info.dump(2));
}

void run(const Options& options) {
    const workloads::Workload workload = options.workload.resolve();
    if (options.schema) {
        print_line(workload.schema);
        return;
    }
    if (options.select) {
        print_line(workload.select);
        return;
    }
    const workloads::Document document = workload.generate(
        options.layout, options.seed, options.count.value_or(workload.default_rows));
    if (options.info) {
        print_info(workload, options, document);
        return;
    }
    write_standard_output(document.text);
}

}  // namespace

void add_workload_command(CLI::App& app, int& /*exit_code*/) {
    auto* const command = app.add_subcommand(
        "workload", "Write a workload's rows as NDJSON, or its schema, selection or facts");
    const auto options = std::make_shared<Options>();
    options->workload.add_name(*command);
    command
        ->add_option("--layout", options->layout,
                     "as PostgreSQL writes json (compact) or jsonb::text")
        ->transform(CLI::Transformer(std::map<std::string, workloads::Layout>{
            {"compact", workloads::Layout::kCompact}, {"jsonb", workloads::Layout::kJsonb}}))
        ->type_name("compact|jsonb")
        ->default_str("compact");
    command->add_option("--seed", options->seed, "which of its documents")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--count", options->count, "rows; not given: the workload's own number")
        ->type_name("N");
    auto* const schema = command->add_flag("--schema", options->schema, "its type registry");
    auto* const select =
        command->add_flag("--select", options->select, "its selection set")->excludes(schema);
    command->add_flag("--info", options->info, "its facts, as JSON")
        ->excludes(schema)
        ->excludes(select);
    command->callback([options] { run(*options); });
}

}  // namespace rowcast::tool
