#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/tool/command.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::tool {

namespace {

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
                                          {"auto", best_implementation().name()}};
    fmt::print("{}\n", document.dump());
}

void print_table() {
    std::size_t width = 0;
    for (const Implementation* implementation : implementations()) {
        width = std::max(width, implementation->name().size());
    }
    for (const Implementation* implementation : implementations()) {
        const bool is_auto = implementation == &best_implementation();
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
    const auto as_json = std::make_shared<bool>(false);
    command->add_flag("--json", *as_json, "one JSON document instead of a table");
    command->callback([as_json] { *as_json ? print_json() : print_table(); });
}

}  // namespace rowcast::tool
