#pragma once

// What a client selected: a tree of selection sets, merged as the GraphQL specification says, kept
// in flat arrays. Three notations lead to it (semantics rule 7).

#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "pipeline/name_pool.hpp"
#include "pipeline/result.hpp"

namespace rowcast {

// How keys are written: in camelCase, or as the row or the selection spells them.
enum class KeyStyle : std::uint8_t { kCamel, kRaw };

inline constexpr std::int32_t kNoSelectionSet = -1;

struct SelectedField {
    std::string_view name;           // as the selection spells it
    std::string_view camel_name;     // what it matches: row keys of this camelCase form
    std::string_view response_name;  // the key it is written under, not escaped
    std::int32_t selection_set;      // index into Selection::sets, or kNoSelectionSet
    bool is_typename;                // camel_name is `__typename`
};

struct SelectionSet {
    using allocator_type = std::pmr::polymorphic_allocator<>;

    explicit SelectionSet(const allocator_type& allocator = {}) : fields(allocator) {}
    SelectionSet(SelectionSet&& other, const allocator_type& allocator)
        : fields(std::move(other.fields), allocator) {}
    SelectionSet(SelectionSet&&) = default;
    SelectionSet(const SelectionSet&) = delete;
    SelectionSet& operator=(SelectionSet&&) = default;
    SelectionSet& operator=(const SelectionSet&) = delete;
    ~SelectionSet() = default;

    std::pmr::vector<SelectedField> fields;  // response names are distinct
};

// Immutable once made. Names live in the pool, arrays in its memory.
struct Selection {
    std::pmr::vector<SelectionSet> sets;  // [0] is the row's
};

// A selection set in GraphQL's syntax: `{ id name: first_name posts { title } }`. Names, aliases,
// nesting, commas and comments; an error names line and column. O(n log n) in the text's size.
Result<Selection> parse_selection_set(std::string_view text, KeyStyle keys, NamePool& names);

// FraiseQL's list: `[{"materialized_path":"posts.title","alias":"posts.headline"}]`.
Result<Selection> parse_field_selections(std::string_view json, KeyStyle keys, NamePool& names);

// FraiseQL's plain list of paths: `[["id"],["posts","title"]]`.
Result<Selection> parse_field_paths(std::string_view json, KeyStyle keys, NamePool& names);

}  // namespace rowcast
