#pragma once

// The reference's own reading and writing of keys and strings (semantics rule 3). All of it takes
// one byte after the other and makes a new string; all throw std::bad_alloc.

#include <string>
#include <string_view>

namespace rowcast::reference {

// The characters that a JSON string stands for. `token` is valid and has its quotes.
std::string decode_string(std::string_view token);

// The camelCase form of a decoded key.
std::string camel_case(std::string_view key);

// The JSON string, with quotes, that spells `text` with the least escaping.
std::string quote(std::string_view text);

}  // namespace rowcast::reference
