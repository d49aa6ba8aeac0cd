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
                // The first request makes rowcast's memory. oneTBB's own is there when each of its
                // threads has once had a task of this request's.
                for (int i = 0; i != 50; ++i) {
                    ASSERT_TRUE(request.run(*plan, rows));
                }
                const measure::AllocationScope scope;
                for (int i = 0; i != 100; ++i) {
                    ASSERT_TRUE(request.run(*plan, rows));
                    ASSERT_FALSE(request.run(*plan, bad));
                }
                EXPECT_EQ(scope.counts().count, 0U) << set.name << ", " << workload.name;
            }
        }
    }
}

}  // namespace
}  // namespace rowcast
