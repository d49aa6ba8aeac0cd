// Any selection, schema and names: a plan with which all agree, or a clear error.

#include <algorithm>

#include "harness/cases/command_line.hpp"
#include "harness/cases/compare.hpp"
#include "harness/cases/run_case.hpp"
#include "reference/nlohmann.hpp"
#include "tests/fuzz/case_bytes.hpp"
#include "tests/fuzz/target.hpp"

namespace rowcast::fuzz {

namespace {

// Rows in which the names of the seeds, and short ones, stand at every level.
constexpr std::string_view kRows[] = {
    R"({"a":1,"b":{"a":[{"b":null,"a_b":2}],"b":{"a":{"b":{"a":"x"}}}},"a_b":"y","__typename":"Z"})",
    R"([{"user_id":1,"first_name":"A","user_posts":[{"post_id":2,"title":"t","post_comments":)"
    R"([{"id":3}]}],"home_address":{"zip_code":"8"},"extra_data":{"raw_key":[{"a_b":1}]}},null])",
    R"({ "id" : 1, "":0, "_":1, "__":2, "\u0061":3, "a\u005fb":{"c_d":4}, "A":5,)"
    R"( "t_":{"t":{"__typename":0}}, "aB":[[{"a":6}]] })",
    R"({"a":{"a":{"a":{"a":{"a":{}}}}},"b":[[],[[]],{}],"a":{"b":1,"b":{"a":2}}})",
    "7",
};

cases::TransformCase with_rows(std::string_view bytes) {
    cases::TransformCase transform_case = decode(bytes);
    transform_case.rows.assign(std::begin(kRows), std::end(kRows));
    return transform_case;
}

std::string describe(std::string_view bytes) {
    return cases::command_line(with_rows(bytes), "auto") + "\n";
}

// An error's message is one line that can be shown.
bool is_clear(std::string_view message) {
    return !message.empty() && std::none_of(message.begin(), message.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

std::optional<std::string> check(std::string_view bytes) {
    const cases::TransformCase transform_case = with_rows(bytes);
    const auto plan = cases::compile(transform_case);
    if (!plan) {
        if (is_clear(plan.error().message)) {
            return std::nullopt;
        }
        return "the error of a plan is not clear: \"" + cases::printable(plan.error().message) +
               "\"\n" + describe(bytes);
    }
    return cases::compare_all(reference::nlohmann(), **plan, transform_case);
}

}  // namespace

constinit const Target kPlan = {"plan", Focus::kPlan, check, describe};

}  // namespace rowcast::fuzz
