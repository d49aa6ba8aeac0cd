#include "pipeline/name_pool.hpp"

#include <memory_resource>
#include <string>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

TEST(NamePoolTest, KeepsEqualNamesOnceAndCopiesThem) {
    std::pmr::monotonic_buffer_resource memory;
    NamePool pool(&memory);
    std::string name = "first_name";
    const std::string_view kept = pool.intern(name);
    EXPECT_EQ(pool.intern("first_name").data(), kept.data());
    name.assign(name.size(), 'x');
    EXPECT_EQ(kept, "first_name");
    EXPECT_NE(pool.intern("first_nam").data(), kept.data());
    EXPECT_EQ(pool.intern(""), "");
}

TEST(NamePoolTest, LooksIntoASharedPoolFirst) {
    std::pmr::monotonic_buffer_resource memory;
    NamePool shared(&memory);
    const std::string_view known = shared.intern("known");
    NamePool own(&memory, &shared);
    EXPECT_EQ(own.intern("known").data(), known.data());
    EXPECT_EQ(own.intern("new").data(), own.intern("new").data());
}

}  // namespace
}  // namespace rowcast
