#pragma once

// The measures that rowcast_requests takes by itself. Each gives the members of its answer; those
// that it could not take are in "reasons", by name.

#include <cstdint>
#include <string>

#include "harness/count/request_loop.hpp"
#include "harness/count/work.hpp"
#include "harness/measure/json_lines.hpp"

namespace rowcast::count {

using measure::Json;

// Allocations of one request in the steady state, and of one with everything new.
[[nodiscard]] Json count_allocations(RequestLoop& loop);

// Hardware events, through PAPI.
[[nodiscard]] Json count_events(RequestLoop& loop, std::uint64_t requests);

// Has callgrind dump what one request and what one more than `requests` cost. Throws std::runtime_error where the
// program does not run under callgrind.
[[nodiscard]] Json count_under_callgrind(RequestLoop& loop, std::uint64_t requests);

// Time of a request: the median of epochs of at least 0.2 ms, for 0.2 s. What it is good for is a
// comparison of launches that take turns.
[[nodiscard]] Json time_requests(RequestLoop& loop);

// The library that this process's allocations end up in: the file of the `malloc` that the harness's
// own one passes them on to.
[[nodiscard]] std::string allocator_library();

// Single steps, decoded.
[[nodiscard]] Json count_steps(RequestLoop& loop, std::uint64_t requests, std::uint64_t max_steps);

}  // namespace rowcast::count
