#pragma once

#include <functional>

namespace rowcast::test {

// Runs `work` in a thread whose machine stack is a quarter of a megabyte: what recursed for each
// level of a deep document would not come back.
void on_a_small_stack(const std::function<void()>& work);

}  // namespace rowcast::test
