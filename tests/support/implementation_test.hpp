#pragma once

// Tests receive the implementation: none of them names one.
//
//     class Something : public ImplementationTest {};
//     ROWCAST_FOR_EACH_IMPLEMENTATION(Something);
//     TEST_P(Something, DoesIt) { Request request(implementation()); ... }

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/implementation.hpp"

namespace rowcast::test {

// Every registered implementation that claims to answer every plan, supported here or not.
std::vector<const Implementation*> exact_implementations();

// Its name as GoogleTest allows it.
std::string test_name(const testing::TestParamInfo<const Implementation*>& info);

// Skips, visibly, where the machine lacks what the implementation needs; fails there if
// ROWCAST_REQUIRE names it.
class ImplementationTest : public testing::TestWithParam<const Implementation*> {
  public:
    static const Implementation& implementation() { return *GetParam(); }

  protected:
    void SetUp() override;
};

}  // namespace rowcast::test

#define ROWCAST_FOR_EACH_IMPLEMENTATION(suite)                                            \
    INSTANTIATE_TEST_SUITE_P(Each, suite,                                                 \
                             testing::ValuesIn(::rowcast::test::exact_implementations()), \
                             ::rowcast::test::test_name)
