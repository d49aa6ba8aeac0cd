#include "pipeline/schema.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

std::shared_ptr<const Schema> parsed(std::string_view json) {
    auto schema = Schema::parse(json);
    EXPECT_TRUE(schema) << schema.error().message;
    return schema ? *schema : nullptr;
}

const SchemaField* field_of(const Schema& schema, std::string_view type, std::string_view name) {
    const std::int32_t index = schema.find_type(type);
    if (index < 0) {
        return nullptr;
    }
    for (const SchemaField& field : schema.types()[static_cast<std::size_t>(index)].fields) {
        if (field.name == name) {
            return &field;
        }
    }
    return nullptr;
}

TEST(SchemaTest, KnowsNestedAndScalarFields) {
    const auto schema = parsed(R"({"version":"1.0","features":[],"types":{
        "User":{"fields":{"user_posts":{"type_name":"Post","is_nested_object":true,"is_list":true},
                          "id":{"type_name":"ID","is_nested_object":false}}},
        "Post":{"fields":{}}}})");
    ASSERT_NE(schema, nullptr);
    const SchemaField* const posts = field_of(*schema, "User", "user_posts");
    ASSERT_NE(posts, nullptr);
    EXPECT_EQ(posts->type_name, "Post");
    EXPECT_EQ(posts->type, schema->find_type("Post"));
    ASSERT_NE(field_of(*schema, "User", "id"), nullptr);
    EXPECT_EQ(field_of(*schema, "User", "id")->type, kernels::kVerbatim);
    // Names are literal.
    EXPECT_EQ(field_of(*schema, "User", "userPosts"), nullptr);
    EXPECT_EQ(schema->find_type("user"), -1);
    EXPECT_EQ(schema->types().size(), schema->views().size());
}

TEST(SchemaTest, MakesATypeThatIsOnlyReferredToOneWithoutFields) {
    const auto schema =
        parsed(R"({"types":{"A":{"fields":{"b":{"type_name":"B","is_nested_object":true}}}}})");
    ASSERT_NE(schema, nullptr);
    const std::int32_t index = schema->find_type("B");
    ASSERT_GE(index, 0);
    EXPECT_EQ(field_of(*schema, "A", "b")->type, index);
    EXPECT_TRUE(schema->types()[static_cast<std::size_t>(index)].fields.empty());
}

TEST(SchemaTest, IgnoresUnknownMembers) {
    EXPECT_NE(parsed(R"({"types":{"A":{"description":1,"fields":{"x":{"type_name":"B","y":[1]}}}},
                         "more":{}})"),
              nullptr);
    EXPECT_NE(parsed(R"({"types":{"A":{}}})"), nullptr);
    EXPECT_NE(parsed(R"({"types":{}})"), nullptr);
}

TEST(SchemaTest, TakesAnyStringForAName) {
    const auto schema = parsed(
        R"({"types":{"T\"\\":{"fields":{"":{"type_name":""},"a\u0000\n":{"type_name":"é"}}}}})");
    ASSERT_NE(schema, nullptr);
    EXPECT_NE(field_of(*schema, "T\"\\", ""), nullptr);
    EXPECT_NE(field_of(*schema, "T\"\\", std::string_view("a\0\n", 3)), nullptr);
}

TEST(SchemaTest, TakesTheLastOfTwoEqualNames) {
    const auto schema = parsed(R"({"types":{"A":{"fields":{"x":{"type_name":"B"},
                                   "x":{"type_name":"C","is_nested_object":true}}}}})");
    ASSERT_NE(schema, nullptr);
    EXPECT_EQ(field_of(*schema, "A", "x")->type_name, "C");
}

TEST(SchemaTest, KeepsEqualNamesOnce) {
    const auto schema = parsed(R"({"types":{"A":{"fields":{"same":{"type_name":"B"}}},
                                            "B":{"fields":{"same":{"type_name":"A"}}}}})");
    ASSERT_NE(schema, nullptr);
    EXPECT_EQ(field_of(*schema, "A", "same")->name.data(),
              field_of(*schema, "B", "same")->name.data());
}

TEST(SchemaTest, NamesThePlaceOfEveryError) {
    const auto expect = [](std::string_view json, std::string_view message) {
        const auto schema = Schema::parse(json);
        ASSERT_FALSE(schema) << json;
        EXPECT_EQ(schema.error().message, message);
    };
    expect("", "schema, line 1, column 1: not JSON");
    expect("{\"types\":{}", "schema, line 1, column 12: not JSON");
    expect("{\n \"types\": x}", "schema, line 2, column 11: not JSON");
    expect("[]", "schema: an object expected");
    expect("{}", "schema: 'types', an object, is missing");
    expect(R"({"types":[]})", "schema: 'types', an object, is missing");
    expect(R"({"types":{"A":1}})", "schema, types.A: an object expected");
    expect(R"({"types":{"A":{"fields":[]}}})", "schema, types.A.fields: an object expected");
    expect(R"({"types":{"A":{"fields":{"x":1}}}})", "schema, types.A.fields.x: an object expected");
    expect(R"({"types":{"A":{"fields":{"x":{}}}}})",
           "schema, types.A.fields.x: 'type_name', a string, is missing");
    expect(R"({"types":{"A":{"fields":{"x":{"type_name":1}}}}})",
           "schema, types.A.fields.x: 'type_name', a string, is missing");
    expect(R"({"types":{"A":{"fields":{"x":{"type_name":"B","is_nested_object":1}}}}})",
           "schema, types.A.fields.x: 'is_nested_object' is neither true nor false");
    expect(R"({"types":{"A":{"fields":{"":{}}}}})",
           "schema, types.A.fields.: 'type_name', a string, is missing");
    expect(R"({"types":{"A\n\u007F":{"fields":{"\u0000\u001F\"":1}}}})",
           R"(schema, types.A\u000a\u007f.fields.\u0000\u001f": an object expected)");
    expect("{\"types\":{\"\xFF\":{}}}", "schema, line 1, column 12: not JSON");
    expect(std::string_view("{\"types\":{}}\0", 13),
           "schema, line 1, column 13: a NUL byte is not JSON");
}

}  // namespace
}  // namespace rowcast
