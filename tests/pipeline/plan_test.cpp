#include "pipeline/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

std::string error_of(const std::vector<RootOptions>& roots, bool wrap = true) {
    const auto plan = Plan::compile(roots, nullptr, wrap);
    return plan ? "" : plan.error().message;
}

RootOptions root(std::string_view field, std::optional<std::string_view> select = std::nullopt) {
    RootOptions options;
    options.field = field;
    options.select = select;
    return options;
}

std::string_view bytes(kernels::Bytes of) {
    return {reinterpret_cast<const char*>(of.data), of.size};
}

TEST(PlanTest, EscapesTheResponseKeyAndTheTypeOnce) {
    RootOptions options = root("a\"\n\x01\xC3\xA9");
    options.type = "T\\\x1F";
    const auto plan = Plan::compile({&options, 1}, nullptr);
    ASSERT_TRUE(plan);
    const Root& compiled = (*plan)->roots()[0];
    EXPECT_EQ(compiled.field, options.field);
    EXPECT_EQ(compiled.member, "\"a\\\"\\n\\u0001\xC3\xA9\":");
    ASSERT_GE(compiled.view.row_type, 0);
    const kernels::TypeView& type = compiled.view.types[compiled.view.row_type];
    EXPECT_EQ(bytes(type.typename_value), R"("T\\\u001f")");
    EXPECT_EQ(bytes(type.typename_member), R"("__typename":"T\\\u001f",)");
}

TEST(PlanTest, KeepsNothingOfTheCallersStrings) {
    std::string field = "users";
    std::string type = "User";
    std::string select = "{ first_name }";
    std::shared_ptr<const Plan> plan;
    {
        RootOptions options = root(field, select);
        options.type = type;
        plan = *Plan::compile({&options, 1}, nullptr);
    }
    field.assign(field.size(), 'x');
    type.assign(type.size(), 'x');
    select.assign(select.size(), 'x');
    EXPECT_EQ(plan->roots()[0].field, "users");
    EXPECT_EQ(plan->roots()[0].type, "User");
    EXPECT_EQ(plan->roots()[0].selection->sets[0].fields[0].camel_name, "firstName");
}

TEST(PlanTest, KeepsItsSchemaAlive) {
    auto schema = *Schema::parse(R"({"types":{"User":{"fields":{}}}})");
    const std::weak_ptr<const Schema> watched = schema;
    RootOptions options = root("users");
    options.type = "User";
    auto plan = *Plan::compile({&options, 1}, std::move(schema));
    EXPECT_FALSE(watched.expired());
    plan.reset();
    EXPECT_TRUE(watched.expired());
}

TEST(PlanTest, SharesNamesWithItsSchema) {
    const auto schema =
        *Schema::parse(R"({"types":{"User":{"fields":{"first_name":{"type_name":"String"}}}}})");
    RootOptions options = root("users", "{ first_name }");
    options.type = "User";
    const auto plan = *Plan::compile({&options, 1}, schema);
    const Root& compiled = plan->roots()[0];
    EXPECT_EQ(compiled.type->data(), schema->types()[0].name.data());
    EXPECT_EQ(compiled.selection->sets[0].fields[0].name.data(),
              schema->types()[0].fields[0].name.data());
}

TEST(PlanTest, RefusesRootsThatDoNotGoTogether) {
    EXPECT_EQ(error_of({}), "a plan needs at least one root field");
    EXPECT_EQ(error_of({root("a"), root("b"), root("a")}),
              "roots 0 and 2 have the same response key 'a'");
    EXPECT_EQ(error_of({root("a\n"), root("a\n")}),
              "roots 0 and 1 have the same response key 'a\\u000a'");
    EXPECT_EQ(error_of({root("a"), root("b")}, false),
              "without the wrapper there can be only one root field");
    EXPECT_EQ(error_of({root("a"), root("b")}), "");
    EXPECT_EQ(error_of({root("a")}, false), "");
    EXPECT_EQ(error_of({root("")}), "");
}

TEST(PlanTest, RefusesNamesThatAreNotUtf8) {
    EXPECT_EQ(error_of({root("a\xFF")}), "the response key of root 0 is not valid UTF-8");
    EXPECT_EQ(error_of({root("a"), root("\xC3")}), "the response key of root 1 is not valid UTF-8");
    RootOptions options = root("a");
    options.type = "T\xED\xA0\x80";
    EXPECT_EQ(error_of({options}), "the type's name is not valid UTF-8");
}

TEST(PlanTest, RefusesTwoSelectionsForOneRoot) {
    RootOptions options = root("a", "{ id }");
    options.field_paths = R"([["id"]])";
    EXPECT_EQ(error_of({options}),
              "a selection set, field selections and field paths exclude one another");
    options.select.reset();
    options.field_selections = "[]";
    EXPECT_EQ(error_of({options}),
              "a selection set, field selections and field paths exclude one another");
}

TEST(PlanTest, NamesTheRootOfAnErrorWhereThereAreSeveral) {
    EXPECT_EQ(error_of({root("users", "{ id")}),
              "selection, line 1, column 5: '}' expected: the selection set is not closed");
    EXPECT_EQ(error_of({root("users"), root("posts", "{ id")}),
              "root posts: selection, line 1, column 5: '}' expected: the selection set is not "
              "closed");
    EXPECT_EQ(error_of({root("users"), root("a\tb", "x")}),
              "root a\\u0009b: selection, line 1, column 1: '{' expected: a selection set such as "
              "{ id name }");
}

TEST(PlanTest, TakesARowTypeThatTheSchemaLacks) {
    const auto schema = *Schema::parse(R"({"types":{"User":{"fields":{}}}})");
    RootOptions options = root("a");
    options.type = "Other";
    const auto plan = *Plan::compile({&options, 1}, schema);
    const kernels::RootView& view = plan->roots()[0].view;
    ASSERT_GE(view.row_type, 0);
    EXPECT_EQ(bytes(view.types[view.row_type].typename_value), "\"Other\"");
    EXPECT_EQ(view.types[view.row_type].fields.count, 0U);
}

}  // namespace
}  // namespace rowcast
