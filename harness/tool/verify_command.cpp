#include <memory>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/tool/command.hpp"
#include "harness/tool/implementation_option.hpp"
#include "harness/tool/output_stream.hpp"
#include "harness/tool/workload_options.hpp"
#include "harness/verify/verify.hpp"
#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::tool {

namespace {

struct Options {
    std::string implementation;
    WorkloadOptions workload;
    verify::VerifyOptions run;
    bool print_expected = false;
};

const char* word(verify::VerifyRow::Verdict verdict) {
    switch (verdict) {
        case verify::VerifyRow::Verdict::kEqual:
            return "equal";
        case verify::VerifyRow::Verdict::kNotAnswered:
            return "not answered";
        case verify::VerifyRow::Verdict::kDifferent:
            break;
    }
    return "DIFFERENT";
}

void print_row(const verify::VerifyRow& row) {
    fmt::print("{:<26}  {:<26}  {:>9}  {:>12}  {}\n{}", row.setting, row.implementation,
               row.documents, row.response_bytes, word(row.verdict), row.difference);
}

int run(Options& options) {
    std::vector<workloads::Workload> own;
    std::span<const workloads::Workload> workloads = workloads::catalogue();
    if (options.workload.is_given()) {
        own.push_back(options.workload.resolve());
        workloads = own;
        options.run.check_expected = workloads::find(own[0].name) != nullptr;
    }
    if (options.print_expected) {
        write_standard_output(verify::expected_source(workloads, reference::nlohmann()));
        return kOk;
    }
    for (const Implementation* implementation : implementations()) {
        if (options.implementation.empty() && implementation->unsupported_reason() != nullptr) {
            fmt::print("skipped: {} ({})\n", implementation->name(),
                       implementation->unsupported_reason());
        }
    }
    fmt::print("{:<26}  {:<26}  {:>9}  {:>12}  {}\n", "workload", "compared with the reference",
               "documents", "bytes", "verdict");
    options.run.on_row = print_row;
    const bool all_equal = verify::run_verify(
        workloads, compared_implementations(options.implementation, Peers::kIncluded),
        reference::nlohmann(), options.run);
    fmt::print("{}\n", all_equal ? "all equal" : "something differs");
    return all_equal ? kOk : kBadInput;
}

}  // namespace

void add_verify_command(CLI::App& app, int& exit_code) {
    auto* const command = app.add_subcommand(
        "verify",
        "Compare implementations with the nlohmann reference, and it with known hashes, on every "
        "workload");
    const auto options = std::make_shared<Options>();
    command->add_option("--impl", options->implementation, "only this one; not given: all")
        ->type_name("NAME");
    command->add_option("--seeds", options->run.seeds, "documents of each workload")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    options->workload.add_name(*command);
    options->workload.add_own_rows(*command);
    command->add_flag("--print-expected", options->print_expected,
                      "write the hashes of what the reference answers now (expected.inc)");
    command->footer("Exit codes: 0 all equal, 1 a difference, 2 usage.");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace rowcast::tool
