#pragma once

// What is counted: requests for one document of a workload, and how the two programs tell each
// other of it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cases/workload_plan.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::count {

struct Work {
    std::string implementation;
    std::string workload;  // of the catalogue
    workloads::Layout layout = workloads::Layout::kCompact;
    cases::Scenario scenario = cases::Scenario::kAll;
    std::uint64_t seed = 1;
    // A request's figures are the means of so many, from the first instruction of one to the first
    // instruction of the next.
    std::uint64_t requests = 1;
    std::uint64_t max_steps = 0;  // stepping gives up beyond
};

// How rowcast_requests counts.
enum class Method : std::uint8_t { kNothing, kAllocations, kPapi, kCallgrind, kStep, kTime };

std::string_view method_name(Method method) noexcept;
std::optional<Method> parse_method(std::string_view name) noexcept;

// The arguments for rowcast_requests, without its name.
std::vector<std::string> arguments_of(const Work& work, Method method);

// Requests before counting begins: the output buffer has its size, what an implementation learns
// from rows it has learnt, the allocator holds what is given back and asked for again.
inline constexpr std::uint64_t kWarmUpRequests = 4;

// The names that callgrind's dumps after one request and after one more than asked are given. What
// lies between them is the requests asked for and nothing beside.
inline constexpr const char* kFirstDump = "one request";
inline constexpr const char* kSecondDump = "one more than asked";

}  // namespace rowcast::count
