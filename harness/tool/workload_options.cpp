#include "harness/tool/workload_options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/tool/command.hpp"

namespace rowcast::tool {

std::string workload_names() {
    std::string names;
    for (const workloads::Workload& workload : workloads::catalogue()) {
        names += names.empty() ? workload.name : ", " + workload.name;
    }
    return names;
}

void WorkloadOptions::add_name(CLI::App& command) {
    command.add_option("NAME", name, "one of: " + workload_names())->type_name("");
}

void WorkloadOptions::add_own_rows(CLI::App& command, const char* instead_of) {
    auto* const input = command.add_option("--input", own.input, "rows of your own, NDJSON")
                            ->type_name("FILE")
                            ->excludes(instead_of);
    command.add_option("--type", own.type, "type of your rows")->needs(input);
    command.add_option("--schema", own.schema, "your type registry, JSON")
        ->type_name("FILE")
        ->needs(input);
    command.add_option("--select", own.select, "your selection set")->needs(input);
    command.add_option("--field", own.field, "response key of your rows")
        ->capture_default_str()
        ->needs(input);
}

workloads::Workload WorkloadOptions::resolve() const {
    if (!own.input.empty()) {
        workloads::FileWorkload file = workloads::from_file(own);
        if (!file.workload) {
            throw Stop(kBadInput, file.error);
        }
        return *std::move(file.workload);
    }
    if (name.empty()) {
        throw Stop(kUsage, "which workload? One of: " + workload_names());
    }
    const workloads::Workload* const known = workloads::find(name);
    if (known == nullptr) {
        throw Stop(kUsage, fmt::format("no workload is called '{}'; there are: {}", name,
                                       workload_names()));
    }
    return *known;
}

}  // namespace rowcast::tool
