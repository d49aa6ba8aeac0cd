#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rowcast::test {

// The names in ROWCAST_REQUIRE (separated by commas): implementations and instruction sets whose
// tests must run here. Where one cannot, that is a failure and not a skip.
std::vector<std::string> required_names();
bool is_required(std::string_view name);

}  // namespace rowcast::test
