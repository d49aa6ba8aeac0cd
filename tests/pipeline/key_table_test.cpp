// The builder of key tables. Looking keys up is tested with the kernels; here it is the scalar
// look-up (the table that every machine has) that judges what was built.

#include "pipeline/key_table.hpp"

#include <cstring>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/algorithm/key_hash.hpp"
#include "kernels/instruction_sets.hpp"

namespace rowcast {
namespace {

class KeyTable : public testing::Test {
  protected:
    kernels::KeyTableView build(const std::vector<std::string>& keys) {
        const std::vector<std::string_view> views(keys.begin(), keys.end());
        return build_key_table(views, &memory_);
    }

    static std::int32_t find(const kernels::KeyTableView& table, std::string_view key) {
        return kernels::instruction_sets().back().table->find_key(
            table, reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
    }

    static void expect_exact(const kernels::KeyTableView& table,
                             const std::vector<std::string>& keys) {
        for (std::size_t i = 0; i != keys.size(); ++i) {
            ASSERT_EQ(find(table, keys[i]), static_cast<std::int32_t>(i));
            ASSERT_EQ(find(table, keys[i] + "x"), kernels::kNotFound);
        }
    }

    std::pmr::monotonic_buffer_resource memory_;
};

// Keys of sixteen bytes whose last eight cancel a factor of the hash: their hash does not depend on
// the first eight, whatever the seed.
std::vector<std::string> colliding_keys(std::size_t count) {
    const std::uint64_t cancelling = kernels::kHashFactor2 + 16;
    std::vector<std::string> keys;
    for (std::uint64_t i = 0; i != count; ++i) {
        std::string key(16, '\0');
        std::memcpy(key.data(), &i, sizeof i);
        std::memcpy(key.data() + 8, &cancelling, sizeof cancelling);
        keys.push_back(key);
    }
    return keys;
}

TEST_F(KeyTable, HashesTheEndsOfNaturalKeys) {
    const std::vector<std::string> keys = {"id", "firstName", "lastName", "createdAt", "posts"};
    const auto table = build(keys);
    EXPECT_EQ(table.hash_kind, kernels::KeyHash::kEnds);
    EXPECT_EQ(table.count, keys.size());
    expect_exact(table, keys);
}

TEST_F(KeyTable, FiltersStrangersOfSmallTables) {
    const auto table = build({"id", "name"});
    EXPECT_LE(__builtin_popcountll(table.filter[0]) + __builtin_popcountll(table.filter[1]), 2);
}

TEST_F(KeyTable, HashesWholeKeysWhereTheirEndsAreAlike) {
    std::vector<std::string> keys;
    for (int i = 0; i != 200; ++i) {
        keys.push_back("beginning_" + std::to_string(1000 + i) + "_the_end");
    }
    const auto table = build(keys);
    EXPECT_EQ(table.hash_kind, kernels::KeyHash::kWhole);
    expect_exact(table, keys);
}

TEST_F(KeyTable, IsSearchedByHalvesWhereNoSeedTellsTheKeysApart) {
    const auto keys = colliding_keys(5000);
    // The construction does what it says.
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{12345}}) {
        const auto hash = [&](const std::string& key) {
            return kernels::hash_whole(reinterpret_cast<const std::uint8_t*>(key.data()),
                                       key.size(), seed);
        };
        ASSERT_EQ(hash(keys[0]), hash(keys[1]));
    }
    const auto table = build(keys);
    EXPECT_EQ(table.hash_kind, kernels::KeyHash::kSorted);
    expect_exact(table, keys);
}

TEST_F(KeyTable, StaysExactWhereAFewKeysCollide) {
    auto keys = colliding_keys(10);
    keys.push_back("plain");
    keys.push_back("");
    const auto table = build(keys);
    EXPECT_NE(table.hash_kind, kernels::KeyHash::kSorted);
    expect_exact(table, keys);
}

TEST_F(KeyTable, HoldsAHundredThousandKeys) {
    std::vector<std::string> keys;
    for (int i = 0; i != 100000; ++i) {
        keys.push_back("field" + std::to_string(i));
    }
    expect_exact(build(keys), keys);
}

TEST_F(KeyTable, HoldsNothing) {
    const auto table = build({});
    EXPECT_EQ(table.count, 0U);
    EXPECT_EQ(find(table, ""), kernels::kNotFound);
    EXPECT_EQ(find(table, "id"), kernels::kNotFound);
}

}  // namespace
}  // namespace rowcast
