// Selections in their three notations: what they select, and every way in which they do not compile.

#include "pipeline/selection.hpp"

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline/name_pool.hpp"

namespace rowcast {
namespace {

using Parse = Result<Selection> (*)(std::string_view, KeyStyle, NamePool&);

class SelectionTest : public testing::Test {
  protected:
    // The selection written down again: `response:name` in order, sub-selections in braces.
    std::string parsed(Parse parse, std::string_view text, KeyStyle keys = KeyStyle::kCamel) {
        const auto selection = parse(text, keys, names_);
        return selection ? written(*selection, 0) : "error: " + selection.error().message;
    }

    void expect_error(Parse parse, std::string_view text, std::string_view message) {
        const auto selection = parse(text, KeyStyle::kCamel, names_);
        ASSERT_FALSE(selection) << text;
        EXPECT_EQ(selection.error().message, message) << text;
    }

  private:
    static std::string written(const Selection& selection, std::size_t set) {
        std::string text = "{";
        for (const SelectedField& field : selection.sets[set].fields) {
            text += " ";
            text += field.response_name;
            text += ":";
            text += field.camel_name;
            text += field.is_typename ? "!" : "";
            if (field.selection_set != kNoSelectionSet) {
                text += written(selection, static_cast<std::size_t>(field.selection_set));
            }
        }
        return text + " }";
    }

