#pragma once

// What identical code has been seen to differ by, cell by cell: on this machine, by this build's
// compiler. scripts/gate --floors measures it and keeps it beside other machines'.

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "harness/measure/json_lines.hpp"

namespace rowcast::compare {

// The members of an environment that tell one machine and build from another.
inline constexpr std::array<std::string_view, 5> kIdentity = {
    "cpu_model", "cpu_features", "hypervisor", "compiler", "compiler_flags"};

struct Floors {
    std::map<std::string, double> cells{};  // by name
    std::string missing{};  // why there are none of this machine and build; empty: there are
};

// Those of the entry that has this environment's identity. Reads "rowcast-floors/2" (docs/gate.md).
// Throws std::runtime_error, which names the file and the place.
Floors read_floors(const std::string& path, const measure::Json& environment);

}  // namespace rowcast::compare
