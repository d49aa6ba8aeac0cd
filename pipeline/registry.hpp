#pragma once

// Which implementations there are, best first. The kernel-based ones are always there; a program
// that wants more (the reference, the peers) adds them once at its start.

#include <span>
#include <string>
#include <string_view>

#include "pipeline/implementation.hpp"
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

// What `auto` takes on this machine: the first supported one that is no peer.
const Implementation& best_implementation() noexcept;

// Resolves a choice: `requested` (empty: none), else the environment's ROWCAST_IMPLEMENTATION, else
// `auto`. An unknown or unsupported name is an error that lists the names to choose from or says
// what the machine lacks; never something else silently.
Result<const Implementation*> choose_implementation(std::string_view requested);

}  // namespace rowcast
