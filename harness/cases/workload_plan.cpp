#include "harness/cases/workload_plan.hpp"

#include <cstdint>
#include <utility>

namespace rowcast::cases {

std::string_view scenario_name(Scenario scenario) noexcept {
    return scenario == Scenario::kAll ? "all" : "select";
}

Result<std::shared_ptr<const Schema>> parse_schema(const workloads::Workload& workload) {
    if (workload.schema.empty()) {
        return std::shared_ptr<const Schema>();
    }
    return Schema::parse(workload.schema);
}

Result<std::shared_ptr<const Plan>> compile_plan(const workloads::Workload& workload,
                                                 std::shared_ptr<const Schema> schema,
                                                 Scenario scenario) {
    RootOptions root;
    root.field = workload.field;
    root.single = workload.single;
    if (!workload.type.empty()) {
        root.type = workload.type;
    }
    if (scenario == Scenario::kSelect) {
        root.select = workload.select;
    }
    return Plan::compile({&root, 1}, std::move(schema));
}

std::vector<kernels::Row> rows_of(const workloads::Document& document) {
    std::vector<kernels::Row> rows;
    rows.reserve(document.rows.size());
    for (const std::string_view row : document.rows) {
        rows.push_back({reinterpret_cast<const std::uint8_t*>(row.data()), row.size()});
    }
    return rows;
}

}  // namespace rowcast::cases