    std::pmr::monotonic_buffer_resource memory_;
    NamePool names_{&memory_};
};

class GraphqlSelection : public SelectionTest {};

TEST_F(GraphqlSelection, KeepsOrderAliasesAndNesting) {
    EXPECT_EQ(parsed(parse_selection_set, "{ id name: first_name posts { title } }"),
              "{ id:id name:firstName posts:posts{ title:title } }");
}

TEST_F(GraphqlSelection, WritesAFieldWithoutAliasInCamelCase) {
    EXPECT_EQ(parsed(parse_selection_set, "{ first_name _x_y }"),
              "{ firstName:firstName _xY:_xY }");
    EXPECT_EQ(parsed(parse_selection_set, "{ first_name }", KeyStyle::kRaw),
              "{ first_name:firstName }");
    EXPECT_EQ(parsed(parse_selection_set, "{ first_name: first_name }"),
              "{ first_name:firstName }");
}

TEST_F(GraphqlSelection, IgnoresCommasCommentsWhitespaceAndByteOrderMarks) {
    EXPECT_EQ(parsed(parse_selection_set, "\xEF\xBB\xBF ,{,a,,b#c d\n#\r\te:\n#x\nf{g}},# end"),
              "{ a:a b:b e:f{ g:g } }");
    EXPECT_EQ(parsed(parse_selection_set, "{a}#"), "{ a:a }");
}

TEST_F(GraphqlSelection, MergesOneFieldSelectedTwice) {
    EXPECT_EQ(parsed(parse_selection_set, "{ a b a }"), "{ a:a b:b }");
    EXPECT_EQ(parsed(parse_selection_set, "{ x { b } y x { c b } }"), "{ x:x{ b:b c:c } y:y }");
    EXPECT_EQ(parsed(parse_selection_set, "{ x { y { a } } x { y { b } z } }"),
              "{ x:x{ y:y{ a:a b:b } z:z } }");
    // The same field in two spellings, under one response name.
    EXPECT_EQ(parsed(parse_selection_set, "{ user_name userName }"), "{ userName:userName }");
    EXPECT_EQ(parsed(parse_selection_set, "{ k: user_name k: userName }"), "{ k:userName }");
}

TEST_F(GraphqlSelection, KeepsOneFieldUnderSeveralAliasesApart) {
    EXPECT_EQ(parsed(parse_selection_set, "{ a: x { p } b: x { q } x }"),
              "{ a:x{ p:p } b:x{ q:q } x:x }");
    EXPECT_EQ(parsed(parse_selection_set, "{ user_name userName }", KeyStyle::kRaw),
              "{ user_name:userName userName:userName }");
}

TEST_F(GraphqlSelection, KnowsTypenameByItsCamelForm) {
    EXPECT_EQ(parsed(parse_selection_set, "{ __typename kind: __typename k: __typename_ }"),
              "{ __typename:__typename! kind:__typename! k:__typename! }");
    EXPECT_EQ(parsed(parse_selection_set, "{ __typename: __typename_ }"),
              "{ __typename:__typename! }");
}

TEST_F(GraphqlSelection, TakesAnyDepth) {
    std::string text;
    constexpr std::size_t kDepth = 100000;
    for (std::size_t i = 0; i != kDepth; ++i) {
        text += "{a";
    }
    text.append(kDepth, '}');
    std::pmr::monotonic_buffer_resource memory;
    NamePool names(&memory);
    const auto selection = parse_selection_set(text, KeyStyle::kCamel, names);
    ASSERT_TRUE(selection) << selection.error().message;
    EXPECT_EQ(selection->sets.size(), kDepth);
}

TEST_F(GraphqlSelection, NamesThePlaceOfEverySyntaxError) {
    const auto expect = [&](std::string_view text, std::string_view message) {
        expect_error(parse_selection_set, text, message);
    };
    expect("", "selection, line 1, column 1: '{' expected: a selection set such as { id name }");
    expect("a b", "selection, line 1, column 1: '{' expected: a selection set such as { id name }");
    expect("{ }",
           "selection, line 1, column 3: an empty selection set: at least one field expected");
    expect("{ a { } }",
           "selection, line 1, column 7: an empty selection set: at least one field expected");
    expect("{ a { b } a { } }",
           "selection, line 1, column 15: an empty selection set: at least one field expected");
    expect("{ a { b }",
           "selection, line 1, column 10: '}' expected: the selection set is not closed");
    expect("{", "selection, line 1, column 2: '}' expected: the selection set is not closed");
    expect("{ a } b", "selection, line 1, column 7: the selection's end expected");
    expect("{ a } }", "selection, line 1, column 7: the selection's end expected");
    expect("{\n  a\n  1b }", "selection, line 3, column 3: a field's name or '}' expected");
    expect("{ a: }", "selection, line 1, column 6: a field's name expected behind the alias");
    expect("{ a: 1 }", "selection, line 1, column 6: a field's name expected behind the alias");
    expect("{ a: b: c }", "selection, line 1, column 7: a field's name or '}' expected");
    expect("{ a(x: 1) }", "selection, line 1, column 4: arguments are not supported");
    expect("{ a @skip }", "selection, line 1, column 5: directives are not supported");
    expect("{ ... on User { id } }", "selection, line 1, column 3: fragments are not supported");
    expect("{ ...x }", "selection, line 1, column 3: fragments are not supported");
    expect("{ { a } }",
           "selection, line 1, column 3: a field's name expected before its selection set");
    expect("{ \xC3\xA9 }", "selection, line 1, column 3: a field's name or '}' expected");
    expect("{ a\xFF }", "selection, line 1, column 4: a field's name or '}' expected");
    expect(std::string_view("{ a\0 }", 6),
           "selection, line 1, column 4: a field's name or '}' expected");
    expect("query { a }",
           "selection, line 1, column 1: '{' expected: a selection set such as { id name }");
}

TEST_F(GraphqlSelection, RefusesFieldsThatCannotMerge) {
    const auto expect = [&](std::string_view text, std::string_view message) {
        expect_error(parse_selection_set, text, message);
    };
    expect("{ a: id a: b }",
           "selection, line 1, column 9: two fields, 'id' and 'b', under the response name 'a'");
    expect("{ b a: b b: a }",
           "selection, line 1, column 10: two fields, 'b' and 'a', under the response name 'b'");
    expect(
        "{ firstName: x first_name }",
        "selection, line 1, column 16: two fields, 'x' and 'first_name', under the response name "
        "'firstName'");
    expect("{ a a { b } }",
           "selection, line 1, column 5: the response name 'a' is selected once with and once "
           "without a sub-selection");
    expect("{ a { b } a }",
           "selection, line 1, column 11: the response name 'a' is selected once with and once "
           "without a sub-selection");
    expect("{ a { x: b } c a { x: c } }",
           "selection, line 1, column 20: two fields, 'b' and 'c', under the response name 'x'");
}

TEST_F(GraphqlSelection, KeepsTypenameForItself) {
    const auto expect = [&](std::string_view text, std::string_view message) {
        expect_error(parse_selection_set, text, message);
    };
    expect("{ __typename { a } }",
           "selection, line 1, column 3: '__typename' has no fields to select from");
    expect("{ k: __typename_ { a } }",
           "selection, line 1, column 3: '__typename_' has no fields to select from");
    expect("{ __typename: id }",
           "selection, line 1, column 3: the response name '__typename' is not free for the field "
           "'id'");
}

class FieldSelections : public SelectionTest {};

TEST_F(FieldSelections, MakeATreeOfPaths) {
    EXPECT_EQ(parsed(parse_field_selections,
                     R"([{"materialized_path":"id","alias":"key"},
                         {"materialized_path":"posts.post_title","alias":"posts.headline"},
                         {"materialized_path":"posts.id"}])"),
              "{ key:id posts:posts{ headline:postTitle id:id } }");
}

TEST_F(FieldSelections, AnEntryForAnObjectGivesItsAliasAndOrder) {
    EXPECT_EQ(parsed(parse_field_selections,
                     R"([{"materialized_path":"user_posts","alias":"articles"},
                         {"materialized_path":"user_posts.post_title"}])"),
              "{ articles:userPosts{ postTitle:postTitle } }");
    EXPECT_EQ(parsed(parse_field_selections,
                     R"([{"materialized_path":"posts.title"},{"materialized_path":"id"},
                         {"materialized_path":"posts","alias":"p"}])"),
              "{ id:id p:posts{ title:title } }");
}

