#include "tests/support/implementation_test.hpp"

#include <algorithm>

#include "pipeline/registry.hpp"
#include "tests/support/required.hpp"

namespace rowcast::test {

std::vector<const Implementation*> exact_implementations() {
    std::vector<const Implementation*> exact;
    for (const Implementation* implementation : implementations()) {
        if (!is_peer(*implementation)) {
            exact.push_back(implementation);
        }
    }
    return exact;
}

std::string test_name(const testing::TestParamInfo<const Implementation*>& info) {
    std::string name(info.param->name());
    std::replace_if(
        name.begin(), name.end(),
        [](char c) { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9'); },
        '_');
    return name;
}

void ImplementationTest::SetUp() {
    if (const char* const reason = implementation().unsupported_reason()) {
        if (is_required(implementation().name())) {
            FAIL() << implementation().name() << " is required, but " << reason;
        }
        GTEST_SKIP() << implementation().name() << ": " << reason;
    }
}

}  // namespace rowcast::test
