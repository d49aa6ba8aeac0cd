#include "harness/count/work.hpp"

#include <array>
#include <utility>

namespace rowcast::count {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 6> kMethods = {{
    {Method::kNothing, "nothing"},
    {Method::kAllocations, "allocations"},
    {Method::kPapi, "papi"},
    {Method::kCallgrind, "callgrind"},
    {Method::kStep, "step"},
    {Method::kTime, "time"},
}};

}  // namespace

std::string_view method_name(Method method) noexcept {
    for (const auto& [known, name] : kMethods) {
        if (known == method) {
            return name;
        }
    }
    return {};
}

std::optional<Method> parse_method(std::string_view name) noexcept {
    for (const auto& [method, known] : kMethods) {
        if (known == name) {
            return method;
        }
    }
    return std::nullopt;
}

std::vector<std::string> arguments_of(const Work& work, Method method) {
    return {work.implementation,
            work.workload,
            "--layout",
            std::string(workloads::layout_name(work.layout)),
            "--scenario",
            std::string(cases::scenario_name(work.scenario)),
            "--seed",
            std::to_string(work.seed),
            "--requests",
            std::to_string(work.requests),
            "--count",
            std::string(method_name(method)),
            "--max-steps",
            std::to_string(work.max_steps)};
}

}  // namespace rowcast::count
