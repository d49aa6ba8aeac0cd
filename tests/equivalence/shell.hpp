#pragma once

#include <string>

namespace rowcast::test {

// What bash writes to standard output when it runs `script`; standard error goes where ours goes.
std::string output_of_bash(const std::string& script);

}  // namespace rowcast::test
