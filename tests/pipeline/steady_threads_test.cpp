// In the steady state a request on several threads allocates nothing either: neither its own code,
// whichever thread meets which rows, nor oneTBB.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include "harness/cases/workload_plan.hpp"
#include "harness/measure/allocation.hpp"
#include "kernels/instruction_sets.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast {
namespace {

TEST(SteadyState, AllocatesNothingOnSeveralThreads) {
    const measure::AllocationSource source = measure::allocation_source();
    if (!source.available) {
        GTEST_SKIP() << source.reason;
    }
    const tbb::global_control more(tbb::global_control::max_allowed_parallelism, 3);
    for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
        const Implementation* const implementation = find_implementation(set.name);
        if (implementation == nullptr || implementation->unsupported_reason() != nullptr) {
            continue;
        }
        for (const workloads::Workload& workload : workloads::catalogue()) {
            const std::size_t count = std::min<std::size_t>(workload.default_rows, 100);
            const auto document = workload.generate(workloads::Layout::kJsonb, 1, count);
            const auto rows = cases::rows_of(document);
            std::vector<kernels::Row> bad = rows;
            --bad.back().size;
            const auto schema = *cases::parse_schema(workload);
            for (const cases::Scenario scenario : cases::kScenarios) {
                const auto plan = *cases::compile_plan(workload, schema, scenario);
                RequestOptions options;
                options.threads = 3;
                options.parallel = {.worth_bytes = 0, .chunk_bytes = 1000};
                Request request(*implementation, options);
                // The first requests make rowcast's memory: each worker's output, and its scratch
                // memory when it first walks a doubtful row. oneTBB makes some for each of its
                // threads when that first has a task of this request's, and when that is, is the
                // scheduler's choice. So there are several windows: in one nothing is allocated,
                // which could not be if requests allocated.
                constexpr int kWindows = 20;
                std::size_t allocations = 1;
                for (int window = 0; window != kWindows && allocations != 0; ++window) {
                    const measure::AllocationScope scope;
                    for (int i = 0; i != 50; ++i) {
                        ASSERT_TRUE(request.run(*plan, rows));
                        ASSERT_FALSE(request.run(*plan, bad));
                    }
                    allocations = scope.counts().count;
                }
                EXPECT_EQ(allocations, 0U) << set.name << ", " << workload.name;
            }
        }
    }
}

}  // namespace
}  // namespace rowcast
