// A peer that is compared allocates nothing in the steady state either, so that its time is that of its work.

#include <algorithm>
#include <string>

#include "harness/measure/allocation.hpp"
#include "tests/reference/peer_test.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::reference {
namespace {

class PeerSteadyState : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Answering, PeerSteadyState, testing::ValuesIn(peers_that_answer(true)),
                         peer_test_name);

TEST_P(PeerSteadyState, AllocatesNothing) {
    const measure::AllocationSource source = measure::allocation_source();
    if (!source.available) {
        GTEST_SKIP() << source.reason;
    }
    for (const workloads::Workload& workload : workloads::catalogue()) {
        const workloads::Document document = workload.generate(
            workloads::Layout::kJsonb, 1, std::min<std::size_t>(workload.default_rows, 100));
        std::vector<kernels::Row> rows;
        for (const std::string_view text : document.rows) {
            rows.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        }
        for (const bool select : {false, true}) {
            RootOptions root;
            root.type = workload.type;
            if (select) {
                root.select = workload.select;
            }
            const auto plan = *Plan::compile({&root, 1}, *Schema::parse(workload.schema));
            ASSERT_TRUE(request_->run(*plan, rows));
            const measure::AllocationScope scope;
            ASSERT_TRUE(request_->run(*plan, rows));
            EXPECT_EQ(scope.counts().count, 0U) << workload.name << (select ? ", select" : "");
        }
    }
}

}  // namespace
}  // namespace rowcast::reference
