#include "tests/fuzz/case_bytes.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rowcast::fuzz {
namespace {

using namespace std::string_literals;

// All of a case but what encode() writes itself must come back.
void expect_same(const cases::TransformCase& a, const cases::TransformCase& b) {
    EXPECT_EQ(a.field, b.field);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.schema, b.schema);
    EXPECT_EQ(a.select, b.select);
    EXPECT_EQ(a.field_selections, b.field_selections);
    EXPECT_EQ(a.field_paths, b.field_paths);
    EXPECT_EQ(a.typename_mode, b.typename_mode);
    EXPECT_EQ(a.keys, b.keys);
    EXPECT_EQ(a.single, b.single);
    EXPECT_EQ(a.wrap, b.wrap);
    EXPECT_EQ(a.omit_missing, b.omit_missing);
    EXPECT_EQ(a.max_depth, b.max_depth);
    EXPECT_EQ(a.rows, b.rows);
}

TEST(CaseBytes, GiveEveryPartOfACaseBack) {
    cases::TransformCase plain;
    expect_same(decode(encode(plain)), plain);

    cases::TransformCase all;
    all.field = "users";
    all.type = "User";
    all.schema = R"({"types":{}})";
    all.select = "{ id }";
    all.typename_mode = TypenameMode::kSelected;
    all.keys = KeyStyle::kRaw;
    all.single = true;
    all.wrap = false;
    all.omit_missing = true;
    all.max_depth = 0;
    all.rows = {"{\"a\":1}", "", "\0\n\xFF\xFE"s, "2"};
    expect_same(decode(encode(all)), all);

    all.field_selections = std::exchange(all.select, std::nullopt);
    expect_same(decode(encode(all)), all);
    all.field_paths = std::exchange(all.field_selections, std::nullopt);
    all.type = "";
    all.max_depth = 4294967295;
    expect_same(decode(encode(all)), all);
}

TEST(CaseBytes, MeanSomethingWhateverTheyAre) {
    EXPECT_EQ(decode("").field, "");
    EXPECT_TRUE(decode("").rows.empty());
    EXPECT_EQ(decode("zT?S7\xFE").max_depth, 7U);
    EXPECT_EQ(decode("T").type, "");
    // Of several notations the last one counts: a plan allows only one.
    const cases::TransformCase last = decode("gfp\xFE\xFF\xFE\xFF\xFE\xFF\xFE\xFF[]");
    EXPECT_FALSE(last.select);
    EXPECT_FALSE(last.field_selections);
    EXPECT_EQ(last.field_paths, "[]");
}

TEST(CaseBytes, SplitWhereASeparatorStands) {
    EXPECT_EQ(split("").size(), 1U);
    const std::vector<std::string> sections = split(
        "a\xFE\xFF\xFE\xFF\xFE"
        "b\xFF");
    EXPECT_EQ(sections, (std::vector<std::string>{"a", "",
                                                  "\xFE"
                                                  "b\xFF"}));
    EXPECT_EQ(join(sections),
              "a\xFE\xFF\xFE\xFF\xFE"
              "b\xFF");
}

}  // namespace
}  // namespace rowcast::fuzz
