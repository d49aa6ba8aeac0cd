#pragma once

// Puts a selection together, field by field, under the rules that all notations share: equal
// response names merge or conflict (semantics rule 7).

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pipeline/result.hpp"
#include "pipeline/selection.hpp"

namespace rowcast {

class SelectionBuilder {
  public:
    // Names go into the pool, which outlives the selection; `temporary` serves the building alone.
    SelectionBuilder(KeyStyle keys, NamePool& names, std::pmr::memory_resource* temporary);

    // Adds a field to a set, or merges it with the one of the same response name. With
    // `has_selection`, the answer is the set for its sub-selection; else kNoSelectionSet.
    Result<std::int32_t> add(std::int32_t set, std::string_view name,
                             std::optional<std::string_view> alias, bool has_selection);

    Selection finish() { return std::move(selection_); }

    static constexpr std::int32_t kRow = 0;  // the outermost set

  private:
    std::int32_t add_set();

    KeyStyle keys_;
    NamePool* names_;
    Selection selection_;
    // By set and response name: where the field is in its set.
    std::pmr::map<std::pair<std::int32_t, std::string_view>, std::size_t> by_response_name_;
};

}  // namespace rowcast
