#include "harness/bench/sources.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/registry.hpp"

namespace rowcast::bench {

OwnWorkload load_own_workload(const Options& options) {
    OwnWorkload own;
    if (options.own_rows.input.empty()) {
        return own;
    }
    workloads::FileWorkload file = workloads::from_file(options.own_rows);
    if (!file.workload) {
        own.error = file.error;
        return own;
    }
    if (file.workload->generate(workloads::Layout::kCompact, 1, 0).rows.empty()) {
        own.error = options.own_rows.input + ": no rows";
        return own;
    }
    own.workload = std::move(file.workload);
    own.workload->name = "input";
    own.workload->single = options.own_single;
    return own;
}

SourcesResult find_sources(const Options& options, const OwnWorkload& own) {
    SourcesResult found;
    Sources& sources = found.sources;
    if (own.workload) {
        sources.workloads.push_back(&*own.workload);
    } else {
        for (const workloads::Workload& workload : workloads::catalogue()) {
            sources.workloads.push_back(&workload);
        }
    }

    const auto look_up = [&](const std::string& name) -> const Implementation* {
        const Implementation* implementation = find_implementation(name);
        if (implementation == nullptr) {
            found.error = fmt::format("no implementation is called '{}'", name);
        } else if (implementation->unsupported_reason() != nullptr) {
            found.error = fmt::format("the implementation '{}' cannot run here: {}", name,
                                      implementation->unsupported_reason());
        }
        return implementation;
    };
    for (const std::string& name : options.implementations) {
        look_up(name);
    }
    sources.baseline = look_up(options.baseline);

    for (const Implementation* implementation : implementations()) {
        const bool is_wanted =
            options.implementations.empty() ||
            std::find(options.implementations.begin(), options.implementations.end(),
                      implementation->name()) != options.implementations.end();
        if (!is_wanted) {
            continue;
        }
        if (implementation->unsupported_reason() != nullptr) {
            sources.unsupported.push_back(
                {std::string(implementation->name()), implementation->unsupported_reason()});
        } else {
            sources.implementations.push_back(implementation);
        }
    }
    return found;
}

}  // namespace rowcast::bench
