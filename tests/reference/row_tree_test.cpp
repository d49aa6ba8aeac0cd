#include "reference/row_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::reference {
namespace {

struct Parsed {
    std::string row;
    std::vector<Token> tokens;
    RowTree tree;
};

void parse(Parsed& parsed, std::string_view row, std::uint32_t max_depth = 128) {
    parsed.row = row;
    ASSERT_EQ(check_row(parsed.row, max_depth, parsed.tokens).code, ErrorCode::kOk) << row;
    parsed.tree.build(parsed.row, parsed.tokens);
}

TEST(RowTree, KeepsOrderDuplicatesAndSpelling) {
    Parsed parsed;
    parse(parsed, R"( { "b" : 1.0 , "a\u005fx" : [ "\u0041" , {} ] , "b" : -0 } )");
    const RowTree& tree = parsed.tree;
    ASSERT_EQ(tree.size(), 6U);
    EXPECT_EQ(tree[0].kind, NodeKind::kObject);
    EXPECT_EQ(tree[0].end, 6U);
    EXPECT_EQ(tree[0].key, "");
    EXPECT_EQ(tree[1].kind, NodeKind::kScalar);
    EXPECT_EQ(tree[1].key, R"("b")");
    EXPECT_EQ(tree[1].text, "1.0");
    EXPECT_EQ(tree[1].end, 2U);
    EXPECT_EQ(tree[2].kind, NodeKind::kArray);
    EXPECT_EQ(tree[2].key, R"("a\u005fx")");
    EXPECT_EQ(tree[2].end, 5U);
    EXPECT_EQ(tree[3].key, "");
    EXPECT_EQ(tree[3].text, R"("\u0041")");
    EXPECT_EQ(tree[4].kind, NodeKind::kObject);
    EXPECT_EQ(tree[4].end, 5U);
    EXPECT_EQ(tree[5].key, R"("b")");
    EXPECT_EQ(tree[5].text, "-0");
}

TEST(RowTree, TakesEveryNumber) {
    std::string digits(400, '9');
    for (const std::string& number :
         {std::string("0"), std::string("-0"), std::string("-0.0"), std::string("0.0000"),
          std::string("18446744073709551615"), std::string("18446744073709551616"),
          std::string("-9223372036854775808"), std::string("-9223372036854775809"),
          std::string("123456789012345678901234567890.123456789"), std::string("1E+2"),
          std::string("1e400"), std::string("-1e999999999999"), std::string("1e-400"), digits,
          "-" + digits, digits + ".5", "0." + digits, std::string(300, '9'),
          std::string(301, '9')}) {
        Parsed parsed;
        parse(parsed, "[" + number + ", " + number + "]");
        ASSERT_EQ(parsed.tree.size(), 3U);
        EXPECT_EQ(parsed.tree[1].text, number);
        EXPECT_EQ(parsed.tree[2].text, number);
    }
}

TEST(RowTree, IsReplacedByTheNext) {
    Parsed parsed;
    parse(parsed, "[1,2,3]");
    parse(parsed, R"("x")");
    ASSERT_EQ(parsed.tree.size(), 1U);
    EXPECT_EQ(parsed.tree[0].text, R"("x")");
}

TEST(RowTree, NeedsNoStackForDepth) {
    constexpr std::size_t kDepth = 1'000'000;
    std::string row;
    for (std::size_t i = 0; i < kDepth / 2; ++i) {
        row += R"([{"":)";
    }
    row += "0";
    for (std::size_t i = 0; i < kDepth / 2; ++i) {
        row += "}]";
    }
    Parsed parsed;
    parse(parsed, row, kDepth);
    EXPECT_EQ(parsed.tree.size(), kDepth + 1);
    EXPECT_EQ(parsed.tree[0].end, kDepth + 1);
    EXPECT_EQ(parsed.tree[kDepth].text, "0");
}

// The judge must not judge when its two halves disagree: wrong tokens stand for a wrong validator.
TEST(RowTreeDeathTest, RefusesToContradictItself) {
    struct Contradiction {
        std::string_view row;
        std::vector<Token> tokens;
        const char* what;
    };
    const Contradiction contradictions[] = {
        {"[12]",
         {{TokenKind::kArrayBegin, 0, 1}, {TokenKind::kNumber, 1, 1}, {TokenKind::kArrayEnd, 3, 1}},
         "an integer"},
        {"[1.25]",
         {{TokenKind::kArrayBegin, 0, 1}, {TokenKind::kNumber, 1, 3}, {TokenKind::kArrayEnd, 5, 1}},
         "a number"},
        {R"("ab")", {{TokenKind::kString, 0, 3}}, "a string"},
        {R"({"ab":1})",
         {{TokenKind::kObjectBegin, 0, 1},
          {TokenKind::kKey, 2, 3},
          {TokenKind::kNumber, 6, 1},
          {TokenKind::kObjectEnd, 7, 1}},
         "a key"},
        {"true", {{TokenKind::kLiteral, 0, 3}}, "a boolean"},
        {"null", {{TokenKind::kLiteral, 0, 3}}, "null"},
        {"null", {{TokenKind::kNumber, 0, 4}}, "another kind"},
        {"[1]", {{TokenKind::kArrayBegin, 0, 1}, {TokenKind::kNumber, 1, 1}}, "more events"},
        {"1", {{TokenKind::kNumber, 0, 1}, {TokenKind::kNumber, 0, 1}}, "no whole row"},
        {"[1", {{TokenKind::kArrayBegin, 0, 1}, {TokenKind::kNumber, 1, 1}}, "syntax error"},
        {R"("\ud800")", {{TokenKind::kString, 0, 8}}, "surrogate"},
    };
    for (const Contradiction& contradiction : contradictions) {
        RowTree tree;
        EXPECT_DEATH(tree.build(contradiction.row, contradiction.tokens), contradiction.what)
            << contradiction.row;
    }
}

}  // namespace
}  // namespace rowcast::reference
