#pragma once

#include <string>
#include <vector>

namespace rowcast::measure {

// What a child process left.
struct Relaunched {
    std::string output;  // of its standard output, whatever came of the child
    std::string error;   // why it could not be started, or the signal that ended it; else empty
};

// Runs this very program anew with these arguments (the first is its name) and waits for it: a fresh
// process has addresses of its own. Its standard error is ours.
[[nodiscard]] Relaunched relaunch(const std::vector<std::string>& arguments);

}  // namespace rowcast::measure
