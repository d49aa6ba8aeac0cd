#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/equivalence/equivalence.hpp"
#include "harness/tool/command.hpp"
#include "harness/tool/implementation_option.hpp"
#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::tool {

namespace {

struct Options {
    std::string implementation;
    equivalence::EquivalenceOptions run;
};

}  // namespace

void add_equivalence_command(CLI::App& app, int& exit_code) {
    auto* const command = app.add_subcommand(
        "equivalence",
        "Draw requests at random and compare implementations with the nlohmann reference");
    const auto options = std::make_shared<Options>();
    command->add_option("--impl", options->implementation, "only this one; not given: all")
        ->type_name("NAME");
    command->add_option("--cases", options->run.cases, "how many requests")
        ->type_name("N")
        ->capture_default_str();
    command->add_option("--seed", options->run.seed, "the same seed draws the same requests")
        ->type_name("S")
        ->capture_default_str();
    command
        ->add_option("--minutes", options->run.minutes,
                     "for so long instead, whatever --cases says")
        ->type_name("M");
    command->footer(
        "A difference is made as small as it can be and printed as a command line.\n"
        "Exit codes: 0 all equal, 1 a difference, 2 usage.");
    command->callback([options, &exit_code] {
        for (const Implementation* candidate :
             compared_implementations(options->implementation, Peers::kLeftOut)) {
            const equivalence::EquivalenceReport report =
                equivalence::run_equivalence(*candidate, reference::nlohmann(), options->run);
            fmt::print("{}\n", equivalence::to_text(report));
            if (!report.equal) {
                exit_code = kBadInput;
            }
        }
    });
}

}  // namespace rowcast::tool
