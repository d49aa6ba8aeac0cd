#pragma once

// One request written down in full: what a conformance case, a property's counter-example and a
// `rowcast transform` command line have in common.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/plan.hpp"
#include "pipeline/selection.hpp"

namespace rowcast::cases {

struct TransformCase {
    std::string field = "data";
    std::optional<std::string> type;
    std::optional<std::string> schema;            // FraiseQL registry JSON
    std::optional<std::string> select;            // GraphQL selection set
    std::optional<std::string> field_selections;  // FraiseQL JSON
    std::optional<std::string> field_paths;       // FraiseQL JSON
    TypenameMode typename_mode = TypenameMode::kAlways;
    KeyStyle keys = KeyStyle::kCamel;
    bool single = false;
    bool wrap = true;
    bool omit_missing = false;
    std::uint32_t max_depth = kDefaultMaxDepth;
    std::vector<std::string> rows;  // any bytes
};

}  // namespace rowcast::cases
