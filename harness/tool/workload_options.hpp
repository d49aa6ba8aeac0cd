#pragma once

// Which workload a command is to take: one of the catalogue's by name, or a user's own rows.

#include <optional>
#include <string>

#include "workloads/catalogue.hpp"

namespace CLI {
class App;
}

namespace rowcast::tool {

struct WorkloadOptions {
    std::string name;            // of the catalogue
    workloads::FileRequest own;  // with `input` set: a user's own

    void add_name(CLI::App& command);  // NAME
    // --input, --type, --schema, --select, --field; instead of the option that names a workload.
    void add_own_rows(CLI::App& command, const char* instead_of = "NAME");

    bool is_given() const noexcept { return !name.empty() || !own.input.empty(); }

    // The workload asked for. Throws Stop where there is none such.
    workloads::Workload resolve() const;
};

// The catalogue's names, for messages and help.
std::string workload_names();

}  // namespace rowcast::tool
