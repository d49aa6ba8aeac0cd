#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "harness/equivalence/generate.hpp"

namespace rowcast::equivalence {

namespace {

using namespace std::string_view_literals;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Spellings of one name, all with the same camelCase form.
std::vector<std::string> spellings(const std::vector<std::string>& words, std::size_t leading) {
    const std::string prefix(leading, '_');
    std::string snake = prefix;
    std::string loose = prefix;
    std::string camel = prefix;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string& word = words[i];
        snake += (i == 0 ? "" : "_") + word;
        loose += (i == 0 ? "" : "___") + word;
        camel += i == 0 || word.empty() ? word : upper(word[0]) + word.substr(1);
    }
    return {snake, camel, snake + "_", loose, loose + "__", snake};
}

std::vector<std::string> words_of_a_name(Random& random) {
    constexpr std::array kWords = {"id"sv, "user"sv,    "name"sv, "post"sv,   "title"sv,
                                   "a"sv,  "b"sv,       "x1"sv,   "1st"sv,    "URL"sv,
                                   "z"sv,  "created"sv, "at"sv,   "address"sv};
    std::vector<std::string> words;
    const std::size_t count = 1 + random.below(random.chance(95) ? 3 : 60);
    for (std::size_t i = 0; i != count; ++i) {
        words.emplace_back(kWords[random.below(kWords.size())]);
        if (i == 0 && words[0][0] == '1') {
            words[0] = "n";
        }
    }
    if (random.chance(10)) {
        // A long name, near the widths of vectors and beyond.
        const std::size_t length = random.chance(80) ? 10 + random.below(60) : random.below(600);
        words[random.below(words.size())].append(length, 'k');
    }
    return words;
}

// Names that only a document (or a schema, or paths) can hold.
std::vector<std::string> odd_name(Random& random) {
    const std::array<std::vector<std::string>, 14> kOdd = {{
        {"", ""},
        {"_", "_"},
        {"__", "__"},
        {"__typename", "__typename_", "__typename__"},
        {"x_\xC3\xA9", "x\xC3\xA9", "x_\xC3\xA9_"},
        {"\xC3\xA9_x", "\xC3\xA9X"},
        {"\xF0\x9F\x98\x80_c",
         "\xF0\x9F\x98\x80"
         "C"},
        {"q\"_x", "q\"X"},
        {"b\\_s", "b\\S"},
        {"tab\t_key", "tab\tKey"},
        {std::string("nul\0_x", 6), std::string("nul\0X", 5)},
        {"sl/_a", "sl/A"},
        {"a b_c", "a bC"},
        {"user-name", "user-name_"},
    }};
    return kOdd[random.below(kOdd.size())];
}

bool is_graphql_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9');
    });
}

std::size_t below(Random& random, std::size_t bound) {
    return static_cast<std::size_t>(random.below(bound));
}

Value container(Random& random, const Vocabulary& vocabulary, std::size_t size, bool may_be_invalid,
                Value::Kind kind) {
    Value value;
    value.kind = kind;
    const std::size_t count = std::min(size, below(random, 7));
    for (std::size_t i = 0; i != count; ++i) {
        if (kind == Value::Kind::kObject) {
            const std::string& name = draw_name(random, vocabulary);
            value.keys.push_back(spell_key(random, name));
        }
        value.children.push_back(generate_value(random, vocabulary, size / count, may_be_invalid));
    }
    return value;
}

// Wraps a value in arrays and objects until it is about as deep as allowed.
Value deepen(Random& random, const Vocabulary& vocabulary, Value value, std::size_t levels) {
    for (std::size_t i = 0; i != levels; ++i) {
        Value outer;
        outer.kind = random.chance(70) ? Value::Kind::kArray : Value::Kind::kObject;
        if (outer.kind == Value::Kind::kObject) {
            outer.keys.push_back(quoted(draw_name(random, vocabulary)));
        }
        outer.children.push_back(std::move(value));
        value = std::move(outer);
    }
    return value;
}

std::vector<SelectedFieldModel> generate_fields(Random& random, const Vocabulary& vocabulary,
                                                bool graphql, std::size_t depth) {
    std::vector<SelectedFieldModel> fields;
    std::vector<std::pair<std::size_t, bool>> chosen;  // variants, and whether with fields
    const std::size_t count = 1 + below(random, random.chance(90) ? 5 : 20);
    for (std::size_t i = 0; i != count; ++i) {
        const std::size_t index = below(random, vocabulary.variants.size());
        const std::vector<std::string>& variants = vocabulary.variants[index];
        SelectedFieldModel field;
        field.name = variants[below(random, variants.size())];
        if (graphql ? !is_graphql_name(field.name)
                    : field.name.empty() || field.name.find('.') != std::string::npos) {
            continue;
        }
        const bool is_typename = field.name.starts_with("__typename");
        if (depth != 0 && !is_typename && random.chance(30)) {
            field.fields = generate_fields(random, vocabulary, graphql, depth - 1);
        }
        const bool with_fields = !field.fields.empty();
        const auto is_chosen = [&](bool fields_too) {
            return std::find(chosen.begin(), chosen.end(), std::pair(index, fields_too)) !=
                   chosen.end();
        };
        // Paths name an object by one of them only.
        if (!graphql && (is_chosen(true) || (with_fields && is_chosen(false)))) {
            continue;
        }
        const bool conflict = is_chosen(!with_fields);
        chosen.emplace_back(index, with_fields);
        if ((conflict && !random.chance(2)) || random.chance(15)) {
            field.alias = "alias" + std::to_string(i);
            if (random.chance(20)) {
                field.alias = "_under_score" + std::to_string(i) + "_";
            }
        }
        fields.push_back(std::move(field));
    }
    if (fields.empty()) {
        fields.push_back({"", "id", {}});
    }
    return fields;
}

