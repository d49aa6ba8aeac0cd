#pragma once

// A comparison as a table for people and as JSON for programs.

#include <string>

#include "harness/compare/compare.hpp"
#include "harness/measure/json_lines.hpp"

namespace rowcast::compare {

// A line a cell, its quality below it.
std::string table(const Comparison& comparison);

// The facts of this machine and this build, by name.
measure::Json environment();

// {"format": "rowcast-compare/1", "a", "b", "environment", "identity", "seconds", "unfit",
//  "no_floors", "cells": [...]}
measure::Json to_json(const Comparison& comparison, const std::string& a, const std::string& b);

// One launch's answer for one cell, for a file of samples.
measure::Json sample_line(const Cell& cell, const LaunchAnswer& answer, bool confirms);

}  // namespace rowcast::compare
