#include "tests/fuzz/mutate.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/fuzz/case_bytes.hpp"

namespace rowcast::fuzz {
namespace {

constexpr std::size_t kLimit = 1000;

cases::TransformCase plain_case() {
    cases::TransformCase result;
    result.type = "User";
    result.select = "{ id first_name }";
    result.rows = {R"({"id":1,"first_name":"Ann","posts":[{"title":"x"}]})", "[true,null]"};
    return result;
}

// Cases that follow from one another, as a fuzzer makes them.
template <class Look>
void walk(Focus focus, std::size_t steps, Look look) {
    const std::string start = encode(plain_case());
    std::string bytes = start;
    for (std::size_t step = 0; step != steps; ++step) {
        bytes = mutate(step % 50 == 0 ? start : bytes, kLimit, step, focus, nullptr);
        ASSERT_LE(bytes.size(), kLimit);
        look(bytes);
    }
}

TEST(Mutate, KeepsWithinTheLimitWhateverItStartsWith) {
    for (const std::string_view start : {"", "\xFE\xFF", "\xFE", "T\xFE\xFF"}) {
        for (std::size_t limit : {0U, 1U, 9U, 64U}) {
            for (std::uint64_t seed = 0; seed != 200; ++seed) {
                EXPECT_LE(mutate(start, limit, seed, Focus::kRows, nullptr).size(), limit);
                EXPECT_LE(mutate(start, limit, seed, Focus::kPlan, nullptr).size(), limit);
                EXPECT_LE(cross_over(start, encode(plain_case()), limit, seed).size(), limit);
            }
        }
    }
}

TEST(Mutate, RepeatsItselfFromItsSeed) {
    const std::string start = encode(plain_case());
    std::set<std::string> different;
    for (std::uint64_t seed = 0; seed != 100; ++seed) {
        const std::string once = mutate(start, kLimit, seed, Focus::kRows, nullptr);
        EXPECT_EQ(mutate(start, kLimit, seed, Focus::kRows, nullptr), once);
        different.insert(once);
    }
    EXPECT_GT(different.size(), 50U);
}

TEST(Mutate, ReachesEveryOption) {
    std::set<char> letters;
    std::set<std::uint32_t> depths;
    walk(Focus::kRows, 3000, [&](const std::string& bytes) {
        const std::string options = split(bytes)[kOptions];
        letters.insert(options.begin(), options.end());
        depths.insert(decode(bytes).max_depth);
    });
    for (const char letter : kOptionLetters) {
        EXPECT_TRUE(letters.contains(letter)) << letter;
    }
    EXPECT_GT(depths.size(), 20U);
}

TEST(Mutate, MakesRowsThatTellImplementationsApart) {
    std::size_t valid_looking = 0;
    std::size_t moved = 0;
    std::size_t long_keys = 0;
    std::size_t blanks = 0;
    walk(Focus::kRows, 5000, [&](const std::string& bytes) {
        for (const std::string& row : decode(bytes).rows) {
            valid_looking += row.starts_with('{') && row.ends_with('}');
            moved += row.find("\"first_name\":\"Ann\"") > 40 && row.find("Ann") < 900;
            const std::size_t key_end = row.find("\":");
            long_keys += key_end != std::string::npos && key_end > 64 &&
                         row.rfind('"', key_end - 1) + 64 < key_end;
            blanks += row.find(std::string(60, ' ')) != std::string::npos;
        }
    });
    EXPECT_GT(valid_looking, 500U);
    EXPECT_GT(moved, 100U);
    EXPECT_GT(long_keys, 50U);
    EXPECT_GT(blanks, 20U);
}

TEST(Mutate, LeavesRowsOutWhereThePlanIsInFocus) {
    std::set<std::string> selections;
    walk(Focus::kPlan, 1000, [&](const std::string& bytes) {
        EXPECT_LE(split(bytes).size(), std::size_t{kFirstRow} + 20);
        selections.insert(split(bytes)[kSelection]);
    });
    EXPECT_GT(selections.size(), 100U);
}

TEST(Mutate, LetsTheFuzzerChangeBytes) {
    bool changed = false;
    for (std::uint64_t seed = 0; seed != 200; ++seed) {
        const std::string bytes =
            mutate(encode(plain_case()), kLimit, seed, Focus::kRows,
                   [](std::uint8_t* data, std::size_t /*size*/, std::size_t capacity) {
                       EXPECT_GE(capacity, 1U);
                       data[0] = '\x15';
                       return std::size_t{1};
                   });
        changed |= bytes.find('\x15') != std::string::npos;
    }
    EXPECT_TRUE(changed);
}

TEST(CrossOver, TakesPartsOfBoth) {
    cases::TransformCase other;
    other.rows = {"[\"other\",\"rows\"]"};
    std::set<std::string> rows;
    for (std::uint64_t seed = 0; seed != 200; ++seed) {
        const auto mixed = decode(cross_over(encode(plain_case()), encode(other), kLimit, seed));
        rows.insert(mixed.rows.begin(), mixed.rows.end());
    }
    EXPECT_TRUE(rows.contains("[\"other\",\"rows\"]"));
    EXPECT_TRUE(rows.contains("[true,null]"));
    EXPECT_GT(rows.size(), 20U);
}

}  // namespace
}  // namespace rowcast::fuzz
