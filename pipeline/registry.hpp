#pragma once

// Which implementations there are, best first. The kernel-based ones are always there; a program
// that wants more (the reference, the peers) adds them once at its start.

#include <span>
#include <string>
#include <string_view>

#include "pipeline/implementation.hpp"
#include "pipeline/picks.hpp"
#include "pipeline/result.hpp"

namespace rowcast {

// All registered implementations: the kernels' own, best first, then added ones in the order of
// their adding. Supported by this machine or not.
std::span<const Implementation* const> implementations() noexcept;

// Adds one; it must outlive the program's use of it. A name already taken is ignored. Call it
// before other threads use the registry.
void add_implementation(const Implementation& implementation);

// The one called `name`, supported or not; null if there is none.
const Implementation* find_implementation(std::string_view name) noexcept;

// The first that this machine supports and that is no peer.
const Implementation& best_implementation() noexcept;

// Resolves a choice: `requested` (empty: none), else the environment's ROWCAST_IMPLEMENTATION, else
// `auto`: what the picks name (those of the file in ROWCAST_PICKS, else those compiled in), which is
// one of the kernels' own or, where it depends on the batch, one called "auto" that goes to them. An
// unknown or unsupported name is an error that lists the names to choose from or says
// what the machine lacks; never something else silently.
Result<const Implementation*> choose_implementation(std::string_view requested);

// What `auto` takes for a batch, and why.
struct PickAnswer {
    const Implementation* implementation;
    const Pick* pick;  // with its evidence; null: nothing was measured for this machine
    const Picks* picks;
};
Result<PickAnswer> explain_pick(PickScenario scenario, std::size_t bytes);

}  // namespace rowcast
