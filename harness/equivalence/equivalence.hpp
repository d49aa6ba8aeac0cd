#pragma once

// Draws cases and compares what an implementation makes of them with what the reference does.

#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/equivalence/model.hpp"
#include "harness/equivalence/property.hpp"
#include "pipeline/implementation.hpp"

namespace rowcast::equivalence {

struct EquivalenceOptions {
    std::size_t cases = 10000;
    std::uint64_t seed = 1;
    double minutes = 0;         // over 0: for so long, whatever `cases` says
    std::size_t max_size = 40;  // nodes of a row, about
};

struct EquivalenceReport {
    std::string implementation;
    std::size_t cases_run = 0;
    std::uint64_t seed = 0;  // repeats the run that found the difference
    bool equal = true;
    std::string command_line;             // the counter-example, for bash
    std::string difference;               // what differs, several lines
    std::size_t first_failure_bytes = 0;  // of rows, before the case was made smaller
};

EquivalenceReport run_equivalence(const Implementation& candidate, const Implementation& reference,
                                  const EquivalenceOptions& options);

// The report as the tool prints it.
std::string to_text(const EquivalenceReport& report);

}  // namespace rowcast::equivalence
