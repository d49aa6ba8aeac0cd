// The reference as a whole. Expected bytes are written from the contract, never from another
// implementation.

#include "reference/nlohmann.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "reference/peers.hpp"
#include "reference/register.hpp"

namespace rowcast::reference {
namespace {

constexpr std::string_view kSchema = R"({"version":"1.0","features":[],"types":{
    "User":{"fields":{
        "id":{"type_name":"ID","is_nested_object":false},
        "user_posts":{"type_name":"Post","is_nested_object":true,"is_list":true},
        "posts":{"type_name":"Article","is_nested_object":true},
        "bestFriend":{"type_name":"User","is_nested_object":true},
        "extra_data":{"type_name":"JSON","is_nested_object":false},
        "extraData2":{"type_name":"JSON","is_nested_object":false},
        "a_b":{"type_name":"Post","is_nested_object":true},
        "aB":{"type_name":"JSON","is_nested_object":false},
        "q\"x":{"type_name":"Post","is_nested_object":true}}},
    "Post":{"fields":{}}}})";

kernels::Row as_row(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// RootOptions with an initial value for each member, so that a test names only what it is about.
struct Options {
    std::optional<std::string_view> type = std::nullopt;
    std::optional<std::string_view> select = std::nullopt;
    std::optional<std::string_view> field_selections = std::nullopt;
    TypenameMode typename_mode = TypenameMode::kAlways;
    KeyStyle keys = KeyStyle::kCamel;
    bool single = false;
    bool omit_missing = false;
    std::uint32_t max_depth = kDefaultMaxDepth;
};

struct Outcome {
    std::string response;
    Error error;
};

Outcome run(const Options& asked, const std::vector<std::string_view>& texts,
            std::optional<std::string_view> schema_text = std::nullopt) {
    std::shared_ptr<const Schema> schema;
    if (schema_text) {
        auto parsed = Schema::parse(*schema_text);
        EXPECT_TRUE(parsed) << parsed.error().message;
        schema = *parsed;
    }
    RootOptions options;
    options.type = asked.type;
    options.select = asked.select;
    options.field_selections = asked.field_selections;
    options.typename_mode = asked.typename_mode;
    options.keys = asked.keys;
    options.single = asked.single;
    options.omit_missing = asked.omit_missing;
    options.max_depth = asked.max_depth;
    const auto plan = Plan::compile({&options, 1}, schema, false);
    EXPECT_TRUE(plan) << plan.error().message;
    std::vector<kernels::Row> rows;
    for (const std::string_view text : texts) {
        rows.push_back(as_row(text));
    }
    Request request(nlohmann());
    request.run(**plan, rows);
    return {std::string(request.response()), request.error()};
}

// The response to one row, of a `single` root without a wrapper.
std::string one(std::string_view row, Options options,
                std::optional<std::string_view> schema = std::nullopt) {
    options.single = true;
    const Outcome outcome = run(options, {row}, schema);
    EXPECT_EQ(outcome.error.code, ErrorCode::kOk) << row << ", byte " << outcome.error.byte;
    return outcome.response;
}

std::string typed(std::string_view row) { return one(row, {.type = "User"}, kSchema); }

std::string selected(std::string_view row, std::string_view selection) {
    return one(row, {.type = "User", .select = selection}, kSchema);
}

TEST(Nlohmann, CopiesValuesByteForByte) {
    EXPECT_EQ(one(R"( { "a_b" : [ -0 , 1.50 , 1E400 , "\u00e9\/" , { } ] } )", {}),
              R"({"aB":[-0,1.50,1E400,"\u00e9\/",{}]})");
}

TEST(Nlohmann, DecodesKeysAndEscapesTheLeast) {
    EXPECT_EQ(one(R"({"a\u005fb\/\u0001\n":1,"\ud83d\ude00_c":2})", {}),
              "{\"aB/\\u0001\\n\":1,\"\xF0\x9F\x98\x80"
              "C\":2}");
    EXPECT_EQ(one(R"({"a\u005fb\/":{"c_d":1}})", {.keys = KeyStyle::kRaw}),
              R"({"a_b/":{"c_d":1}})");
}

TEST(Nlohmann, TypesFieldsByTheRowsKeyThenByItsCamelCase) {
    EXPECT_EQ(typed(R"({"user_posts":{"x":1}})"),
              R"({"__typename":"User","userPosts":{"__typename":"Post","x":1}})");
    // The row's spelling is not that of the schema: not declared.
    EXPECT_EQ(typed(R"({"userPosts":{"x":1}})"), R"({"__typename":"User","userPosts":{"x":1}})");
    // Only its camelCase form is declared.
    EXPECT_EQ(typed(R"({"best_friend":{"x":1}})"),
              R"({"__typename":"User","bestFriend":{"__typename":"User","x":1}})");
    // Both forms are declared: the literal one counts.
    EXPECT_EQ(typed(R"({"a_b":{"c_d":1},"aB":{"c_d":1}})"),
              R"({"__typename":"User","aB":{"__typename":"Post","cD":1},"aB":{"c_d":1}})");
    // Decoded, then compared.
    EXPECT_EQ(typed(R"({"q\"x":{},"user\u005fposts":[{}]})"),
              R"({"__typename":"User","q\"x":{"__typename":"Post"},)"
              R"("userPosts":[{"__typename":"Post"}]})");
    // A type that the schema lacks has no declared fields.
    EXPECT_EQ(typed(R"({"posts":{"extra_data":{"a_b":1}}})"),
              R"({"__typename":"User","posts":{"__typename":"Article","extraData":{"aB":1}}})");
    EXPECT_EQ(one(R"({"extra_data":{"a_b":1}})", {.type = "Other"}, kSchema),
              R"({"__typename":"Other","extraData":{"aB":1}})");
}

