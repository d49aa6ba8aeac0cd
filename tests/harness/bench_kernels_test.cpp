#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/bench/cell.hpp"
#include "harness/bench/kernel_input.hpp"
#include "harness/bench/lookup_variants.hpp"
#include "kernels/instruction_sets.hpp"
#include "kernels/table.hpp"

namespace rowcast::bench {
namespace {

// kernel -> who does it -> sizes, of the cells `kernel/<kernel>/<who>/<size>`.
using Measured = std::map<std::string, std::map<std::string, std::set<std::string>>>;

Measured measured(bool quick) {
    Options options;
    options.quick = quick;
    CellList list;
    add_kernel_cells(options, list);
    add_lookup_cells(options, list);
    add_library_cells(options, list);
    Measured found;
    for (const Cell& cell : list.cells) {
        const std::size_t kernel = cell.name.find('/') + 1;
        const std::size_t who = cell.name.find('/', kernel) + 1;
        const std::size_t size = cell.name.find('/', who) + 1;
        EXPECT_TRUE(
            found[cell.name.substr(kernel, who - kernel - 1)][cell.name.substr(who, size - who - 1)]
                .insert(cell.name.substr(size))
                .second)
            << cell.name << " is there twice";
    }
    return found;
}

constexpr const char* kScans[] = {"string_end", "whitespace",  "utf8",
                                  "string",     "escape_scan", "copy"};

TEST(KernelCells, EverySetHasEveryKernelAtEverySize) {
    const Measured all = measured(false);
    for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
        if (!kernels::missing_feature(set).empty()) {
            continue;
        }
        for (const char* kernel : {"string_end", "whitespace", "utf8", "string", "escape_scan",
                                   "number", "literal", "camel", "copy", "lookup"}) {
            const auto& by_set = all.at(kernel);
            ASSERT_TRUE(by_set.contains(std::string(set.name))) << kernel << ' ' << set.name;
            EXPECT_EQ(by_set.at(std::string(set.name)), by_set.at("scalar")) << kernel;
        }
    }
}

TEST(KernelCells, GoFrom8BytesTo64KilobytesAndMeetThePromises) {
    const Measured all = measured(false);
    for (const std::string kernel : kScans) {
        std::set<std::size_t> sizes;
        for (const std::string& size : all.at(kernel).at("scalar")) {
            sizes.insert(std::stoul(size));
        }
        EXPECT_EQ(*sizes.begin(), 8u) << kernel;
        EXPECT_EQ(*sizes.rbegin(), 65'536u) << kernel;
        EXPECT_TRUE(sizes.contains(1'024u)) << kernel;
    }
    for (const bool quick : {false, true}) {
        const Measured some = measured(quick);
        for (const char* promised : {"10", "50", "500"}) {
            EXPECT_TRUE(some.at("camel").at("scalar").contains(promised)) << promised;
        }
        for (const char* promised : {"1024-none", "1024-10pct"}) {
            EXPECT_TRUE(some.at("escape_scan").at("scalar").contains(promised)) << promised;
        }
    }
}

// No library judges a JSON string's content; all else has something to be held against, at each of
// its sizes.
TEST(KernelCells, HaveALibrarysAnswerBesideThem) {
    const Measured all = measured(false);
    for (const auto& [kernel, by_who] : all) {
        if (kernel == "string" || kernel.starts_with("lookup") || !by_who.contains("scalar")) {
            continue;
        }
        const std::string other = kernel == "arena" ? "malloc" : kernel;
        bool has_library = false;
        for (const auto& [who, sizes] : all.at(other)) {
            if (who == "libc" || who == "std" || who.starts_with("peer-")) {
                has_library = true;
                EXPECT_EQ(sizes, by_who.at("scalar")) << kernel << ' ' << who;
            }
        }
        EXPECT_TRUE(has_library) << kernel;
    }
    const auto& fields = all.at("lookup").at("scalar");
    EXPECT_EQ(all.at("lookup-bitmap").at("scalar"), fields);
    EXPECT_EQ(all.at("lookup-perfect").at("scalar"), fields);
    EXPECT_EQ(all.at("lookup-hash-map").at("std"), fields);
    EXPECT_EQ(all.at("lookup-hash-set").at("std"), fields);
}

// All ways to look up, on one set of names.
class Lookups {
  public:
    explicit Lookups(const std::vector<std::string>& names)
        : names_(names), bitmap_(names), perfect_(names), map_(names), set_(names), own_(names) {
        for (const kernels::InstructionSet& each : kernels::instruction_sets()) {
            if (kernels::missing_feature(each).empty()) {
                tables_.push_back(each.table);
            }
        }
    }

    void expect(std::string_view key, std::int32_t wanted) const {
        EXPECT_EQ(bitmap_.find(key), wanted) << key;
        EXPECT_EQ(perfect_.find(key), wanted) << key;
        EXPECT_EQ(map_.find(key), wanted) << key;
        EXPECT_EQ(set_.contains(key), wanted != kernels::kNotFound) << key;
        for (const kernels::KernelTable* table : tables_) {
            const std::int32_t found = table->find_key(
                own_.view(), reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
            EXPECT_EQ(found != kernels::kNotFound, wanted != kernels::kNotFound)
                << table->instruction_set << ": " << key;
        }
    }

    void expect_as_listed(std::string_view key) const {
        const auto found = std::find(names_.begin(), names_.end(), key);
        expect(key, found == names_.end() ? kernels::kNotFound
                                          : static_cast<std::int32_t>(found - names_.begin()));
    }

  private:
    std::vector<std::string> names_;
    BitmapLookup bitmap_;
    PerfectLookup perfect_;
    HashMapLookup map_;
    HashSetLookup set_;
    FieldTable own_;
    std::vector<const kernels::KernelTable*> tables_;  // of the sets that this machine has
};

TEST(LookupVariants, AgreeOnHitsAndMisses) {
    for (const std::size_t count : {1u, 2u, 5u, 20u, 50u, 128u, 1'000u}) {
        const std::vector<std::string> names = make_field_names(count);
        const Lookups lookups(names);
        for (std::size_t index = 0; index != names.size(); ++index) {
            lookups.expect(names[index], static_cast<std::int32_t>(index));
            lookups.expect_as_listed(names[index].substr(1));
            lookups.expect_as_listed(names[index] + "_");
        }
        for (const std::string& key : make_keys(names, false)) {
            lookups.expect(key, kernels::kNotFound);
        }
        lookups.expect("", kernels::kNotFound);
    }
}

// The bytes decide: these share lengths, ends, and what a hash of the ends sees.
TEST(LookupVariants, TellAlikeKeysApart) {
    const std::vector<std::string> names = {
        "", "a", "aa", "abcdefgh_0_abcdefgh", "abcdefgh_1_abcdefgh", std::string(300, 'x')};
    const Lookups lookups(names);
    for (const char* key : {"", "a", "aa", "aaa", "b", "abcdefgh_0_abcdefgh", "abcdefgh_1_abcdefgh",
                            "abcdefgh_2_abcdefgh"}) {
        lookups.expect_as_listed(key);
    }
    lookups.expect_as_listed(std::string(299, 'x'));
    lookups.expect_as_listed(std::string(300, 'x'));
    lookups.expect_as_listed(std::string(299, 'x') + "y");
}

TEST(LookupVariants, AnswerForNoFieldsAtAll) {
    EXPECT_EQ(BitmapLookup({}).find("a"), kernels::kNotFound);
    EXPECT_EQ(PerfectLookup({}).find("a"), kernels::kNotFound);
    EXPECT_EQ(HashMapLookup({}).find("a"), kernels::kNotFound);
    EXPECT_FALSE(HashSetLookup({}).contains("a"));
}

}  // namespace
}  // namespace rowcast::bench
