#pragma once

#include <string>
#include <string_view>

#include "harness/cases/transform_case.hpp"

namespace rowcast::cases {

// The bytes with those that do not print as \xNN (valid UTF-8 stays), for messages.
std::string printable(std::string_view bytes);

// One word of a POSIX shell that means exactly these bytes; NUL cannot be said and must not occur.
std::string shell_word(std::string_view bytes);

// A command that writes exactly these bytes, NUL included: `printf '...'`.
std::string printf_command(std::string_view bytes);

// The case as one line for bash: `printf '...' | rowcast transform ...`. Rows come as NDJSON from
// standard input where that can carry them, else each as a file of its own.
std::string command_line(const TransformCase& transform_case, std::string_view implementation);

}  // namespace rowcast::cases
