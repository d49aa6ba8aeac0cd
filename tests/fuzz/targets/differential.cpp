// Any rows, under any options: every implementation answers as the reference does.

#include "harness/cases/command_line.hpp"
#include "harness/cases/compare.hpp"
#include "harness/cases/run_case.hpp"
#include "reference/nlohmann.hpp"
#include "tests/fuzz/case_bytes.hpp"
#include "tests/fuzz/target.hpp"

namespace rowcast::fuzz {

namespace {

std::optional<std::string> check(std::string_view bytes) {
    const cases::TransformCase transform_case = decode(bytes);
    const auto plan = cases::compile(transform_case);
    if (!plan) {
        return std::nullopt;
    }
    return cases::compare_all(reference::nlohmann(), **plan, transform_case);
}

std::string describe(std::string_view bytes) {
    return cases::command_line(decode(bytes), "auto") + "\n";
}

}  // namespace

constinit const Target kDifferential = {"differential", Focus::kRows, check, describe};

}  // namespace rowcast::fuzz
