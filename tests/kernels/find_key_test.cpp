// Exact look-up: only comparing the bytes lets a key in.

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/key_table.hpp"
#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

class FindKey : public KernelTest {
  protected:
    // Each key is found as itself, from a place that ends at a guard page.
    void expect_each_found(const std::vector<std::string>& keys) {
        const KeyTableView view = build(keys);
        for (std::size_t i = 0; i != keys.size(); ++i) {
            at_both_guards(keys[i], [&](std::span<const std::uint8_t> place) {
                ASSERT_EQ(table().find_key(view, place.data(), place.size()),
                          static_cast<std::int32_t>(i))
                    << testing::PrintToString(keys[i]);
            });
        }
    }

    KeyTableView build(const std::vector<std::string>& keys) {
        const std::vector<std::string_view> views(keys.begin(), keys.end());
        return build_key_table(views, &memory_);
    }

    std::int32_t find(const KeyTableView& view, std::string_view key) {
        const auto place = buffer_.at_end(key);
        return table().find_key(view, place.data(), place.size());
    }

  private:
    std::pmr::monotonic_buffer_resource memory_;
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(FindKey);

TEST_P(FindKey, FindsEachKeyOfTablesOfManySizes) {
    for (const std::size_t count : {1U, 2U, 3U, 7U, 8U, 9U, 50U, 127U, 128U, 129U, 1000U, 10000U}) {
        std::vector<std::string> keys;
        for (std::size_t i = 0; i != count; ++i) {
            keys.push_back("field_" + std::to_string(i));
        }
        expect_each_found(keys);
    }
}

TEST_P(FindKey, FindsNothingInAnEmptyTable) {
    const KeyTableView view = build({});
    EXPECT_EQ(find(view, ""), kNotFound);
    EXPECT_EQ(find(view, "a"), kNotFound);
    EXPECT_EQ(find(view, "a longer key than any"), kNotFound);
}

TEST_P(FindKey, TellsKeysOfEveryLengthApartByEveryByte) {
    // All lengths 0..40, and for each a twin that differs in one byte: in the table or not.
    std::vector<std::string> keys;
    for (std::size_t size = 0; size <= 40; ++size) {
        keys.emplace_back(size, 'k');
    }
    expect_each_found(keys);
    const KeyTableView view = build(keys);
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t at = 0; at != size; ++at) {
            std::string twin(size, 'k');
            twin[at] = 'K';
            EXPECT_EQ(find(view, twin), kNotFound) << twin;
        }
    }
    for (std::size_t size = 1; size <= 40; ++size) {
        std::vector<std::string> twins;
        for (std::size_t at = 0; at != size; ++at) {
            twins.emplace_back(size, 'k');
            twins.back()[at] = 'K';
        }
        expect_each_found(twins);
    }
}

TEST_P(FindKey, TakesAnyBytes) {
    using namespace std::string_literals;
    const std::vector<std::string> keys = {
        "", "\0"s, "\0\0"s, "a\0b"s, "\xFF\xFE", "\"\\\n", "\xC3\xA9_x"s, std::string(600, '\0')};
    expect_each_found(keys);
    const KeyTableView view = build(keys);
    EXPECT_EQ(find(view, "\0\0\0"s), kNotFound);
    EXPECT_EQ(find(view, "a\0c"s), kNotFound);
}

// Keys that agree in what a cheap hash looks at: their ends, and their length.
TEST_P(FindKey, FindsKeysThatDifferOnlyInTheMiddle) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i != 3000; ++i) {
        const std::string number = std::to_string(100000 + i);
        keys.push_back("the same beginning " + number + " and the same end");
    }
    expect_each_found(keys);
    const KeyTableView view = build(keys);
    EXPECT_EQ(find(view, "the same beginning 099999 and the same end"), kNotFound);
    EXPECT_EQ(find(view, "the same beginning 100000 and the same enD"), kNotFound);
}

TEST_P(FindKey, SaysNoToEveryStranger) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i != 60; ++i) {
        keys.push_back("name_" + std::to_string(i * 7));
    }
    const KeyTableView view = build(keys);
    for (std::size_t i = 0; i != 20000; ++i) {
        if (i % 7 != 0 || i >= 420) {
            ASSERT_EQ(find(view, "name_" + std::to_string(i)), kNotFound) << i;
        }
    }
}

// A table that is searched by halves: what the builder falls back to where no seed serves.
TEST_P(FindKey, SearchesSortedTables) {
    const std::string bytes = "bbaaccabcabd";
    const KeyRange ranges[] = {{0, 0, 7}, {2, 1, 5}, {2, 2, 3}, {0, 2, 2},
                               {4, 2, 1}, {6, 3, 9}, {9, 3, 4}};
    KeyTableView view{};
    view.keys = ranges;
    view.count = static_cast<std::uint32_t>(std::size(ranges));
    view.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
    view.hash_kind = KeyHash::kSorted;
    EXPECT_EQ(find(view, ""), 7);
    EXPECT_EQ(find(view, "a"), 5);
    EXPECT_EQ(find(view, "aa"), 3);
    EXPECT_EQ(find(view, "bb"), 2);
    EXPECT_EQ(find(view, "cc"), 1);
    EXPECT_EQ(find(view, "abc"), 9);
    EXPECT_EQ(find(view, "abd"), 4);
    for (const std::string_view stranger : {"b", "ab", "dd", "abb", "abe", "aaaa", "\xFF"}) {
        EXPECT_EQ(find(view, stranger), kNotFound) << stranger;
    }
}

}  // namespace
}  // namespace rowcast::kernels