const std::string& draw_type(Random& random) {
    static const std::array<std::string, 6> kTypes = {"User",      "Post",    "Comment",
                                                      "T\"y\\pe_", "Unknown", "T\xC3\xA9"};
    return kTypes[below(random, random.chance(80) ? 3 : kTypes.size())];
}

std::vector<SchemaTypeModel> generate_schema(Random& random, const Vocabulary& vocabulary) {
    std::vector<SchemaTypeModel> types;
    const std::size_t type_count = below(random, 5);
    for (std::size_t i = 0; i != type_count; ++i) {
        SchemaTypeModel& type = types.emplace_back();
        type.name = draw_type(random);
        const std::size_t field_count = below(random, 7);
        for (std::size_t j = 0; j != field_count; ++j) {
            SchemaFieldModel& field = type.fields.emplace_back();
            field.name = draw_name(random, vocabulary);
            field.type_name = draw_type(random);
            field.is_nested_object = random.chance(65);
            field.is_list = random.chance(50);
        }
    }
    return types;
}

RowModel generate_row(Random& random, const Vocabulary& vocabulary, std::size_t size,
                      std::uint32_t max_depth, bool damage) {
    RowModel row;
    const bool may_be_invalid = damage && random.chance(30);
    row.value = random.chance(85)
                    ? container(random, vocabulary, size, may_be_invalid, Value::Kind::kObject)
                    : generate_value(random, vocabulary, size, may_be_invalid);
    if (random.chance(4)) {
        const std::size_t levels =
            max_depth - std::min<std::size_t>(max_depth, 3) + below(random, 5);
        row.value =
            deepen(random, vocabulary, std::move(row.value), std::min<std::size_t>(levels, 140));
    }
    row.layout = static_cast<Layout>(random.below(3));
    row.layout_seed = random.next();
    if (damage && random.chance(30)) {
        const std::size_t count = random.chance(85) ? 1 : 1 + below(random, 4);
        constexpr auto kInteresting =
            "\"\\{}[]:,_ \n0-.eE+tfnu/\x00\x1F\x7F\x80\xBF\xC3\xE2\xED\xF0\xF4\xFF"sv;
        for (std::size_t i = 0; i != count; ++i) {
            Mutation& mutation = row.mutations.emplace_back();
            mutation.kind = static_cast<Mutation::Kind>(random.below(5));
            mutation.position = static_cast<std::uint32_t>(random.next());
            mutation.byte =
                random.chance(50)
                    ? static_cast<std::uint8_t>(random.below(256))
                    : static_cast<std::uint8_t>(kInteresting[below(random, kInteresting.size())]);
        }
    }
    return row;
}

}  // namespace

Vocabulary generate_vocabulary(Random& random) {
    Vocabulary vocabulary;
    const std::size_t count = 2 + below(random, 6);
    for (std::size_t i = 0; i != count; ++i) {
        if (random.chance(15)) {
            vocabulary.variants.push_back(odd_name(random));
        } else {
            const std::size_t leading = random.chance(15) ? 1 + below(random, 3) : 0;
            vocabulary.variants.push_back(spellings(words_of_a_name(random), leading));
        }
    }
    return vocabulary;
}

const std::string& draw_name(Random& random, const Vocabulary& vocabulary) {
    const auto& variants = vocabulary.variants[below(random, vocabulary.variants.size())];
    return variants[below(random, variants.size())];
}

Value generate_value(Random& random, const Vocabulary& vocabulary, std::size_t size,
                     bool may_be_invalid) {
    if (size < 2 || random.chance(40)) {
        Value value;
        value.token = generate_scalar_token(random, may_be_invalid);
        return value;
    }
    const auto kind = random.chance(60) ? Value::Kind::kObject : Value::Kind::kArray;
    return container(random, vocabulary, size, may_be_invalid, kind);
}

CaseModel generate_case(Random& random, std::size_t size, const GenerateOptions& options) {
    CaseModel model;
    const Vocabulary vocabulary = generate_vocabulary(random);
    if (random.chance(10)) {
        model.options.field = random.chance(50) ? "user_list" : "k\"\\\n\xC3\xA9";
    }
    if (random.chance(75)) {
        model.options.type = draw_type(random);
    }
    if (random.chance(60)) {
        model.schema = generate_schema(random, vocabulary);
    }
    if (random.chance(65)) {
        constexpr std::array kNotations = {Notation::kGraphql, Notation::kGraphql,
                                           Notation::kFieldSelections, Notation::kFieldPaths};
        model.notation = kNotations[below(random, kNotations.size())];
        model.selection =
            generate_fields(random, vocabulary, model.notation == Notation::kGraphql, 3);
        if (model.notation != Notation::kGraphql && random.chance(4)) {
            model.selection.clear();
        }
    }
    model.options.typename_mode =
        random.chance(25) ? TypenameMode::kSelected : TypenameMode::kAlways;
    model.options.keys = random.chance(25) ? KeyStyle::kRaw : KeyStyle::kCamel;
    model.options.single = random.chance(15);
    model.options.wrap = !random.chance(15);
    model.options.omit_missing = random.chance(25);
    if (random.chance(8)) {
        model.options.max_depth = static_cast<std::uint32_t>(random.below(7));
    }
    const std::size_t rows = random.chance(60) ? 1 : below(random, 5);
    for (std::size_t i = 0; i != rows; ++i) {
        model.rows.push_back(
            generate_row(random, vocabulary, size, model.options.max_depth, options.damage));
    }
    return model;
}

}  // namespace rowcast::equivalence
