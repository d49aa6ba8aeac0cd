// Selections that look inside of members.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/kernels/selection_test.hpp"

namespace rowcast::kernels {
namespace {

constexpr std::string_view kSchema = R"({"types":{
    "User":{"fields":{
        "my_posts":{"type_name":"Post","is_nested_object":true,"is_list":true},
        "extra":{"type_name":"JSON","is_nested_object":false}}},
    "Post":{"fields":{}}}})";
constexpr std::string_view kSelect =
    "{ id my_posts { title n: notes { a_b c } kind: __typename } extra { x } last: id }";

class SelectInside : public SelectionTest {
  protected:
    SelectInside() {
        RootOptions root;
        root.type = "User";
        root.select = kSelect;
        use(root, kSchema);
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(SelectInside);

std::string post(const std::string& title, const std::string& notes) {
    return R"({"post_id":1,"title":)" + title + R"(,"tags":[{"title":{}}],"notes":)" + notes + "}";
}
std::string user(const std::string& posts) {
    return R"({"id":7,"unwanted":{"id":[{}]},"my_posts":)" + posts + R"(,"extra":{"x":[1]}})";
}
std::string answered(const std::string& posts) {
    return R"({"__typename":"User","id":7,"myPosts":)" + posts + R"(,"extra":{"x":[1]},"last":7})";
}
std::string answered_post(const std::string& title, const std::string& notes) {
    return R"({"__typename":"Post","title":)" + title + R"(,"n":)" + notes + R"(,"kind":"Post"})";
}

TEST_P(SelectInside, WritesWhatIsSelectedWhereverItStands) {
    const std::vector<std::string> rows = {
        user("[" + post(R"("a")", R"({"a_b":1,"z":0,"c":[]})") + "," + post("2", "null") + "]"),
        user("[]"),
        user("null"),
        user("[" + post(R"({"k_k":1})", "[]") + "]"),
        // Another order, spaces behind ',' and ':', and a key that is named twice.
        R"({"extra": {"x": [1]}, "my_posts": [{"notes": {"c": [], "a_b": 3}, "title": 1}, )"
        R"({"title": 5, "title": 6}], "id": 7})",
    };
    const std::string expected = answered("[" + answered_post(R"("a")", R"({"aB":1,"c":[]})") +
                                          "," + answered_post("2", "null") + "]") +
                                 "," + answered("[]") + "," + answered("null") + "," +
                                 answered("[" + answered_post(R"({"kK":1})", "[]") + "]") + "," +
                                 answered("[" + answered_post("1", R"({"aB":3,"c":[]})") + "," +
                                          answered_post("6", "null") + "]");
    EXPECT_EQ(answer_of(rows), (Answer{expected, rows.size(), ErrorCode::kOk, 0}));
}

TEST_P(SelectInside, LeavesElementsThatAreNoContainersInTheirPlaces) {
    const std::vector<std::string> rows = {
        user("[1," + post("2", "3") + R"(,null,"{"])"),
        user("[[" + post("2", "3") + "],[],[[]],{}]"),
        user("[" + post("2", "3") + ",1, 2]"),
    };
    const std::string expected = answered("[1," + answered_post("2", "3") + R"(,null,"{"])") + "," +
                                 answered("[[" + answered_post("2", "3") + "],[],[[]]," +
                                          answered_post("null", "null") + "]") +
                                 "," + answered("[" + answered_post("2", "3") + ",1,2]");
    EXPECT_EQ(answer_of(rows), (Answer{expected, rows.size(), ErrorCode::kOk, 0}));
}

TEST_P(SelectInside, ReportsMemoryThatRunsOutWhereverItDoes) {
    const std::string notes = R"({"a_b":{"k_k":")" + std::string(300, 'x') + R"("},"c":[{},{}]})";
    const std::string good = user("[" + post("1", notes) + "," + post(notes, "[[[[[{}]]]]]") + "]");
    expect_memory_to_run_out({good, good, good});
}

TEST_P(SelectInside, FindsMembersOfARowLongerThanWhatIsJudgedAtOnce) {
    std::string posts;
    std::string answers;
    for (int i = 0; i != 400; ++i) {
        const std::string title = '"' + std::string(static_cast<std::size_t>(i % 90), 'x') + '"';
        posts += (i == 0 ? "" : ",") + post(title, R"({"c":)" + std::to_string(i) + "}");
        answers += (i == 0 ? "" : ",") +
                   answered_post(title, R"({"aB":null,"c":)" + std::to_string(i) + "}");
    }
    const std::vector<std::string> row = {user("[" + posts + "]")};
    EXPECT_EQ(answer_of(row),
              (Answer{answered("[" + answers + "]"), row.size(), ErrorCode::kOk, 0}));
}

TEST_P(SelectInside, KnowsMoreKeysThanItRemembers) {
    std::string others;
    for (int i = 0; i != 200; ++i) {
        others += R"("other_)" + std::to_string(i) + R"(":[{}],)";
    }
    const std::string long_key(100, 'k');
    const std::string row =
        "{" + others + R"(")" + long_key + R"(":1,"extra":{"x":2},)" + others + R"("id":3})";
    const std::string expected =
        R"({"__typename":"User","id":3,"myPosts":null,"extra":{"x":2},"last":3})";
    EXPECT_EQ(answer_of({row, row, user("null")}),
              (Answer{expected + "," + expected + "," + answered("null"), 3, ErrorCode::kOk, 0}));
}

// A node's objects may have two types, by two keys that mean one field.
TEST_P(SelectInside, RemembersKeysByTheTypeTheyStoodUnder) {
    RootOptions root;
    root.type = "User";
    root.select = "{ userPosts { x { k_k } } }";
    use(root, R"({"types":{
        "User":{"fields":{"user_posts":{"type_name":"Post","is_nested_object":true},
                          "userPosts":{"type_name":"Admin","is_nested_object":true}}},
        "Post":{"fields":{"x":{"type_name":"JSON","is_nested_object":false}}},
        "Admin":{"fields":{"x":{"type_name":"Post","is_nested_object":true}}}}})");
    const std::string as_post = R"({"user_posts":{"x":{"k_k":1}}})";
    const std::string as_admin = R"({"userPosts":{"x":{"k_k":1}}})";
    const std::string post_answer =
        R"({"__typename":"User","userPosts":{"__typename":"Post","x":{"k_k":1}}})";
    const std::string admin_answer = R"({"__typename":"User","userPosts":{"__typename":"Admin",)"
                                     R"("x":{"__typename":"Post","kK":1}}})";
    EXPECT_EQ(answer_of({as_post, as_admin, as_post, as_admin, as_admin}),
              (Answer{post_answer + "," + admin_answer + "," + post_answer + "," + admin_answer +
                          "," + admin_answer,
                      5, ErrorCode::kOk, 0}));
}

TEST_P(SelectInside, ObeysTheOptionsOfAPlan) {
    const std::vector<std::string> rows = {R"({"a_b":{"c_d":[1,{"e_f":{"_g":2}}],"h":null},"i":3})",
                                           R"({"a_b":{"h":4}})", "{}",
                                           R"({"a_b":[{"h":{"__typename":"no"}},{}],"i":{}})"};
    for (const bool is_typed : {false, true}) {
        for (const bool omits : {false, true}) {
            for (const TypenameMode mode : {TypenameMode::kAlways, TypenameMode::kSelected}) {
                RootOptions root;
                if (is_typed) {
                    root.type = "T";
                }
                root.select = "{ i x: aB { h cD } aB { __typename h k { l { m { n { o } } } } } }";
                root.omit_missing = omits;
                root.typename_mode = mode;
                use(root, R"({"types":{"T":{"fields":{
                    "a_b":{"type_name":"U","is_nested_object":true}}}}})");
                EXPECT_EQ(answer_of(rows), walks_answer(rows));
                EXPECT_EQ(answer_of(rows).code, ErrorCode::kOk);
            }
        }
    }
}

TEST_P(SelectInside, SaysWhatTheWalkSaysWhicheverByteIsChanged) {
    expect_the_walks_answer_whichever_byte_is_changed(
        user("[" + post("1", R"({"a_b":{},"c":"d"})") + "," + post("2", "[]") + "]"));
}

TEST_P(SelectInside, SaysWhatTheWalkSaysWhereverARowIsCutOrDoubled) {
    expect_the_walks_answer_wherever_it_is_cut_or_doubled(
        user("[" + post("1", R"({"a_b":{},"c":"d"})") + "," + post("2", "[]") + "]"));
}

}  // namespace
}  // namespace rowcast::kernels
