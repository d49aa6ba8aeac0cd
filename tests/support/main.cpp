#include <gtest/gtest.h>

#include "reference/register.hpp"

// Implementations are registered before GoogleTest makes the parametrised tests from the registry.
int main(int argc, char** argv) {
    rowcast::reference::register_implementations();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
