#pragma once

// What is asked of a workload: its two scenarios, and the plans they lead to.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kernels/plan_view.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/result.hpp"
#include "pipeline/schema.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::cases {

enum class Scenario : std::uint8_t {
    kAll,     // everything is kept
    kSelect,  // the workload's own selection
};

inline constexpr Scenario kScenarios[] = {Scenario::kAll, Scenario::kSelect};

std::string_view scenario_name(Scenario scenario) noexcept;  // "all", "select"

// The workload's schema; null where it has none.
Result<std::shared_ptr<const Schema>> parse_schema(const workloads::Workload& workload);

// A plan for the workload, freshly compiled.
Result<std::shared_ptr<const Plan>> compile_plan(const workloads::Workload& workload,
                                                 std::shared_ptr<const Schema> schema,
                                                 Scenario scenario);

// The document's rows as a request takes them; valid for as long as the document.
std::vector<kernels::Row> rows_of(const workloads::Document& document);

}  // namespace rowcast::cases
