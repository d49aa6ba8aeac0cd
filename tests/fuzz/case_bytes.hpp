#pragma once

// A case as the bytes that a fuzzer changes, and back. Sections, with FE FF between them:
//
//     options  field  type  schema  selection  row  row ...
//
// FE and FF occur in no valid UTF-8, so nearly every row can be said, and bytes that are missing or
// that mean nothing still make a case. The options are letters, in any order, and a depth:
//
//     T a type is given     S a schema is given     g f p the selection's notation
//     n no wrap             s single                o omit missing
//     r raw keys            t typename selected     12 max depth

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cases/transform_case.hpp"

namespace rowcast::fuzz {

inline constexpr std::string_view kSeparator = "\xFE\xFF";
inline constexpr std::string_view kOptionLetters = "TSgfpnsort";

// The sections by their place; rows come last.
enum Section : std::size_t { kOptions, kField, kType, kSchema, kSelection, kFirstRow };

std::vector<std::string> split(std::string_view bytes);
std::string join(const std::vector<std::string>& sections);

cases::TransformCase decode(std::string_view bytes);

// Bytes that decode to this case, where no text in it holds a separator.
std::string encode(const cases::TransformCase& transform_case);

}  // namespace rowcast::fuzz
