#include <gtest/gtest.h>

#include "reference/register.hpp"

// Allocations that no machine can serve are tested: under a sanitizer they must fail as they do
// elsewhere. What the sanitizers' environment variables say comes on top.
extern "C" {
const char* __asan_default_options() { return "allocator_may_return_null=1"; }
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}

// Implementations are registered before GoogleTest makes the parametrised tests from the registry.
int main(int argc, char** argv) {
    rowcast::reference::register_implementations();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
