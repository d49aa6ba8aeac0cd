#pragma once

// One value from several sources: the first that has it, by name.

#include <span>
#include <string>
#include <vector>

#include "harness/measure/json_lines.hpp"

namespace rowcast::count {

using measure::Json;

// What one source had to say.
struct SourceAnswer {
    std::string source;             // "papi", "callgrind", "step"
    std::string unavailable;        // not empty: the source gave nothing, and why
    Json values = Json::object();   // by name: numbers, or objects of numbers
    Json reasons = Json::object();  // by name: why a value is missing
};

// {"value", "source", "reason"}. The value is null, never 0, where no source has one, and the
// reason then holds each source's own; whole numbers are written as such.
[[nodiscard]] Json combine(const std::string& name, std::span<const SourceAnswer> in_order);

// A value that is there, or one that is not.
[[nodiscard]] Json value_of(const Json& value, const std::string& source);
[[nodiscard]] Json no_value(const std::string& reason);

}  // namespace rowcast::count
