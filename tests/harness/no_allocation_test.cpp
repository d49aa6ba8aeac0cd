#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/measure/allocation.hpp"

namespace rowcast::measure {
namespace {

TEST(AllocationSource, SaysWhyItIsMissing) {
    const AllocationSource source = allocation_source();
    EXPECT_FALSE(source.available);
    EXPECT_EQ(source.reason, "this program is not linked with rowcast_measure_allocations");
    EXPECT_THROW(AllocationScope(), std::logic_error);
}

}  // namespace
}  // namespace rowcast::measure
