#include "workloads/table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace rowcast::workloads {
namespace {

// Recursion goes as deep as the types do, which is written in this folder, not in anyone's data.
void write_object(const ObjectType& type, Cell& cell) {
    cell.out.begin_object();
    for (const Column& column : type.columns) {
        cell.out.key(column.name);
        if (column.null_percent != 0 && cell.random.chance(column.null_percent)) {
            cell.out.null();
        } else if (column.object == nullptr) {
            column.write(cell);
        } else if (column.is_list) {
            cell.out.begin_array();
            for (std::size_t element = 0; element < column.elements; ++element) {
                Cell inner{cell.random, cell.out, element};
                write_object(*column.object, inner);
            }
            cell.out.end_array();
        } else {
            write_object(*column.object, cell);
        }
    }
    cell.out.end_object();
}

void collect_types(const ObjectType& type, std::vector<const ObjectType*>& types) {
    if (std::ranges::find(types, &type) != types.end()) {
        return;
    }
    types.push_back(&type);
    for (const Column& column : type.columns) {
        if (column.object != nullptr) {
            collect_types(*column.object, types);
        }
    }
}

}  // namespace

Document generate_rows(const ObjectType& type, Layout layout, std::uint64_t seed,
                       std::size_t count) {
    std::string text;
    JsonWriter out(layout, text);
    Random random(seed);
    for (std::size_t row = 0; row < count; ++row) {
        Cell cell{random, out, row};
        write_object(type, cell);
        out.end_row();
        if (row == 0 && count > 1) {
            // The first row says about how much the others need; a little over saves a copy.
            text.reserve(count * (text.size() + text.size() / 4));
        }
    }
    return split_rows(std::move(text));
}

std::string registry_json(const ObjectType& root) {
    std::vector<const ObjectType*> types;
    collect_types(root, types);

    std::string json;
    JsonWriter out(Layout::kCompact, json);
    out.begin_object();
    out.key("version");
    out.string("1.0");
    out.key("features");
    out.begin_array();
    out.end_array();
    out.key("types");
    out.begin_object();
    for (const ObjectType* type : types) {
        out.key(type->name);
        out.begin_object();
        out.key("fields");
        out.begin_object();
        for (const Column& column : type->columns) {
            out.key(column.name);
            out.begin_object();
            out.key("type_name");
            out.string(column.type);
            out.key("is_nested_object");
            out.boolean(column.object != nullptr);
            out.key("is_list");
            out.boolean(column.is_list);
            out.end_object();
        }
        out.end_object();
        out.end_object();
    }
    out.end_object();
    out.end_object();
    return json;
}

}  // namespace rowcast::workloads
