#pragma once

// RapidCheck as the driver: it draws the cases, counts them, and searches for a smaller one when a
// case fails.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/model.hpp"

namespace rowcast::equivalence {

// What is wrong with a case, in words; nothing if it holds.
using CheckCase = std::function<std::optional<std::string>(const CaseModel& model)>;
using DrawCase = std::function<CaseModel(Random& random, std::size_t size)>;

struct PropertyOptions {
    std::size_t cases = 1000;
    std::uint64_t seed = 1;
    std::size_t max_size = 40;                                // nodes of a value, about
    std::optional<std::chrono::duration<double>> time_limit;  // ends early, without failure
};

struct PropertyResult {
    std::size_t cases_run = 0;
    bool timed_out = false;
    std::optional<CaseModel> counter_example;  // as small as the search made it
    std::string difference;                    // what the check said of it
    std::size_t first_failure_bytes = 0;       // the size of the case before it was made smaller
};

PropertyResult check_property(const PropertyOptions& options, const DrawCase& draw,
                              const CheckCase& check);

}  // namespace rowcast::equivalence
