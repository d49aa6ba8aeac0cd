#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/cases/workload_plan.hpp"
#include "workloads/document.hpp"

namespace rowcast::verify {

using cases::kScenarios;
using cases::Scenario;
using cases::scenario_name;

// What the response to a workload's document of seed 1 and default size is known to be: the
// figures of expected.inc. They hold even where the reference and all others go wrong together.
struct ExpectedResponse {
    std::string_view workload;
    workloads::Layout layout;
    Scenario scenario;
    std::size_t bytes;
    std::uint64_t hash;  // workloads::content_hash
};

std::span<const ExpectedResponse> expected_responses() noexcept;

// Null for a workload that expected.inc lacks.
const ExpectedResponse* expected_response(std::string_view workload, workloads::Layout layout,
                                          Scenario scenario) noexcept;

// The line of expected.inc that says so.
std::string source_line(const ExpectedResponse& response);

}  // namespace rowcast::verify
