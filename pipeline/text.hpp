#pragma once

// Small things with text that plan, schema and selection compilers share.

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

namespace rowcast {

// A copy that lives in `memory`.
std::string_view copy_text(std::string_view text, std::pmr::memory_resource* memory);

// The camelCase form (semantics rule 3), in `memory`.
std::string_view camel_case(std::string_view key, std::pmr::memory_resource* memory);

// before + the text as a JSON string with the least escaping, quoted + after; in `memory`, with
// kernels::kOutputSlack readable bytes behind it.
std::string_view quoted(std::string_view before, std::string_view text, std::string_view after,
                        std::pmr::memory_resource* memory);

// The text as it stands in a message: on one line whatever is in it, control characters as \u00xx.
std::string shown(std::string_view text);

bool is_valid_utf8(std::string_view text) noexcept;

inline constexpr std::string_view kTypenameKey = "__typename";

}  // namespace rowcast
