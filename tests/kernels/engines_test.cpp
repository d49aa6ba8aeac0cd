// The whole-row engines, with memory as unfriendly as their contract allows: output and scratch end
// at guard pages, give exactly what was asked for, and move at every growth.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/plan.hpp"
#include "tests/kernels/kernel_test.hpp"
#include "tests/support/guarded_memory.hpp"

namespace rowcast::kernels {
namespace {

constexpr std::string_view kSchema = R"({"types":{
    "User":{"fields":{
        "user_posts":{"type_name":"Post","is_nested_object":true,"is_list":true},
        "extra_data":{"type_name":"JSON","is_nested_object":false}}},
    "Post":{"fields":{"post_comments":{"type_name":"Comment","is_nested_object":true}}}}})";

// One request that every part of an engine has something to do for, and its answers.
constexpr std::string_view kRow =
    R"({"id": 1, "user_name": "a\"d\u00e9 é", "t\u0061g_list": [true, null, -1.5e3, []],)"
    R"( "user_posts": [{"id": 2, "post_title": "x", "post_comments": [{"a_b": {}}]}, null],)"
    R"( "extra_data": {"raw_key": [ 1 ]}, "other_thing": {"in_ner": "v"}, "__typename": [0]})";
constexpr std::string_view kSelect =
    "{ other_thing { inNer nothing } posts: userPosts { postComments { aB } id } user_name id "
    "extraData kind: __typename tagList missing }";

struct Engine {
    const char* name;
    TransformRows KernelTable::*entry;
    bool selects;
    bool raw;
    std::string_view answer;
};

constexpr Engine kEngines[] = {
    {"all, camel", &KernelTable::transform_all_camel, false, false,
     R"({"__typename":"User","id":1,"userName":"a\"d\u00e9 é","tagList":[true,null,-1.5e3,[]],)"
     R"("userPosts":[{"__typename":"Post","id":2,"postTitle":"x",)"
     R"("postComments":[{"__typename":"Comment","aB":{}}]},null],)"
     R"("extraData":{"raw_key":[1]},"otherThing":{"inNer":"v"}})"},
    {"all, raw", &KernelTable::transform_all_raw, false, true,
     R"({"__typename":"User","id":1,"user_name":"a\"d\u00e9 é","tag_list":[true,null,-1.5e3,[]],)"
     R"("user_posts":[{"__typename":"Post","id":2,"post_title":"x",)"
     R"("post_comments":[{"__typename":"Comment","a_b":{}}]},null],)"
     R"("extra_data":{"raw_key":[1]},"other_thing":{"in_ner":"v"}})"},
    {"select, camel", &KernelTable::transform_select_camel, true, false,
     R"({"__typename":"User","otherThing":{"inNer":"v","nothing":null},)"
     R"("posts":[{"__typename":"Post","postComments":[{"__typename":"Comment","aB":{}}],"id":2},null],)"
     R"("userName":"a\"d\u00e9 é","id":1,"extraData":{"raw_key":[1]},"kind":"User",)"
     R"("tagList":[true,null,-1.5e3,[]],"missing":null})"},
    {"select, raw", &KernelTable::transform_select_raw, true, true,
     R"({"__typename":"User","other_thing":{"inNer":"v","nothing":null},)"
     R"("posts":[{"__typename":"Post","postComments":[{"__typename":"Comment","aB":{}}],"id":2},null],)"
     R"("user_name":"a\"d\u00e9 é","id":1,"extraData":{"raw_key":[1]},"kind":"User",)"
     R"("tagList":[true,null,-1.5e3,[]],"missing":null})"},
};

class Engines : public KernelTest {
  protected:
    static std::shared_ptr<const Plan> plan_for(const Engine& engine) {
        RootOptions root;
        root.type = "User";
        root.keys = engine.raw ? KeyStyle::kRaw : KeyStyle::kCamel;
        if (engine.selects) {
            root.select = kSelect;
        }
        return *Plan::compile({&root, 1}, *Schema::parse(kSchema));
    }

    static Row row_of(std::span<const std::uint8_t> place) { return {place.data(), place.size()}; }

