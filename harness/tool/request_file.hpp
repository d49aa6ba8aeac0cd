#pragma once

// `--request FILE`: several root fields in one response, described in JSON.
//
//     {"schema": "schema.json",
//      "roots": [{"field": "users", "type": "User", "select": "{ id }", "input": "users.ndjson"},
//                {"field": "me", "type": "User", "input": ["me.ndjson"], "single": true}]}
//
// Paths are relative to the file's own folder; "-" is standard input. What a root does not say is
// as the command line has it.

#include <optional>
#include <string>
#include <vector>

#include "harness/tool/rows_input.hpp"
#include "pipeline/plan.hpp"

namespace rowcast::tool {

// One root field as the user described it, with its own copies of all texts.
struct RootDescription {
    std::string field = "data";
    std::optional<std::string> type;
    std::optional<std::string> select;
    std::optional<std::string> field_selections;
    std::optional<std::string> field_paths;
    TypenameMode typename_mode = TypenameMode::kAlways;
    KeyStyle keys = KeyStyle::kCamel;
    bool single = false;
    bool omit_missing = false;
    std::uint32_t max_depth = kDefaultMaxDepth;
    InputFormat input_format = InputFormat::kNdjson;
    std::vector<std::string> inputs;

    RootOptions options() const;
};

struct RequestDescription {
    std::optional<std::string> schema;  // registry JSON
    std::vector<RootDescription> roots;
};

// Reads the file. Throws Stop (usage), naming the place, for anything it does not understand.
RequestDescription read_request_file(const std::string& path, const RootDescription& defaults);

}  // namespace rowcast::tool
