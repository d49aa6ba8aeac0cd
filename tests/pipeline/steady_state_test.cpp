// In the steady state a request allocates nothing, good rows or bad.

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/measure/allocation.hpp"
#include "kernels/instruction_sets.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast {
namespace {

// The implementations that ship: those made of kernels.
std::vector<const Implementation*> shipped() {
    std::vector<const Implementation*> result;
    for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
        const Implementation* const found = find_implementation(set.name);
        if (found != nullptr && found->unsupported_reason() == nullptr) {
            result.push_back(found);
        }
    }
    return result;
}

std::vector<kernels::Row> rows_of(const workloads::Document& document) {
    std::vector<kernels::Row> rows;
    for (const std::string_view text : document.rows) {
        rows.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    return rows;
}

TEST(SteadyState, AllocatesNothing) {
    const measure::AllocationSource source = measure::allocation_source();
    if (!source.available) {
        GTEST_SKIP() << source.reason;
    }
    for (const Implementation* implementation : shipped()) {
        for (const workloads::Workload& workload : workloads::catalogue()) {
            const std::size_t count = std::min<std::size_t>(workload.default_rows, 100);
            const workloads::Document document =
                workload.generate(workloads::Layout::kJsonb, 1, count);
            const auto rows = rows_of(document);
            std::vector<kernels::Row> bad = rows;
            --bad.back().size;
            const auto schema = *Schema::parse(workload.schema);
            for (const bool select : {false, true}) {
                RootOptions root;
                root.type = workload.type;
                if (select) {
                    root.select = workload.select;
                }
                const auto plan = *Plan::compile({&root, 1}, schema);
                Request request(*implementation);
                ASSERT_TRUE(request.run(*plan, rows));
                const std::string first(request.response());
                const measure::AllocationScope scope;
                for (int i = 0; i != 3; ++i) {
                    ASSERT_TRUE(request.run(*plan, rows));
                    ASSERT_FALSE(request.run(*plan, bad));
                }
                ASSERT_TRUE(request.run(*plan, rows));
                EXPECT_EQ(scope.counts().count, 0U)
                    << implementation->name() << ", " << workload.name;
                EXPECT_EQ(request.response(), first);
            }
        }
    }
}

}  // namespace
}  // namespace rowcast
