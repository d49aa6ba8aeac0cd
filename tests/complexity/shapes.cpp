#include "tests/complexity/shapes.hpp"

namespace rowcast::complexity {

namespace {

std::string repeat(std::string_view text, std::size_t count) {
    std::string result;
    result.reserve(text.size() * count);
    for (std::size_t i = 0; i != count; ++i) {
        result += text;
    }
    return result;
}

// "k0", "k1", ... in nine bytes, all different.
std::string numbered(std::string_view prefix, std::size_t number) {
    const std::string digits = std::to_string(number);
    std::string result(prefix);
    result.append(8 - digits.size(), '0');
    return result += digits;
}

// open + item(0) + separator + item(1) ... + close
std::string joined(std::string_view open, std::size_t count, std::string_view separator,
                   std::string_view close, const std::function<std::string(std::size_t)>& item) {
    std::string result(open);
    for (std::size_t i = 0; i != count; ++i) {
        result += i == 0 ? "" : separator;
        result += item(i);
    }
    return result += close;
}

Input one_row(std::string row) { return {.rows = {std::move(row)}}; }

Input cut_row(std::string row) { return {.rows = {std::move(row)}, .is_valid = false}; }

std::string member(std::string_view key) {
    std::string result = "\"";
    result += key;
    return result += "\":1";
}

// Equal length, equal first and last eight bytes: alike to a hash that reads only the ends.
std::string alike_key(std::size_t number) {
    std::string key = "aaaaaaaa";
    key += numbered("x", number);
    return key += "bbbbbbbb";
}

const Shape kShapes[] = {
    {"backslashes", 40000, [](std::size_t n) { return one_row("\"" + repeat("\\\\", n) + "\""); }},
    {"backslashes without end", 40000,
     [](std::size_t n) { return cut_row("\"" + repeat("\\", n)); }},
    {"unicode escapes", 20000,
     [](std::size_t n) { return one_row("\"" + repeat("\\ud83d\\ude00", n) + "\""); }},
    {"blanks", 80000,
     [](std::size_t n) { return one_row("[" + repeat(" \n", n) + "1" + repeat("\t ", n) + "]"); }},
    {"open brackets", 40000,
     [](std::size_t n) {
         Input input = cut_row(repeat("[", n));
         input.max_depth = static_cast<std::uint32_t>(n);
         return input;
     }},
    {"deep arrays", 40000,
     [](std::size_t n) {
         Input input = one_row(repeat("[", n) + repeat("]", n));
         input.max_depth = static_cast<std::uint32_t>(n);
         return input;
     }},
    {"deep typed objects", 20000,
     [](std::size_t n) {
         Input input = one_row(repeat("{\"a_b\":", n) + "1" + repeat("}", n));
         input.max_depth = static_cast<std::uint32_t>(n);
         input.type = "A";
         input.schema =
             R"({"types":{"A":{"fields":{"a_b":{"type_name":"A","is_nested_object":true}}}}})";
         return input;
     }},
    {"deep selection", 5000,
     [](std::size_t n) {
         Input input = one_row(repeat("{\"a_b\":", n) + "{\"c\":1}" + repeat("}", n));
         input.max_depth = static_cast<std::uint32_t>(n) + 1;
         input.select = repeat("{ aB ", n) + "{ c }" + repeat("}", n);
         return input;
     }},
    {"deep value kept whole under a selection", 20000,
     [](std::size_t n) {
         Input input = one_row("{\"a\":" + repeat("[", n) + repeat("]", n) + "}");
         input.max_depth = static_cast<std::uint32_t>(n) + 1;
         input.select = "{ x: a y: a }";
         return input;
     }},
    {"many keys", 20000,
     [](std::size_t n) {
         return one_row(
             joined("{", n, ",", "}", [](std::size_t i) { return member(numbered("k_", i)); }));
     }},
    {"many keys, a tenth selected backwards", 20000,
     [](std::size_t n) {
         Input input = one_row(
             joined("{", n, ",", "}", [](std::size_t i) { return member(numbered("k_", i)); }));
         input.select = joined("{", n / 10, " ", "}",
                               [n](std::size_t i) { return numbered("k_", n - 1 - 10 * i); });
         return input;
     }},
    {"colliding keys selected", 10000,
     [](std::size_t n) {
         Input input =
             one_row(joined("{", n, ",", "}", [](std::size_t i) { return member(alike_key(i)); }));
         input.select = joined("{", n / 2, " ", "}", alike_key);
         return input;
     }},
    {"colliding keys declared", 10000,
     [](std::size_t n) {
         Input input = one_row(
             joined("{", n, ",", "}", [](std::size_t i) { return "\"" + alike_key(i) + "\":[]"; }));
         input.type = "A";
         input.schema =
             joined(R"({"types":{"A":{"fields":{)", n / 2, ",", "}}}}", [](std::size_t i) {
                 return "\"" + alike_key(i) + R"(":{"type_name":"B","is_nested_object":true})";
             });
         return input;
     }},
    {"one key again and again", 20000,
     [](std::size_t n) {
         Input input =
             one_row(joined("{", n, ",", "}", [](std::size_t) { return R"("a_b":{"c":[1]})"; }));
         input.select = "{ aB { c } }";
         return input;
     }},
    {"dropped members", 20000,
     [](std::size_t n) {
         Input input = one_row(joined(
             "{", n, ",", "}", [](std::size_t) { return R"("__typename":{"__typename":1})"; }));
         input.type = "A";
         return input;
     }},
    {"escaped keys", 10000,
     [](std::size_t n) {
         return one_row(
             joined("{", n, ",", "}", [](std::size_t) { return R"("\u0061\u005fb":1)"; }));
     }},
    {"a long key", 100000,
     [](std::size_t n) { return one_row("{\"" + repeat("a_", n) + "\":1}"); }},
    {"a long escaped key", 20000,
     [](std::size_t n) { return one_row("{\"" + repeat("\\u0061_", n) + "\":1}"); }},
    {"a long number", 100000,
     [](std::size_t n) { return one_row("1" + repeat("0", n) + "." + repeat("1", n)); }},
    {"many rows", 10000,
     [](std::size_t n) { return Input{.rows = std::vector<std::string>(n, R"({"a_b":1})")}; }},
    {"fields merged", 5000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.select = joined("{", n, " ", "}",
                               [](std::size_t i) { return "a { " + numbered("b", i) + " }"; });
         return input;
     }},
    {"aliases of one field", 5000,
     [](std::size_t n) {
         Input input = one_row(R"({"a":1})");
         input.select =
             joined("{", n, " ", "}", [](std::size_t i) { return numbered("x", i) + ": a"; });
         return input;
     }},
    {"many paths", 5000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.field_paths = joined("[", n, ",", "]", [](std::size_t i) {
             return "[\"a\",\"" + numbered("b", i) + "\"]";
         });
         return input;
     }},
    {"backslashes in a key", 20000,
     [](std::size_t n) {
         Input input = one_row("{\"" + repeat("\\\\", n) + "\":1}");
         input.select = "{ a }";
         return input;
     }},
    {"short strings", 20000,
     [](std::size_t n) {
         return one_row(joined("[", n, ",", "]", [](std::size_t) { return "\"\""; }));
     }},
    {"characters of three bytes", 20000,
     [](std::size_t n) { return one_row("\"" + repeat("\xE2\x82\xAC", n) + "\""); }},
    {"a run of underscores in a key", 50000,
     [](std::size_t n) {
         Input input = one_row("{\"a" + repeat("_", n) + "b\":1}");
         input.select = "{ aB }";
         return input;
     }},
    {"deep selection under two aliases", 3000,
     [](std::size_t n) {
         Input input = one_row(repeat("{\"a\":", n) + "1" + repeat("}", n));
         input.max_depth = static_cast<std::uint32_t>(n);
         const std::string inside = repeat("{ a ", n - 1) + repeat("}", n - 1);
         input.select = "{ x: a " + inside + " y: a " + inside + " }";
         return input;
     }},
    {"deep arrays under a selection", 20000,
     [](std::size_t n) {
         Input input = one_row("{\"a\":" + repeat("[", n) + repeat("]", n) + "}");
         input.max_depth = static_cast<std::uint32_t>(n) + 1;
         input.select = "{ a { b } }";
         return input;
     }},
    {"empty objects that get a type", 20000,
     [](std::size_t n) {
         Input input = one_row(joined("[", n, ",", "]", [](std::size_t) { return "{}"; }));
         input.type = "A";
         return input;
     }},
    {"elements under a selection", 5000,
     [](std::size_t n) {
         Input input =
             one_row(joined("[", n, ",", "]", [](std::size_t) { return R"({"b":1,"c":[{}]})"; }));
         input.select = "{ c { d } b e }";
         return input;
     }},
    {"one array again and again", 5000,
     [](std::size_t n) {
         Input input =
             one_row(joined("{", n, ",", "}", [](std::size_t) { return R"("a":[{"b":1},{}])"; }));
         input.select = "{ a { b } }";
         return input;
     }},
    {"strangers like a selected key", 20000,
     [](std::size_t n) {
         Input input = one_row(
             joined("{", n, ",", "}", [](std::size_t i) { return member(alike_key(i + 1)); }));
         input.select = "{ " + alike_key(0) + " }";
         return input;
     }},
    {"selected keys that are all missing", 5000,
     [](std::size_t n) {
         Input input = one_row(
             joined("{", n, ",", "}", [](std::size_t i) { return member(numbered("k_", i)); }));
         input.select = joined("{", n, " ", "}", [](std::size_t i) { return numbered("m_", i); });
         return input;
     }},
    {"many long escaped keys", 100,
     [](std::size_t n) {
         return one_row(joined("{", n, ",", "}", [](std::size_t) {
             return "\"\\u0061" + repeat("b", 2000) + "\":1";
         }));
     }},
    {"nested fields merged", 3000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.select = joined("{", n, " ", "}", [](std::size_t i) {
             return "a { b { c { " + numbered("d", i) + " } } }";
         });
         return input;
     }},
    {"aliases that look into one field", 5000,
     [](std::size_t n) {
         Input input = one_row(R"({"a":{"b":1}})");
         input.select =
             joined("{", n, " ", "}", [](std::size_t i) { return numbered("x", i) + ": a { b }"; });
         return input;
     }},
    {"comments and commas", 20000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.select = "{ a " + repeat(",#\n", n) + "}";
         return input;
     }},
    {"field selections with aliases", 3000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.field_selections = joined("[", n, ",", "]", [](std::size_t i) {
             const std::string path = "a." + numbered("b", i);
             return R"({"materialized_path":")" + path + R"(.c","alias":")" + path + R"(.d"})";
         });
         return input;
     }},
    {"types in a schema", 2000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.type = "not among them";
         input.schema = joined(R"({"types":{)", n, ",", "}}", [](std::size_t i) {
             const std::string name = numbered("T", i);
             return "\"" + name + R"(":{"fields":{"f":{"type_name":")" + name +
                    R"(","is_nested_object":true}}})";
         });
         return input;
     }},
    {"rows pushed one by one", 5000,
     [](std::size_t n) {
         Input input{.rows = std::vector<std::string>(n, R"({"a_b":1})")};
         input.type = "A";
         input.pushed = true;
         return input;
     }},
    {"a deep path", 5000,
     [](std::size_t n) {
         Input input = one_row("{}");
         input.field_paths = joined("[[", n, ",", "]]", [](std::size_t) { return "\"a\""; });
         return input;
     }},
};

}  // namespace

std::span<const Shape> shapes() { return kShapes; }

}  // namespace rowcast::complexity
