#include <string>

#include "pipeline/registry.hpp"
#include "reference/peers.hpp"
#include "tests/reference/peer_test.hpp"

namespace rowcast::reference {
namespace {

class PeerSimdjsonTest : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Kernels, PeerSimdjsonTest,
                         testing::Values(&peer_simdjson(), &peer_simdjson_westmere()),
                         peer_test_name);

TEST_P(PeerSimdjsonTest, TransformsARow) {
    EXPECT_EQ(run(RootOptions{}, {R"( { "user_id" : 1.50 , "__typename" : [2] ,
                  "user_posts" : [ { "post_title_" : "\u00e9" , "author" : null } , [ { } ] ] ,
                  "extra_data" : { "r_k" : { "s_l" : 1 } } , "other_one" : { "b_c" : "" } } )"}),
              R"([{"__typename":"User","userId":1.50,)"
              R"("userPosts":[{"__typename":"Post","postTitle":"\u00e9","author":null},)"
              R"([{"__typename":"Post"}]],)"
              R"("extraData":{"r_k":{"s_l":1}},"otherOne":{"bC":""}}])");
}

TEST_P(PeerSimdjsonTest, WritesEverySortOfKey) {
    EXPECT_EQ(run(RootOptions{}, {R"({"__a__b_1_":1,"_":2,"":3,"a\u005fb\u0001\n":4,"\/_c":5})"}),
              R"([{"__typename":"User","__aB1":1,"_":2,"":3,"aB\u0001\n":4,"/C":5}])");
    const std::string longer = "a_" + std::string(100, 'b') + "_c";
    EXPECT_EQ(run(RootOptions{}, {"{\"" + longer + "\":1}"}),
              "[{\"__typename\":\"User\",\"aB" + std::string(99, 'b') + "C\":1}]");
    RootOptions raw;
    raw.keys = KeyStyle::kRaw;
    EXPECT_EQ(run(raw, {R"({"a_b":1,"a\u005fc":2,"__typename_":3})"}),
              R"([{"__typename":"User","a_b":1,"a_c":2}])");
}

TEST_P(PeerSimdjsonTest, TakesRowsThatAreNoObjects) {
    EXPECT_EQ(run(RootOptions{}, {" -0.10 ", "\"a\"", "null", "[ 1 , {} ]", "[]"}),
              R"([-0.10,"a",null,[1,{"__typename":"User"}],[]])");
}

TEST_P(PeerSimdjsonTest, SelectsInTheSelectionsOrder) {
    RootOptions select;
    select.select = "{ title: b_b posts: userPosts { x author { id } title } id lost __typename }";
    const std::string row =
        R"({"id":1,"user_posts":[{"title":"t","author":{"id":[1],"no":2},"x":{"a_b":1}},null,7],)"
        R"("bB":"","skipped":{"a":[{}]},"b_b":"last"})";
    const std::string expected = R"({"title":"last","posts":[{"__typename":"Post","x":{"aB":1},)"
                                 R"("author":{"__typename":"User","id":[1]},"title":"t"},null,7],)"
                                 R"("id":1,"lost":null,"__typename":"User"})";
    EXPECT_EQ(run(select, {row, row}), "[" + expected + "," + expected + "]");
    select.omit_missing = true;
    EXPECT_EQ(run(select, {R"({"id":1})", R"([{"b_b":2}])"}),
              R"([{"id":1,"__typename":"User"},[{"title":2,"__typename":"User"}]])");
}

// The n-th key is remembered from row to row: never by its place alone.
TEST_P(PeerSimdjsonTest, SelectsFromRowsOfDifferentShape) {
    RootOptions select;
    select.select = "{ a b }";
    EXPECT_EQ(run(select, {R"({"a":1,"b":2})", R"({"b":3,"a":4})", R"({"c":5,"a":6})", R"({})",
                           R"({"a":7,"c":0,"b":8})"}),
              R"([{"__typename":"User","a":1,"b":2},{"__typename":"User","a":4,"b":3},)"
              R"({"__typename":"User","a":6,"b":null},{"__typename":"User","a":null,"b":null},)"
              R"({"__typename":"User","a":7,"b":8}])");
    std::string many = "{";
    for (int i = 0; i != 200; ++i) {
        many += "\"k" + std::to_string(i) + "\":0,";
    }
    EXPECT_EQ(run(select, {many + R"("b":1})", many + R"("a":2})"}),
              R"([{"__typename":"User","a":null,"b":1},{"__typename":"User","a":2,"b":null}])");
}

TEST_P(PeerSimdjsonTest, SaysWhichPlansItAnswers) {
    const auto answers = [&](std::string_view selection) {
        RootOptions root;
        root.select = selection;
        return GetParam()->answers(*peer_plan(root));
    };
    EXPECT_TRUE(GetParam()->answers(*peer_plan({})));
    EXPECT_TRUE(answers("{ a b: a posts { a } }"));
    EXPECT_FALSE(answers("{ p: posts { a } q: posts { b } }"));
    EXPECT_FALSE(answers("{ x { p: posts { a } q: posts } }"));
    RootOptions deep;
    deep.max_depth = 1025;
    EXPECT_FALSE(GetParam()->answers(*peer_plan(deep)));
}

TEST_P(PeerSimdjsonTest, RefusesWhatItSees) {
    EXPECT_EQ(run(RootOptions{}, {"1", "{\"a\" 1}"}), "row 1: a value expected");
    EXPECT_EQ(run(RootOptions{}, {"\"\xFF\""}), "row 0: a value expected");
    EXPECT_EQ(run(RootOptions{}, {""}), "row 0: a value expected");
    EXPECT_EQ(run(RootOptions{}, {"{} {}"}).substr(0, 7), "row 0: ");
    EXPECT_EQ(run(RootOptions{}, {"1 2"}).substr(0, 7), "row 0: ");
    for (const bool select : {false, true}) {
        RootOptions shallow;
        shallow.max_depth = 3;
        if (select) {
            shallow.select = "{ a { b } }";
        }
        EXPECT_EQ(run(shallow, {R"({"a":[{"b":1}]})"}).front(), '[');
        EXPECT_EQ(run(shallow, {R"({"a":[{"b":[]}]})"}), "row 0: nested too deeply");
    }
}

TEST_P(PeerSimdjsonTest, ReadsNothingBeyondARow) {
    RootOptions select;
    select.select = "{ firstName aB }";
    for (const std::string& row : rows_for_guard_pages()) {
        expect_same_at_guard_pages(*peer_plan({}), row);
        expect_same_at_guard_pages(*peer_plan(select), row);
    }
}

TEST_P(PeerSimdjsonTest, IsNeverChosenByItself) {
    EXPECT_TRUE(is_peer(*GetParam()));
    EXPECT_EQ(find_implementation(GetParam()->name()), GetParam());
    EXPECT_FALSE(GetParam()->required_features().empty());
}

}  // namespace
}  // namespace rowcast::reference
