#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/document.hpp"
#include "workloads/json_writer.hpp"
#include "workloads/random.hpp"

namespace rowcast::workloads {

// A workload's rows are described once, as a table of columns; its rows and its schema are both
// made from that description, so that they cannot disagree.

// What one value is written from and to.
struct Cell {
    Random& random;
    JsonWriter& out;
    std::uint64_t ordinal;  // of the object in its list: the row's index, for a row
};

// Draws one value and writes it.
using WriteValue = void (*)(Cell&);

struct ObjectType;

// Made by the four functions below.
struct Column {
    std::string_view name;
    std::string_view type;  // GraphQL type name
    WriteValue write;       // null if the value is an object or a list of objects
    const ObjectType* object;
    std::size_t elements;  // of a list of objects
    bool is_list;
    unsigned null_percent;
};

struct ObjectType {
    std::string_view name;
    std::span<const Column> columns;
};

constexpr Column column(std::string_view name, std::string_view type, WriteValue write,
                        unsigned null_percent = 0) {
    return {name, type, write, nullptr, 0, false, null_percent};
}

// A list of scalars, brackets included, is written by `write`.
constexpr Column scalar_list(std::string_view name, std::string_view type, WriteValue write,
                             unsigned null_percent = 0) {
    return {name, type, write, nullptr, 0, true, null_percent};
}

constexpr Column object(std::string_view name, const ObjectType& type, unsigned null_percent = 0) {
    return {name, type.name, nullptr, &type, 0, false, null_percent};
}

constexpr Column object_list(std::string_view name, const ObjectType& type, std::size_t elements) {
    return {name, type.name, nullptr, &type, elements, true, 0};
}

// Both layouts of a seed hold the same values, and fewer rows are a prefix of more.
Document generate_rows(const ObjectType& type, Layout layout, std::uint64_t seed,
                       std::size_t count);

// FraiseQL's registry JSON with `root` and every type below it, all columns declared.
std::string registry_json(const ObjectType& root);

}  // namespace rowcast::workloads
