#pragma once

// Counting instructions by executing them one at a time: the processor's trap flag raises SIGTRAP
// after each, and the handler notes from where to where the program went. Any instruction set, no
// hardware counters, no emulation; some 80,000 steps a second.
//
// The handler only counts pairs of addresses, in a table that is there beforehand. What the
// instructions were is read from memory afterwards (decode.hpp), once an address.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rowcast::count {

// The instruction at `from` was executed `times` times with the one at `to` after it.
struct Edge {
    std::uintptr_t from = 0;
    std::uintptr_t to = 0;
    std::uint64_t times = 0;
};

// Why this build cannot step, in one line; null where it can.
[[nodiscard]] const char* stepping_unavailable() noexcept;

struct Steps {
    std::vector<Edge> edges;  // by address
    std::string error;        // not empty: the edges are not to be used
};

// What is counted of the work: from its first arrival at `entry`, the address of a function, until
// it has come back there `rounds` times.
struct Span {
    std::uintptr_t entry = 0;
    std::uint64_t rounds = 1;
};

// Runs `work` step by step on the calling thread, which must be the only one that steps; behind the
// span it goes on at full speed. More steps than `max_steps` end the counting (an error), not the
// work.
[[nodiscard]] Steps step(const std::function<void()>& work, Span span, std::uint64_t max_steps);

// Instructions executed. A repeated string instruction (`rep movsb`) traps after each round and
// counts once.
[[nodiscard]] std::uint64_t instructions(const std::vector<Edge>& edges);

// Whether the edge is a round of a repeated string instruction that is not its last one.
[[nodiscard]] bool is_unfinished_repeat(const Edge& edge);

}  // namespace rowcast::count
