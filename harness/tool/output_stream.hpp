#pragma once

#include <string_view>

namespace rowcast::tool {

// Writes all of it to standard output, past any buffer; throws Stop where that fails.
void write_standard_output(std::string_view bytes);

// What the C library still holds; on failure says so on standard error and returns false.
bool flush_standard_output() noexcept;

}  // namespace rowcast::tool