TEST(Nlohmann, CopiesDeclaredScalars) {
    EXPECT_EQ(typed(R"({"extra_data" : { "a_b" : [ { "\u0041_c" : 1 , "__typename" : 2 } ] } })"),
              R"({"__typename":"User","extraData":{"a_b":[{"\u0041_c":1,"__typename":2}]}})");
    EXPECT_EQ(selected(R"({"extra_data":{"a_b":{"c_d":1}},"id":{"c_d":1}})",
                       "{ extraData { aB } id { x } extra_data2 { y } }"),
              R"({"__typename":"User","extraData":{"a_b":{"c_d":1}},"id":{"c_d":1},)"
              R"("extraData2":null})");
}

TEST(Nlohmann, DropsTypenameKeysOfTypedObjects) {
    EXPECT_EQ(typed(R"({"__typename":1,"id":2,"__typename_":3,"__type\u006eame__":4})"),
              R"({"__typename":"User","id":2})");
    EXPECT_EQ(
        one(R"({"__typename":1,"id":2,"__typename_":3})", {.type = "User", .keys = KeyStyle::kRaw}),
        R"({"__typename":"User","id":2})");
    EXPECT_EQ(one(R"({"__typename":1,"id":{"__typename_":3}})",
                  {.type = "User", .typename_mode = TypenameMode::kSelected}),
              R"({"id":{"__typename":3}})");
    EXPECT_EQ(one(R"({"__typename_":1})", {.keys = KeyStyle::kRaw}), R"({"__typename_":1})");
}

TEST(Nlohmann, WritesInSelectionOrder) {
    EXPECT_EQ(selected(R"({"a":1,"b_c":2,"d":3})", "{ d x: bC b_c a missing }"),
              R"({"__typename":"User","d":3,"x":2,"bC":2,"a":1,"missing":null})");
    EXPECT_EQ(one(R"({"a":1})", {.select = "{ b a }", .omit_missing = true}), R"({"a":1})");
    EXPECT_EQ(one(R"({"a":1})", {.select = "{ b }", .omit_missing = true}), R"({})");
    EXPECT_EQ(one(R"({"a_b":1})", {.select = "{ a_b x: aB }", .keys = KeyStyle::kRaw}),
              R"({"a_b":1,"x":1})");
    EXPECT_EQ(one(R"({"a":1})", {.type = "User", .field_selections = "[]"}),
              R"({"__typename":"User"})");
}

TEST(Nlohmann, TakesTheLastMatchAndItsType) {
    EXPECT_EQ(selected(R"({"user_posts":{"x_y":1},"userPosts":{"x_y":2}})", "{ user_posts }"),
              R"({"__typename":"User","userPosts":{"xY":2}})");
    EXPECT_EQ(selected(R"({"userPosts":{"x_y":2},"user_posts":{"x_y":1}})", "{ userPosts }"),
              R"({"__typename":"User","userPosts":{"__typename":"Post","xY":1}})");
    EXPECT_EQ(selected(R"({"a_b":{"c_d":1},"aB":{"c_d":2}})", "{ x: a_b { c_d } }"),
              R"({"__typename":"User","x":{"c_d":2}})");
}

TEST(Nlohmann, SelectsInsideArraysObjectsAndNothingElse) {
    EXPECT_EQ(selected(R"({"user_posts":[[{"a":1,"b":2}],null,3,"s",[]],"o":{"p":{"q":1,"r":2}}})",
                       "{ userPosts { b } o { p { r } } }"),
              R"({"__typename":"User","userPosts":[[{"__typename":"Post","b":2}],null,3,"s",[]],)"
              R"("o":{"p":{"r":2}}})");
    EXPECT_EQ(one(R"([{"a":1},[{"b":2}],3])", {.type = "User", .select = "{ a }"}),
              R"([{"__typename":"User","a":1},[{"__typename":"User","a":null}],3])");
}

TEST(Nlohmann, SelectsOneFieldInSeveralWays) {
    EXPECT_EQ(selected(R"({"o":{"p_q":1,"r":{"s_t":2}}})", "{ x: o { pQ } y: o { r } z: o }"),
              R"({"__typename":"User","x":{"pQ":1},"y":{"r":{"sT":2}},)"
              R"("z":{"pQ":1,"r":{"sT":2}}})");
}

