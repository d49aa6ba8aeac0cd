#include <cstring>
#include <set>
#include <string>
#include <type_traits>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

class Table : public KernelTest {};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Table);

// The table is a struct of pointers only, so it can be looked at as an array of them: an entry
// added later is tested without being named here.
TEST_P(Table, HasNoNullEntry) {
    static_assert(std::is_trivially_copyable_v<KernelTable>);
    static_assert(sizeof(KernelTable) % sizeof(void*) == 0);
    void* entries[sizeof(KernelTable) / sizeof(void*)];
    std::memcpy(entries, &table(), sizeof entries);
    for (std::size_t i = 0; i != std::size(entries); ++i) {
        EXPECT_NE(entries[i], nullptr) << "entry " << i;
    }
}

TEST_P(Table, NamesItsInstructionSet) {
    EXPECT_EQ(table().instruction_set, std::string(GetParam()->name));
    EXPECT_FALSE(GetParam()->description.empty());
}

TEST(InstructionSets, HaveDistinctNamesAndEndWithOneThatNeedsNothing) {
    ASSERT_FALSE(instruction_sets().empty());
    std::set<std::string_view> names;
    for (const InstructionSet& set : instruction_sets()) {
        EXPECT_TRUE(names.insert(set.name).second) << set.name;
    }
    EXPECT_TRUE(instruction_sets().back().required_features.empty());
    EXPECT_TRUE(missing_feature(instruction_sets().back()).empty());
}

TEST(InstructionSets, SayWhichFeatureIsMissing) {
    constexpr std::string_view kImpossible[] = {"no-such-feature"};
    const InstructionSet impossible{"none", "needs what no machine has", kImpossible, nullptr};
    EXPECT_EQ(missing_feature(impossible), "no-such-feature");
}

}  // namespace
}  // namespace rowcast::kernels