    BatchStatus run(const Engine& engine, const Plan& plan, std::span<const Row> rows,
                    Output& output, Scratch& scratch) const {
        return (table().*engine.entry)(plan.roots()[0].view, rows.data(), rows.size(), output,
                                       scratch);
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Engines);

TEST_P(Engines, WriteTheAnswerIntoMemoryThatEndsAtAGuardPage) {
    for (const Engine& engine : kEngines) {
        SCOPED_TRACE(engine.name);
        const auto plan = plan_for(engine);
        in_guarded_places(kRow, [&](std::span<const std::uint8_t> place) {
            const Row row = row_of(place);
            test::GuardedOutput output;
            test::GuardedScratch scratch;
            const BatchStatus status =
                run(engine, *plan, {&row, 1}, output.output(), scratch.scratch());
            EXPECT_EQ(status.row, 1U);
            EXPECT_EQ(status.status.code, ErrorCode::kOk);
            EXPECT_EQ(status.status.offset, 0U);
            EXPECT_EQ(output.bytes(), engine.answer);
        });
    }
}

TEST_P(Engines, PutACommaBetweenRowsAndAppendToWhatIsThere) {
    for (const Engine& engine : kEngines) {
        SCOPED_TRACE(engine.name);
        const auto plan = plan_for(engine);
        test::GuardedOutput output;
        test::GuardedScratch scratch;
        const Row row = row_of(buffer_.at_end(kRow));
        const std::vector<Row> rows(3, row);
        for (int batch = 0; batch != 2; ++batch) {
            const BatchStatus status = run(engine, *plan, rows, output.output(), scratch.scratch());
            EXPECT_EQ(status.row, 3U);
        }
        const std::string answer(engine.answer);
        const std::string three = answer + "," + answer + "," + answer;
        EXPECT_EQ(output.bytes(), three + three);
    }
}

TEST_P(Engines, DoNothingForNoRows) {
    for (const Engine& engine : kEngines) {
        const auto plan = plan_for(engine);
        test::GuardedOutput output;
        test::GuardedScratch scratch;
        const BatchStatus status = run(engine, *plan, {}, output.output(), scratch.scratch());
        EXPECT_EQ(status.row, 0U);
        EXPECT_EQ(status.status.code, ErrorCode::kOk);
        EXPECT_EQ(output.bytes(), "");
    }
}

TEST_P(Engines, LeaveScratchMemoryAsTheyFoundIt) {
    for (const Engine& engine : kEngines) {
        SCOPED_TRACE(engine.name);
        const auto plan = plan_for(engine);
        for (const std::string_view text : {kRow, kRow.substr(0, kRow.size() - 1)}) {
            test::GuardedOutput output;
            test::GuardedScratch scratch;
            const ScratchMark before = mark(scratch.scratch());
            const Row row = row_of(buffer_.at_end(text));
            run(engine, *plan, {&row, 1}, output.output(), scratch.scratch());
            const ScratchMark after = mark(scratch.scratch());
            EXPECT_EQ(before.cursor, after.cursor);
            EXPECT_EQ(before.end, after.end);
            EXPECT_EQ(before.chunk, after.chunk);
        }
    }
}

TEST_P(Engines, StopAtTheFirstBadRow) {
    for (const Engine& engine : kEngines) {
        SCOPED_TRACE(engine.name);
        const auto plan = plan_for(engine);
        test::GuardedBuffer good(kRow.size());
        const Row good_row = row_of(good.at_end(kRow));
        for (std::size_t size = 0; size != kRow.size(); ++size) {
            const Row cut = row_of(buffer_.at_end(kRow.substr(0, size)));
            const Row rows[] = {good_row, cut, good_row};
            test::GuardedOutput output;
            test::GuardedScratch scratch;
            const BatchStatus status = run(engine, *plan, rows, output.output(), scratch.scratch());
            ASSERT_EQ(status.row, 1U) << size;
            ASSERT_NE(status.status.code, ErrorCode::kOk) << size;
            // A cut row is at fault at its end, but for the one character of two bytes.
            const bool in_character = size != 0 && kRow[size - 1] == '\xC3';
            ASSERT_EQ(status.status.offset, in_character ? size - 1 : size);
        }
    }
}

TEST_P(Engines, ReportMemoryThatRunsOutWhereverItDoes) {
    for (const Engine& engine : kEngines) {
        SCOPED_TRACE(engine.name);
        const auto plan = plan_for(engine);
        const Row row = row_of(buffer_.at_end(kRow));
        std::size_t failures = 0;
        for (std::size_t failing = 1;; ++failing) {
            test::GuardedOutput output;
            test::GuardedScratch scratch;
            output.fail_growth(failing);
            scratch.fail_allocation(failing);
            const BatchStatus status =
                run(engine, *plan, {&row, 1}, output.output(), scratch.scratch());
            if (status.status.code == ErrorCode::kOk) {
                EXPECT_EQ(output.bytes(), engine.answer);
                break;
            }
            ++failures;
            EXPECT_EQ(status.status.code, ErrorCode::kOutOfMemory);
            EXPECT_EQ(status.row, 0U);
        }
        EXPECT_GE(failures, 1U);
        // Scratch memory alone.
        for (std::size_t failing = 1;; ++failing) {
            test::GuardedOutput output;
            test::GuardedScratch scratch;
            scratch.fail_allocation(failing);
            const BatchStatus status =
                run(engine, *plan, {&row, 1}, output.output(), scratch.scratch());
            if (status.status.code == ErrorCode::kOk) {
                EXPECT_GT(failing, 1U);
                break;
            }
            EXPECT_EQ(status.status.code, ErrorCode::kOutOfMemory);
        }
    }
}

// What rows of a batch are taken together for must not show.
struct Batch {
    std::string type;
    std::string_view select;  // empty: everything is kept
    std::vector<std::string> rows;
};

class Batches : public Engines {
  protected:
    // The response and the status for good rows; each row lies in memory of its own.
    BatchStatus run_batch(const Batch& batch, std::string& response) const {
        RootOptions root;
        root.type = batch.type;
        if (!batch.select.empty()) {
            root.select = batch.select;
        }
        const auto plan = *Plan::compile({&root, 1}, *Schema::parse(R"({"types":{}})"));
        std::vector<Row> rows;
        for (const std::string& row : batch.rows) {
            rows.push_back({reinterpret_cast<const std::uint8_t*>(row.data()), row.size()});
        }
        const Engine& engine = batch.select.empty() ? kEngines[0] : kEngines[2];
        test::GuardedOutput output;
        test::GuardedScratch scratch;
        const BatchStatus status = run(engine, *plan, rows, output.output(), scratch.scratch());
        response = output.bytes();
        return status;
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Batches);

TEST_P(Batches, AreRefusedAtTheRowThatOnlyTheNextOneWouldComplete) {
    const std::vector<std::vector<std::string>> batches = {
        {R"({"a":1})", R"({"a":"b})", R"({c":"d"})"},
        {R"({"a":1})", R"({"a":{"b":1})", R"({"c":2}})"},
        {R"({"a":1})", R"({"a":[{"b":1})", R"({"c":2}]})"},
        {R"({"a":1})", R"({"a":1,})", R"({"b":2})"},
        {R"({"a":1})", "{\"a\":\"\xC3}", "{\xA9\"}"},
        {R"({"a":1})", R"({"a":"\})", R"({"b":2})"},
    };
    for (const auto& rows : batches) {
        SCOPED_TRACE(rows[1]);
        for (const std::string_view select : {"", "{ a }"}) {
            std::string response;
            const BatchStatus status = run_batch({"T", select, rows}, response);
            EXPECT_EQ(status.row, 1U);
            EXPECT_NE(status.status.code, ErrorCode::kOk);
        }
    }
}

// A string is a key or a value, by what stands before it, and only a colon stands behind a key.
TEST_P(Batches, AreRefusedWhereAKeyHasNoColonOrAValueHasOne) {
    const std::vector<std::string> members = {
        R"("a")",      R"("a","b":1)",       R"("a":1,"b")",  R"("a":"b":1)",      R"("a":1:2)",
        R"("a"::1)",   R"("a":["b":1])",     R"(:1)",         R"("a":[1,"b":2])",  R"("a":{"b"})",
        R"("a":{:1})", R"("a":{"b","c":1})", R"("a":,"b":1)", R"("a":["b",{"c"}])"};
    for (const std::string& member : members) {
        // Wherever that is in a block.
        for (std::size_t size = 0; size != 70; ++size) {
            const std::string before = R"({"f":")" + std::string(size, 'x') + R"(",)";
            const Batch batch{"T", "", {R"({"a":1})", before + member + "}", R"({"b":2})"}};
            std::string response;
            const BatchStatus status = run_batch(batch, response);
            EXPECT_EQ(status.row, 1U) << batch.rows[1];
            EXPECT_NE(status.status.code, ErrorCode::kOk) << batch.rows[1];
        }
    }
}

TEST_P(Batches, MixRowsOfAllLengthsUnderTypesOfAllLengths) {
    for (const std::size_t type_size : {1U, 43U, 44U, 45U, 46U, 47U, 48U, 120U, 400U}) {
        const std::string type(type_size, 'T');
        Batch batch{type, "", {}};
        std::string all;
        std::string selected;
        for (const std::size_t size :
             {0U, 33U, 34U, 35U, 36U, 97U, 98U, 99U, 4050U, 4060U, 8170U, 20000U, 5U}) {
            const std::string filler(size, 'x');
            batch.rows.push_back(R"({"my_id":[{"a_b":1}],"is_":")" + filler + R"(","to_p":true})");
            const std::string start =
                (all.empty() ? "" : ",") + std::string(R"({"__typename":")") + type;
            all += start + R"(","myId":[{"aB":1}],"is":")" + filler + R"(","toP":true})";
            selected += start + R"(","toP":true,"is":")" + filler + R"("})";
        }
        std::string response;
        EXPECT_EQ(run_batch(batch, response).row, batch.rows.size());
        EXPECT_EQ(response, all) << type_size;
        batch.select = "{ to_p is_ }";
        EXPECT_EQ(run_batch(batch, response).row, batch.rows.size());
        EXPECT_EQ(response, selected) << type_size;
    }
}

TEST_P(Batches, MixObjectsArraysAndScalars) {
    const Batch batch{
        "T",
        "",
        {R"({"a_b":1})", R"([{"a_b":1},"x_y"])", R"(["a_b",":"])", "7", R"({"a_b":["c_d"]})"}};
    std::string response;
    EXPECT_EQ(run_batch(batch, response).row, 5U);
    EXPECT_EQ(response, R"({"__typename":"T","aB":1},[{"__typename":"T","aB":1},"x_y"],)"
                        R"(["a_b",":"],7,{"__typename":"T","aB":["c_d"]})");
}

}  // namespace
}  // namespace rowcast::kernels