TEST(Nlohmann, WritesTypenamesWhereSelected) {
    EXPECT_EQ(selected(R"({"id":1,"__typename":"Other"})", "{ id __typename }"),
              R"({"id":1,"__typename":"User"})");
    EXPECT_EQ(selected(R"({"id":1})", "{ kind: __typename id }"),
              R"({"__typename":"User","kind":"User","id":1})");
    // Untyped: a key like any other.
    EXPECT_EQ(
        one(R"({"__typename_":"Other","o":{}})", {.select = "{ o { __typename } __typename }"}),
        R"({"o":{"__typename":null},"__typename":"Other"})");
    EXPECT_EQ(
        one(R"({"o":{}})",
            {.type = "User", .select = "{ __typename o { k: __typename } }", .omit_missing = true}),
        R"({"__typename":"User","o":{}})");
    EXPECT_EQ(one("{}", {.type = "a\"\n\xC3\xA9"}), "{\"__typename\":\"a\\\"\\n\xC3\xA9\"}");
    // `keys: raw`: the response name is not `__typename`, so `always` adds that one.
    EXPECT_EQ(one("{}", {.type = "User", .select = "{ __typename_ }", .keys = KeyStyle::kRaw}),
              R"({"__typename":"User","__typename_":"User"})");
}

TEST(Nlohmann, SeparatesRowsAndReportsTheFirstBadOne) {
    EXPECT_EQ(run({}, {"1", " [ ] ", R"({"a_b":"x"})"}).response, R"([1,[],{"aB":"x"}])");
    EXPECT_EQ(run({}, {}).response, "[]");
    const Outcome outcome = run({}, {"1", "{}", "[1,]", "{"});
    EXPECT_EQ(outcome.response, "");
    EXPECT_EQ(outcome.error.code, ErrorCode::kExpectedValue);
    EXPECT_EQ(outcome.error.row, 2U);
    EXPECT_EQ(outcome.error.byte, 3U);
}

TEST(Nlohmann, ReadsNothingBeyondTheRow) {
    const std::string_view text = R"({"a":12345})";
    EXPECT_EQ(run({}, {text.substr(1, 3), text.substr(5, 2)}).response, R"(["a",12])");
}

TEST(Nlohmann, NeedsNoStackForDepth) {
    constexpr std::uint32_t kDepth = 1'000'000;
    std::string row;
    std::string expected;
    for (std::uint32_t i = 0; i < kDepth / 2; ++i) {
        row += R"([{"a_b": )";
        expected += R"([{"aB":)";
    }
    row += "0";
    expected += "0";
    for (std::uint32_t i = 0; i < kDepth / 2; ++i) {
        row += "}]";
        expected += "}]";
    }
    EXPECT_TRUE(one(row, {.max_depth = kDepth}) == expected);
    EXPECT_EQ(run({.max_depth = kDepth - 1}, {row}).error.code, ErrorCode::kTooDeep);
    row[row.size() / 2] = '\0';
    EXPECT_NE(run({.max_depth = kDepth}, {row}).error.code, ErrorCode::kOk);
}

TEST(Nlohmann, AnswersManyKeysOfALargeSelection) {
    constexpr int kFields = 5'000;
    std::string row = "{";
    std::string selection = "{";
    std::string expected = "{";
    for (int i = 0; i < kFields; ++i) {
        const std::string number = std::to_string(i);
        row += (i == 0 ? "\"other\":0,\"key_" : ",\"key_") + number + "\":" + number;
        selection += " key" + std::to_string(kFields - 1 - i);
        expected += (i == 0 ? "\"key" : ",\"key") + std::to_string(kFields - 1 - i) +
                    "\":" + std::to_string(kFields - 1 - i);
    }
    EXPECT_TRUE(one(row + "}", {.select = selection + " }"}) == expected + "}");
}

TEST(Nlohmann, ObeysTheRequestsLimit) {
    const std::string row = "\"" + std::string(100'000, 'x') + "\"";
    const RootOptions options;
    const auto plan = Plan::compile({&options, 1}, nullptr);
    ASSERT_TRUE(plan) << plan.error().message;
    Request request(nlohmann(), {.max_bytes = 50'000});
    const kernels::Row rows[] = {as_row(row)};
    EXPECT_FALSE(request.run(**plan, rows));
    EXPECT_EQ(request.error().code, ErrorCode::kRequestTooLarge);
    const kernels::Row small[] = {as_row("1")};
    EXPECT_TRUE(request.run(**plan, small));
    EXPECT_EQ(request.response(), R"({"data":{"data":[1]}})");
}

TEST(Register, AddsTheReferenceAndThePeers) {
    register_implementations();
    register_implementations();  // twice changes nothing
    EXPECT_EQ(find_implementation("nlohmann"), &nlohmann());
    EXPECT_EQ(find_implementation("peer-nlohmann-roundtrip"), &peer_nlohmann_roundtrip());
    EXPECT_FALSE(is_peer(nlohmann()));
    EXPECT_TRUE(is_peer(peer_nlohmann_roundtrip()));
    std::size_t count = 0;
    for (const Implementation* implementation : implementations()) {
        count += implementation == &nlohmann() ? 1 : 0;
    }
    EXPECT_EQ(count, 1U);
}

}  // namespace
}  // namespace rowcast::reference
