#include "harness/verify/expected.hpp"

#include <algorithm>
#include <cstdio>

namespace rowcast::verify {

namespace {

using workloads::Layout;

constexpr ExpectedResponse kExpected[] = {
#include "harness/verify/expected.inc"
};

}  // namespace

std::span<const ExpectedResponse> expected_responses() noexcept { return kExpected; }

const ExpectedResponse* expected_response(std::string_view workload, Layout layout,
                                          Scenario scenario) noexcept {
    const auto found = std::find_if(
        std::begin(kExpected), std::end(kExpected), [&](const ExpectedResponse& expected) {
            return expected.workload == workload && expected.layout == layout &&
                   expected.scenario == scenario;
        });
    return found == std::end(kExpected) ? nullptr : found;
}

std::string source_line(const ExpectedResponse& response) {
    char figures[64];
    std::snprintf(figures, sizeof figures, "%zu, 0x%016llx", response.bytes,
                  static_cast<unsigned long long>(response.hash));
    std::string line = "{\"";
    line += response.workload;
    line += response.layout == Layout::kCompact ? "\", Layout::kCompact, " : "\", Layout::kJsonb, ";
    line += response.scenario == Scenario::kAll ? "Scenario::kAll, " : "Scenario::kSelect, ";
    line += figures;
    return line + "},";
}

}  // namespace rowcast::verify
