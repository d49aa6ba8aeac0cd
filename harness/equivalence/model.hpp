#pragma once

// A transform case as a structure that can be generated and, unlike text, made smaller piece by
// piece without falling apart.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/cases/transform_case.hpp"

namespace rowcast::equivalence {

// A JSON value whose tokens keep their spelling.
struct Value {
    enum class Kind : std::uint8_t { kScalar, kArray, kObject };

    Kind kind = Kind::kScalar;
    std::string token = "0";        // of a scalar, as it is written, quotes included
    std::vector<std::string> keys;  // of an object, as they are written, quotes included
    std::vector<Value> children;    // of an array, or parallel to `keys`
};

// How whitespace stands between tokens.
enum class Layout : std::uint8_t {
    kCompact,
    kJsonb,   // one space after ':' and ','
    kRandom,  // any of the four, in runs that are drawn from `layout_seed`
};

// Damage done to a row's text.
struct Mutation {
    enum class Kind : std::uint8_t { kTruncate, kReplace, kInsert, kErase, kExchange };

    Kind kind = Kind::kTruncate;
    std::uint32_t position = 0;  // modulo the text's size
    std::uint8_t byte = 0;
};

struct RowModel {
    Value value;
    Layout layout = Layout::kCompact;
    std::uint64_t layout_seed = 0;
    std::vector<Mutation> mutations;
    std::optional<std::string> text;  // instead of all that
};

struct SchemaFieldModel {
    std::string name;
    std::string type_name;
    bool is_nested_object = false;
    bool is_list = false;
};

struct SchemaTypeModel {
    std::string name;
    std::vector<SchemaFieldModel> fields;
};

struct SelectedFieldModel {
    std::string alias;  // empty: none
    std::string name;
    std::vector<SelectedFieldModel> fields;  // empty: kept whole
};

enum class Notation : std::uint8_t { kNone, kGraphql, kFieldSelections, kFieldPaths };

struct CaseModel {
    cases::TransformCase options;  // all but schema, selections and rows
    std::optional<std::vector<SchemaTypeModel>> schema;
    Notation notation = Notation::kNone;
    std::vector<SelectedFieldModel> selection;
    std::vector<RowModel> rows;
};

// A JSON string with the least escaping, quotes included.
std::string quoted(std::string_view text);

std::string render(const Value& value, Layout layout, std::uint64_t layout_seed);
std::string render(const RowModel& row);
std::string render_schema(const std::vector<SchemaTypeModel>& types);
std::string render_graphql(const std::vector<SelectedFieldModel>& fields);
std::string render_field_selections(const std::vector<SelectedFieldModel>& fields);
std::string render_field_paths(const std::vector<SelectedFieldModel>& fields);
cases::TransformCase render(const CaseModel& model);

}  // namespace rowcast::equivalence