TEST_F(FieldSelections, MatchSegmentsInAnySpelling) {
    EXPECT_EQ(parsed(parse_field_selections,
                     R"([{"materialized_path":"user_posts.id"},
                         {"materialized_path":"userPosts.post_title"}])"),
              "{ userPosts:userPosts{ id:id postTitle:postTitle } }");
    EXPECT_EQ(parsed(parse_field_selections, R"([{"materialized_path":"user_posts.post_title"}])",
                     KeyStyle::kRaw),
              "{ user_posts:userPosts{ post_title:postTitle } }");
}

TEST_F(FieldSelections, AnEmptyListSelectsNothing) {
    EXPECT_EQ(parsed(parse_field_selections, "[]"), "{ }");
    EXPECT_EQ(parsed(parse_field_paths, "[]"), "{ }");
}

TEST_F(FieldSelections, TakeALeafUnderSeveralAliases) {
    EXPECT_EQ(
        parsed(parse_field_selections,
               R"([{"materialized_path":"x","alias":"a"},{"materialized_path":"x","alias":"b"},
                         {"materialized_path":"x","alias":"a"}])"),
        "{ a:x b:x }");
}

TEST_F(FieldSelections, IgnoreUnknownMembersAndNullAliases) {
    EXPECT_EQ(parsed(parse_field_selections,
                     R"([{"materialized_path":"id","alias":null,"type":{"x":[1]}}])"),
              "{ id:id }");
}

TEST_F(FieldSelections, NameTheEntryOfEveryError) {
    const auto expect = [&](std::string_view text, std::string_view message) {
        expect_error(parse_field_selections, text, message);
    };
    expect("", "field selections, line 1, column 1: not JSON");
    expect("[\n{]", "field selections, line 2, column 2: not JSON");
    expect("[] x", "field selections, line 1, column 4: not JSON");
    expect("{}", "field selections: a list expected");
    expect("[1]", "field selections, entry 0: an object expected");
    expect("[{}]", "field selections, entry 0: 'materialized_path', a string, is missing");
    expect(R"([{"materialized_path":"a"},{"materialized_path":1}])",
           "field selections, entry 1: 'materialized_path', a string, is missing");
    expect(R"([{"materialized_path":"a","alias":1}])",
           "field selections, entry 0: 'alias' is not a string");
    expect(R"([{"materialized_path":"a","alias":"k"},{"materialized_path":"b","alias":"k"}])",
           "selection, entry 1: two fields, 'a' and 'b', under the response name 'k'");
    expect(R"([{"materialized_path":"__typename.a"}])",
           "selection, entry 0: '__typename' has no fields to select from");
    expect(R"([{"materialized_path":"id","alias":"__typename"}])",
           "selection, entry 0: the response name '__typename' is not free for the field 'id'");
    expect(R"([{"materialized_path":"p.a"},{"materialized_path":"p","alias":"x"},
               {"materialized_path":"p","alias":"y"}])",
           "selection, entry 2: 'p' is named both 'x' and 'y', and other entries look into it");
    // A name may hold any character; the message stays one line.
    expect(R"([{"materialized_path":"\n\u007f","alias":"__typename"}])",
           R"(selection, entry 0: the response name '__typename' is not free for the field )"
           R"('\u000a\u007f')");
    expect(R"([{"materialized_path":"\n.a"},{"materialized_path":"\n","alias":"\t"},
               {"materialized_path":"\n","alias":"y"}])",
           R"(selection, entry 2: '\u000a' is named both '\u0009' and 'y', )"
           R"(and other entries look into it)");
}

class FieldPaths : public SelectionTest {};

TEST_F(FieldPaths, MakeATree) {
    EXPECT_EQ(parsed(parse_field_paths, R"([["id"],["posts","post_title"],["posts","id"],["id"]])"),
              "{ id:id posts:posts{ postTitle:postTitle id:id } }");
}

TEST_F(FieldPaths, TakeDotsAndAnyCharacterLiterally) {
    EXPECT_EQ(parsed(parse_field_paths, R"([["a.b_c","d e"]])"), "{ a.bC:a.bC{ d e:d e } }");
}

TEST_F(FieldPaths, NameTheEntryOfEveryError) {
    const auto expect = [&](std::string_view text, std::string_view message) {
        expect_error(parse_field_paths, text, message);
    };
    expect("null", "field paths: a list expected");
    expect("[[\"a\"]", "field paths, line 1, column 7: not JSON");
    expect(R"([["a"],"b"])", "field paths, entry 1: a list of at least one name expected");
    expect("[[]]", "field paths, entry 0: a list of at least one name expected");
    expect(R"([["a",1]])", "field paths, entry 0: a name is not a string");
    expect("[[\"\xFF\"]]", "field paths, line 1, column 4: not JSON");
    expect(std::string_view("[[\"a\"]]\0", 8),
           "field paths, line 1, column 8: a NUL byte is not JSON");
}

}  // namespace
}  // namespace rowcast
