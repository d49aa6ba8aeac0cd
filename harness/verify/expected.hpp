#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/document.hpp"

namespace rowcast::verify {

enum class Scenario : std::uint8_t { kAll, kSelect };

inline constexpr Scenario kScenarios[] = {Scenario::kAll, Scenario::kSelect};

std::string_view scenario_name(Scenario scenario) noexcept;  // "all", "select"

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
