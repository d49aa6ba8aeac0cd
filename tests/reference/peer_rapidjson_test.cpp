#include <string>

#include "reference/peers.hpp"
#include "tests/reference/peer_test.hpp"

namespace rowcast::reference {
namespace {

class PeerRapidjsonTest : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(, PeerRapidjsonTest, testing::Values(&peer_rapidjson()), peer_test_name);

TEST_P(PeerRapidjsonTest, TransformsARow) {
    EXPECT_EQ(run(RootOptions{}, {R"( { "user_id" : 1.50 , "__typename" : [2] ,
                  "user_posts" : [ { "post_title_" : "\n\"é" , "author" : null } , [ { } ] ] ,
                  "extra_data" : { "r_k" : { "s_l" : -0 } } , "other_one" : { "b_c" : "" } } )"}),
              R"([{"__typename":"User","userId":1.50,)"
              R"("userPosts":[{"__typename":"Post","postTitle":"\n\"é","author":null},)"
              R"([{"__typename":"Post"}]],)"
              R"("extraData":{"r_k":{"s_l":-0}},"otherOne":{"bC":""}}])");
}

TEST_P(PeerRapidjsonTest, WritesEverySortOfKey) {
    EXPECT_EQ(run(RootOptions{}, {R"({"__a__b_1_":1,"_":2,"":3,"a\u005fb\u0001\n":4,"\/_c":5})"}),
              R"([{"__typename":"User","__aB1":1,"_":2,"":3,"aB\u0001\n":4,"/C":5}])");
    RootOptions raw;
    raw.keys = KeyStyle::kRaw;
    EXPECT_EQ(run(raw, {R"({"a_b":1,"a\u005fc":2,"__typename_":3})"}),
              R"([{"__typename":"User","a_b":1,"a_c":2}])");
}

// The one thing in which it may differ from the contract.
TEST_P(PeerRapidjsonTest, SpellsEscapesTheShortestWay) {
    EXPECT_EQ(run(RootOptions{}, {R"("\/\u00E9\u000a\u001F\b\t\\")"}),
              "[\"/é\\n\\u001f\\b\\t\\\\\"]");
}

TEST_P(PeerRapidjsonTest, KeepsLongNumbersAndLiterals) {
    EXPECT_EQ(run(RootOptions{}, {" -0.10 ", "123456789012345678901234567890", "1E+5", "null",
                                  "[ true , false ]"}),
              "[-0.10,123456789012345678901234567890,1E+5,null,[true,false]]");
}

TEST_P(PeerRapidjsonTest, SaysWhichPlansItAnswers) {
    EXPECT_TRUE(GetParam()->answers(*peer_plan({})));
    RootOptions select;
    select.select = "{ a }";
    EXPECT_FALSE(GetParam()->answers(*peer_plan(select)));
    RootOptions deep;
    deep.max_depth = 1025;
    EXPECT_FALSE(GetParam()->answers(*peer_plan(deep)));
}

TEST_P(PeerRapidjsonTest, RefusesBadRows) {
    using namespace std::string_view_literals;
    for (const std::string_view bad :
         {""sv, "{\"a\" 1}"sv, "\"\xFF\""sv, "\"\xED\xA0\x80\""sv, "tru"sv, "01"sv, "1 2"sv,
          "1\0"sv, "[1,]"sv, R"("\ud800")"sv}) {
        EXPECT_EQ(run(RootOptions{}, {"1", bad}).substr(0, 7), "row 1: ") << bad;
    }
    RootOptions shallow;
    shallow.max_depth = 3;
    EXPECT_EQ(run(shallow, {R"({"a":[{"b":1}]})"}).front(), '[');
    EXPECT_EQ(run(shallow, {R"({"a":[{"b":[]}]})"}), "row 0: nested too deeply");
}

TEST_P(PeerRapidjsonTest, ReadsNothingBeyondARow) {
    for (const std::string& row : rows_for_guard_pages()) {
        expect_same_at_guard_pages(*peer_plan({}), row);
    }
}

}  // namespace
}  // namespace rowcast::reference
