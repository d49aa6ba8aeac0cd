#include "tests/support/required.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace rowcast::test {

std::vector<std::string> required_names() {
    const char* const value = std::getenv("ROWCAST_REQUIRE");
    std::istringstream list(value == nullptr ? "" : value);
    std::vector<std::string> names;
    for (std::string name; std::getline(list, name, ',');) {
        if (!name.empty()) {
            names.push_back(name);
        }
    }
    return names;
}

bool is_required(std::string_view name) {
    const auto names = required_names();
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace rowcast::test
