// Selections that do not look inside of members.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/kernels/selection_test.hpp"
#include "tests/support/guarded_memory.hpp"

namespace rowcast::kernels {
namespace {

constexpr std::string_view kSchema = R"({"types":{
    "User":{"fields":{
        "my_post":{"type_name":"Post","is_nested_object":true},
        "extra":{"type_name":"JSON","is_nested_object":false}}},
    "Post":{"fields":{}}}})";
constexpr std::string_view kSelect = "{ name: full_name id extra kind: __typename again: id gone }";

class SelectRoot : public SelectionTest {
  protected:
    SelectRoot() { select(kSelect); }

    void select(std::string_view selection, bool omits = false) {
        RootOptions root;
        root.type = "User";
        root.select = selection;
        root.omit_missing = omits;
        use(root, kSchema);
    }

    // The answer is the walk's, whichever batch the rows come in.
    void expect_the_walks_answer(const std::vector<std::string>& rows) {
        const Answer expected = walks_answer(rows);
        ASSERT_EQ(answer_of(rows), expected);
        ASSERT_EQ(answer_of(rows), expected) << "the second time";
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(SelectRoot);

std::string user(const std::string& id, const std::string& name, const std::string& extra) {
    return R"({"id":)" + id + R"(,"full_name":)" + name + R"(,"is_ok":true,"extra":)" + extra + "}";
}
std::string answered(const std::string& id, const std::string& name, const std::string& extra) {
    return R"({"__typename":"User","name":)" + name + R"(,"id":)" + id + R"(,"extra":)" + extra +
           R"(,"kind":"User","again":)" + id + R"(,"gone":null})";
}

TEST_P(SelectRoot, WritesWhatIsSelectedWhereverItStands) {
    const std::string long_name = '"' + std::string(200, 'n') + '"';
    const std::vector<std::string> rows = {
        user("1", R"("Ann")", "null"),
        user("2", long_name, R"({"k_k":[1]})"),
        user("-3.5", R"("é\"}")", R"({"k_k":"a b"})"),
        // Another order, spaces, a key that is named twice, a key less, and one more.
        R"({"extra": {"k_k": [1, 2]}, "full_name": "x", "id": 1, "id": 4})",
        R"({"extra": {"k_k": [1, 2]}, "full_name": "x", "id": 1, "id": 4})",
        R"({"extra":0,"full_name":"x","id":1,"id":4})",
        R"({"id":5,"full_name":null,"extra":0})",
        R"({"id":6,"full_name":"y","is_ok":{"id":0},"extra":[],"gon":1})",
        user("7", R"("z")", "{}"),
    };
    const std::string expected =
        answered("1", R"("Ann")", "null") + "," + answered("2", long_name, R"({"k_k":[1]})") + "," +
        answered("-3.5", R"("é\"}")", R"({"k_k":"a b"})") + "," +
        answered("4", R"("x")", R"({"k_k":[1,2]})") + "," +
        answered("4", R"("x")", R"({"k_k":[1,2]})") + "," + answered("4", R"("x")", "0") + "," +
        answered("5", "null", "0") + "," + answered("6", R"("y")", "[]") + "," +
        answered("7", R"("z")", "{}");
    for (int time = 0; time != 3; ++time) {
        EXPECT_EQ(answer_of(rows), (Answer{expected, rows.size(), ErrorCode::kOk, 0}));
    }
}

TEST_P(SelectRoot, TakesTheSpacesOfJsonbAway) {
    const std::vector<std::string> rows(
        3, R"({"id": 1, "extra": "a, ", "is_ok": true, "full_name": null})");
    const std::string one = answered("1", "null", R"("a, ")");
    const std::string expected = one + "," + one + "," + one;
    for (int time = 0; time != 2; ++time) {
        EXPECT_EQ(answer_of(rows), (Answer{expected, rows.size(), ErrorCode::kOk, 0}));
    }
}

TEST_P(SelectRoot, ForgetsWhatItLearntOfAnotherPlan) {
    const std::vector<std::string> rows(3, user("1", R"("Ann")", R"({"k_k":1})"));
    for (const std::string_view selection :
         {"{ id }", "{ full_name }", "{ id }", "{ gone }", "{ a: extra b: extra }", "{ isOk }"}) {
        for (const bool omits : {false, true}) {
            select(selection, omits);
            expect_the_walks_answer(rows);
            EXPECT_EQ(answer_of(rows).code, ErrorCode::kOk);
        }
    }
}

TEST_P(SelectRoot, TransformsContainersThatItKeepsWhole) {
    select("{ my_post full_name }");
    const std::string post = R"({"post_id":1,"a_b":{"c_d":")" + std::string(300, 'x') + R"("}})";
    const std::vector<std::string> rows = {
        R"({"my_post":)" + post + R"(,"full_name":{"first_name":[{"a_b":1}]}})",
        R"({"my_post":null,"full_name":"plain"})",
        R"({"my_post":[)" + post + R"(],"full_name":"plain"})",
        R"({"my_post":1,"full_name":"plain"})",
    };
    expect_the_walks_answer(rows);
    EXPECT_EQ(answer_of({rows[1]}).response,
              R"({"__typename":"User","myPost":null,"fullName":"plain"})");
}

// Rows of every size around the 64 bytes of a block, and of more than a group holds.
TEST_P(SelectRoot, FindsMembersInRowsOfEverySize) {
    for (std::size_t size = 0; size != 200; ++size) {
        const std::string text = '"' + std::string(size, 'x') + '"';
        expect_the_walks_answer({user("1", text, "0"), user(text, "2", "3"), user("4", text, "5")});
    }
    for (const std::size_t size : {4000U, 4090U, 4096U, 4200U, 70'000U}) {
        const std::string text = '"' + std::string(size, 'x') + '"';
        expect_the_walks_answer({user("1", "2", "3"), user(text, text, "3"), user("4", "5", "6")});
        EXPECT_EQ(answer_of({user("1", "2", "3"), user(text, "2", "3")}).code, ErrorCode::kOk);
    }
}

// Each key stands once where the row's last bytes are, and each is longer than what is left of it.
TEST_P(SelectRoot, ReadsNothingBehindARowWhoseLastKeyIsShort) {
    select("{ aKeyOfManyLettersThatIsLong b }");
    const std::string as_learnt = R"({"b":1,"a_key_of_many_letters_that_is_long":2})";
    for (const std::string& row :
         {std::string(R"({"b":1,"c":2})"), std::string(R"({"b":1,"a_key_of":2})"),
          std::string(R"({"a":1,"b":2})"), std::string(R"({"b":1,"":2})")}) {
        expect_the_walks_answer({as_learnt, as_learnt, row});
    }
}

// It remembers 128 keys and 64 values.
TEST_P(SelectRoot, KnowsMoreKeysThanItRemembers) {
    std::string members;
    std::string names;
    for (int i = 0; i != 140; ++i) {
        const std::string name = "k_" + std::to_string(i);
        members += (i == 0 ? "" : ",") + ('"' + name) + R"(":)" + std::to_string(i);
        names += " " + name;
        const std::vector<std::string> rows(4, "{" + members + "}");
        for (const std::string& selection : {"{" + names + " }", "{ k_0 k_126 " + name + " }"}) {
            select(selection);
            expect_the_walks_answer(rows);
        }
    }
    EXPECT_EQ(answer_of({"{" + members + "}"}).code, ErrorCode::kOk);
}

// Texts between values are at most 64 bytes.
TEST_P(SelectRoot, WritesAliasesAndNullsOfEveryLength) {
    const std::vector<std::string> rows(4, user("1", R"("Ann")", "null"));
    std::string missing;
    for (std::size_t size = 1; size != 80; ++size) {
        const std::string alias(size, 'a');
        missing += size % 8 == 0 ? " gone" + std::to_string(size) : "";
        for (const std::string& selection :
             {"{ " + alias + ": id full_name }", "{ id " + alias + ": full_name }",
              "{ id " + alias + ": gone }", "{ id " + alias + ": __typename extra }",
              "{ id" + missing + " }", "{" + missing + " gone id }"}) {
            for (const bool omits : {false, true}) {
                select(selection, omits);
                expect_the_walks_answer(rows);
            }
        }
    }
}

// The room that is asked for follows what is written, not the row.
TEST_P(SelectRoot, AsksForNoMoreRoomThanItsValuesTake) {
    select("{ a: id b: id c: id d: id e: id f: id g: id h: id }");
    const std::string row = user("1", "2", '"' + std::string(100'000, 'x') + '"');
    const std::vector<std::string> texts(8, row);
    const std::string once = walks_answer({row}).response;
    const std::vector<Row> rows = rows_of(texts);
    std::vector<std::uint8_t> bytes(rows.size() * once.size() + row.size() + 10'000);
    static int growths;
    growths = 0;
    Output output{bytes.data(), bytes.data(), bytes.data() + bytes.size(),
                  [](Output*, std::size_t) noexcept {
                      ++growths;
                      return ErrorCode::kOutOfMemory;
                  }};
    test::GuardedScratch scratch;
    const BatchStatus status = table().transform_select_camel(
        plan().roots()[0].view, rows.data(), rows.size(), output, scratch.scratch());
    EXPECT_EQ(status.status.code, ErrorCode::kOk);
    EXPECT_EQ(growths, 0);
}

// Memory runs out in the middle of what is learnt, and then there is enough.
TEST_P(SelectRoot, IsRightAfterMemoryRanOut) {
    const std::string good = user("1", '"' + std::string(300, 'x') + '"', R"({"k":1})");
    const std::vector<std::string> texts(6, good);
    const std::vector<Row> rows = rows_of(texts);
    const std::string expected = walks_answer(texts).response;
    test::GuardedScratch scratch;
    for (std::size_t failing = 1; failing != 12; ++failing) {
        for (const std::size_t growth : {failing, std::size_t{0}}) {
            test::GuardedOutput output;
            output.fail_growth(growth);
            const BatchStatus status =
                table().transform_select_camel(plan().roots()[0].view, rows.data(), rows.size(),
                                               output.output(), scratch.scratch());
            if (growth == 0) {
                ASSERT_EQ(status.status.code, ErrorCode::kOk);
            }
            if (status.status.code == ErrorCode::kOk) {
                ASSERT_EQ(output.bytes(), expected);
            }
        }
    }
}

TEST_P(SelectRoot, ReportsMemoryThatRunsOutWhereverItDoes) {
    const std::string good = user("1", '"' + std::string(300, 'x') + '"', R"({"k":1})");
    expect_memory_to_run_out(std::vector<std::string>(40, good));
}

TEST_P(SelectRoot, SaysWhatTheWalkSaysWhicheverByteIsChanged) {
    expect_the_walks_answer_whichever_byte_is_changed(user("1", R"("Ann")", R"({"k_k":"b"})"));
}

TEST_P(SelectRoot, SaysWhatTheWalkSaysWhereverARowIsCutOrDoubled) {
    expect_the_walks_answer_wherever_it_is_cut_or_doubled(user("1", R"("Ann")", R"({"k_k":"b"})"));
}

}  // namespace
}  // namespace rowcast::kernels
