#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rowcast::measure {

struct ChildAnswer {
    std::string output;  // its standard output
    int exit_code = 0;
    std::string error;  // not empty: it could not be started, or a signal ended it
    bool hung = false;  // that signal was ours
};

// Runs a program (looked up in PATH, unless its name has a '/') and waits for it. `variables`
// replace those of the environment. `on_second` is called about once a second while it runs.
[[nodiscard]] ChildAnswer run_child(const std::vector<std::string>& arguments,
                                    std::span<const std::pair<std::string, std::string>> variables,
                                    const std::function<void()>& on_second);

// How long a launch may say nothing, beyond what its measuring takes: making texts and checking answers
// takes seconds.
inline constexpr double kPatienceS = 300.0;

// Runs this very program anew with these arguments (the first is its name) and waits for it: a fresh
// process has addresses of its own. One that prints nothing for as long as `patience` is ended.
[[nodiscard]] ChildAnswer run_anew(const std::vector<std::string>& arguments,
                                   std::chrono::duration<double> patience);

// For such a process to call: it ends when the one that started it does, however that came about. Else
// it would go on measuring, and disturb who measures next.
void end_with_parent() noexcept;

}  // namespace rowcast::measure
