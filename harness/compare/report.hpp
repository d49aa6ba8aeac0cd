#pragma once

// A comparison as a table for people and as JSON for programs.

#include <map>
#include <string>

#include "harness/compare/compare.hpp"
#include "harness/measure/json_lines.hpp"

namespace rowcast::compare {

// A line a cell, its quality below it.
std::string table(const Comparison& comparison);

// {"format": "rowcast-compare/1", "a", "b", "environment", "seconds", "unfit", "cells": [...]}
measure::Json to_json(const Comparison& comparison, const std::string& a, const std::string& b);

// One launch's answer for one cell, for a file of samples.
measure::Json sample_line(const Cell& cell, const LaunchAnswer& answer, bool confirms);

// By cell. {"format": "rowcast-floors/1", "cells": {NAME: {"floor": F}}}. Throws std::runtime_error,
// which names the file and the place.
std::map<std::string, double> read_floors(const std::string& path);

}  // namespace rowcast::compare
