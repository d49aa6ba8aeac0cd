#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/tool/command.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::tool {

namespace {

PickAnswer pick_for(PickScenario scenario, std::size_t bytes) {
    const auto answer = explain_pick(scenario, bytes);
    if (!answer) {
        throw Stop(kUsage, answer.error().message);
    }
    return *answer;
}

// Everything kept, any size.
PickAnswer usual_pick() { return pick_for(PickScenario::kAll, Pick::kAnySize); }

struct Options {
    bool is_json = false;
    bool tells_why = false;
    std::size_t size = 0;
    std::string scenario = "all";
};

PickScenario scenario_of(const std::string& name) {
    for (const PickScenario scenario : kPickScenarios) {
        if (pick_scenario_name(scenario) == name) {
            return scenario;
        }
    }
    throw Stop(kUsage, fmt::format("no scenario is called '{}'; there are: all, select, "
                                   "select-inside",
                                   name));
}

std::string size_class(const Pick& pick) {
    return pick.up_to_bytes == Pick::kAnySize ? std::string("any size")
                                              : fmt::format("up to {} bytes", pick.up_to_bytes);
}

const PickOrigin& origin_of(const PickAnswer& answer) {
    return answer.picks->sets.at(answer.pick->instruction_set);
}

void print_why(const Options& options) {
    const PickAnswer answer = pick_for(scenario_of(options.scenario), options.size);
    if (options.is_json) {
        nlohmann::ordered_json document{{"scenario", options.scenario},
                                        {"size", options.size},
                                        {"implementation", answer.implementation->name()},
                                        {"source", answer.picks->source},
                                        {"date", nullptr},
                                        {"machine", nullptr},
                                        {"pick", nullptr}};
        if (answer.pick != nullptr) {
            const PickOrigin& origin = origin_of(answer);
            document["date"] = origin.date;
            document["machine"] = origin.machine;
            auto evidence = nlohmann::ordered_json::array();
            for (const PickEvidence& entry : answer.pick->evidence) {
                evidence.push_back({{"cell", entry.cell},
                                    {"against", entry.against},
                                    {"ratio", entry.ratio},
                                    {"low", entry.low},
                                    {"high", entry.high}});
            }
            const bool is_bound = answer.pick->up_to_bytes != Pick::kAnySize;
            document["pick"] = {
                {"instruction_set", answer.pick->instruction_set},
                {"up_to_bytes", is_bound ? nlohmann::ordered_json(answer.pick->up_to_bytes)
                                         : nlohmann::ordered_json(nullptr)},
                {"evidence", std::move(evidence)}};
        }
        fmt::print("{}\n", document.dump());
        return;
    }
    fmt::print("{}\n", answer.implementation->name());
    if (answer.pick == nullptr) {
        fmt::print("  no pick is known ({}): it is the best instruction set that runs here\n",
                   answer.picks->source);
        return;
    }
    const PickOrigin& origin = origin_of(answer);
    fmt::print("  for {} and '{}', {}; {}, measured {} on {}\n", answer.pick->instruction_set,
               options.scenario, size_class(*answer.pick), answer.picks->source, origin.date,
               origin.machine);
    for (const PickEvidence& entry : answer.pick->evidence) {
        fmt::print("  {}: {:.3f} [{:.3f}, {:.3f}] times as fast as {}\n", entry.cell, entry.ratio,
                   entry.low, entry.high, entry.against);
    }
}

void print_json() {
    auto list = nlohmann::ordered_json::array();
    for (const Implementation* implementation : implementations()) {
        nlohmann::ordered_json entry;
        entry["name"] = implementation->name();
        entry["description"] = implementation->description();
        entry["requires"] = nlohmann::ordered_json::array();
        for (const std::string_view feature : implementation->required_features()) {
            entry["requires"].push_back(feature);
        }
        const char* const reason = implementation->unsupported_reason();
        entry["supported"] = reason == nullptr;
        entry["reason"] = nullptr;
        if (reason != nullptr) {
            entry["reason"] = reason;
        }
        list.push_back(std::move(entry));
    }
    const nlohmann::ordered_json document{{"implementations", std::move(list)},
                                          {"auto", usual_pick().implementation->name()}};
    fmt::print("{}\n", document.dump());
}

void print_table() {
    std::size_t width = 0;
    for (const Implementation* implementation : implementations()) {
        width = std::max(width, implementation->name().size());
    }
    const Implementation* const usual = usual_pick().implementation;
    for (const Implementation* implementation : implementations()) {
        const bool is_auto = implementation == usual;
        fmt::print("{:<{}}  {}{}\n", implementation->name(), width, implementation->description(),
                   is_auto ? " [auto]" : "");
        if (!implementation->required_features().empty()) {
            fmt::print("{:<{}}  needs {}\n", "", width,
                       fmt::join(implementation->required_features(), ", "));
        }
        if (implementation->unsupported_reason() != nullptr) {
            fmt::print("{:<{}}  not here: {}\n", "", width, implementation->unsupported_reason());
        }
    }
}

}  // namespace

void add_implementations_command(CLI::App& app, int& /*exit_code*/) {
    auto* const command = app.add_subcommand(
        "implementations", "List the implementations, best first, and what 'auto' takes");
    const auto options = std::make_shared<Options>();
    command->add_flag("--json", options->is_json, "one JSON document instead of a table");
    auto* const why = command->add_flag("--why", options->tells_why,
                                        "what 'auto' takes for a batch of rows, and the evidence");
    command->add_option("--size", options->size, "of the batch's rows, in bytes")
        ->type_name("N")
        ->needs(why);
    command->add_option("--scenario", options->scenario, "all, select or select-inside")
        ->type_name("NAME")
        ->capture_default_str()
        ->needs(why);
    command->footer("ROWCAST_PICKS=FILE takes another table of picks (docs/picks.md).");
    command->callback([options] {
        if (options->tells_why) {
            print_why(*options);
        } else if (options->is_json) {
            print_json();
        } else {
            print_table();
        }
    });
}

}  // namespace rowcast::tool
