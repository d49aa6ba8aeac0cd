#include "workloads/document.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::workloads {
namespace {

using Rows = std::vector<std::string_view>;

TEST(SplitRows, FollowsTheRulesOfNdjson) {
    EXPECT_EQ(split_rows("").rows, Rows{});
    EXPECT_EQ(split_rows("\n\n").rows, Rows{});
    EXPECT_EQ(split_rows("1\n2").rows, (Rows{"1", "2"}));
    EXPECT_EQ(split_rows("1\n2\n").rows, (Rows{"1", "2"}));
    EXPECT_EQ(split_rows("\n1\n\n2\n").rows, (Rows{"1", "2"}));
    EXPECT_EQ(split_rows("1\r\n \n").rows, (Rows{"1\r", " "}));
    EXPECT_EQ(split_rows("\r\n").rows, Rows{"\r"});
    EXPECT_EQ(split_rows("1\n22\n").row_bytes(), 3U);
}

void expect_views_into_text(const Document& document) {
    const char* const begin = document.text.data();
    const char* const end = begin + document.text.size();
    for (const std::string_view row : document.rows) {
        EXPECT_TRUE(begin <= row.data() && row.data() + row.size() <= end);
    }
}

// A short text lies inside the string object, a long one on the heap.
class MovedDocument : public testing::TestWithParam<std::size_t> {
  protected:
    std::string first = std::string(GetParam(), '1');
    std::string second = std::string(GetParam(), '2');
    Document original = split_rows(first + "\n" + second + "\n");

    void expect_intact(const Document& document) {
        expect_views_into_text(document);
        EXPECT_EQ(document.rows, (Rows{first, second}));
    }
};

INSTANTIATE_TEST_SUITE_P(ShortAndLong, MovedDocument, testing::Values(1, 3, 7, 8, 100));

TEST_P(MovedDocument, KeepsItsViewsWhenMoved) {
    Document constructed(std::move(original));
    expect_intact(constructed);
    Document assigned = split_rows("something else, and long enough to be on the heap\n");
    assigned = std::move(constructed);
    expect_intact(assigned);
}

TEST_P(MovedDocument, KeepsItsViewsWhenAVectorGrows) {
    std::vector<Document> documents;
    for (int copy = 0; copy < 9; ++copy) {
        documents.push_back(split_rows(first + "\n" + second + "\n"));
    }
    for (const Document& document : documents) {
        expect_intact(document);
    }
}

TEST_P(MovedDocument, CopiesStandAlone) {
    Document copy(original);
    Document assigned;
    assigned = original;
    original = Document();
    expect_intact(copy);
    expect_intact(assigned);
    const Document& self = assigned;
    assigned = self;
    expect_intact(assigned);
}

TEST(Layouts, AreReadAsTheyAreNamed) {
    for (const Layout layout : kLayouts) {
        EXPECT_EQ(parse_layout(layout_name(layout)), layout);
    }
    EXPECT_EQ(layout_name(Layout::kCompact), "compact");
    EXPECT_EQ(layout_name(Layout::kJsonb), "jsonb");
    EXPECT_EQ(parse_layout("json"), std::nullopt);
}

}  // namespace
}  // namespace rowcast::workloads
