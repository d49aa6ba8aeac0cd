#pragma once

#include <atomic>
#include <cstddef>

// What an allocation source (malloc_interpose.cpp) reports to. Nobody else includes this.
//
// Nothing here allocates or throws. Each function returns at once while nobody counts, but a
// source should know that by itself, and so keep these calls out of its fast path.
namespace rowcast::measure::allocation_hooks {

extern constinit std::atomic<bool> counting;

// Registers the one source of this program, by name. `switch_counting`, if not null, is told when
// counting begins and ends.
void install(const char* name, void (*switch_counting)(bool) noexcept) noexcept;

// Says why this program, though linked with a source, cannot count.
void refuse(const char* reason) noexcept;

// A request for `size` bytes was answered with `block`.
void allocated(const void* block, std::size_t size) noexcept;

// `block` is about to be released: must be called before it is, since another thread may get the
// same address at once. True, and its size, if it was allocated under the present scope.
bool releasing(const void* block, std::size_t* size) noexcept;

// Takes a `releasing` back: the block stays (a realloc that failed).
void kept(const void* block, std::size_t size) noexcept;

}  // namespace rowcast::measure::allocation_hooks
