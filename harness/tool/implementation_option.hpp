#pragma once

#include <string>
#include <vector>

#include "pipeline/implementation.hpp"

namespace rowcast::tool {

enum class Peers { kIncluded, kLeftOut };

// Which implementations a command compares with the reference: the one called `name` or, if it is
// empty, every one that runs on this machine but the reference itself. Throws Stop (usage) for a
// name that is unknown or unsupported.
std::vector<const Implementation*> compared_implementations(const std::string& name, Peers peers);

}  // namespace rowcast::tool
