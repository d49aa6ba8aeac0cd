#pragma once

// Configuration that comes as JSON (schemas, FraiseQL's lists), read with nlohmann/json. Its
// exceptions stop here.

#include <string_view>

#include <nlohmann/json.hpp>

#include "pipeline/result.hpp"

namespace rowcast {

// Parses `text`; an error names `what` it should have been, the line and the column.
Result<nlohmann::json> parse_json_document(std::string_view text, std::string_view what);

}  // namespace rowcast
