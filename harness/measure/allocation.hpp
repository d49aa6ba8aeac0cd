#pragma once

#include <cstdint>
#include <string>

namespace rowcast::measure {

// What a stretch of code asked of the heap, in all threads.
//
// Bytes are the bytes **requested** (`malloc(n)` is n, `calloc(a, b)` is a*b), not what the
// allocator rounds them up to nor its own bookkeeping: so they are the same on every machine and
// under every allocator, and a little less than what the process grows by.
struct AllocationCounts {
    // Successful requests: malloc, calloc, realloc and reallocarray (to a size above 0),
    // aligned_alloc, posix_memalign, memalign, valloc, pvalloc; and so every operator new.
    std::uint64_t count = 0;
    // The sum of their sizes. A realloc counts with its whole new size.
    std::uint64_t bytes = 0;
    // The most bytes, of those requested since the start, that lived at one time. A realloc
    // replaces its old block.
    std::uint64_t peak_live_bytes = 0;
    // Blocks requested since the start and not freed again, and their bytes.
    std::uint64_t left_count = 0;
    std::uint64_t left_bytes = 0;
};

// Whether this program can count, by what means, and if not why not.
struct AllocationSource {
    bool available = false;
    std::string name;    // "interposed malloc", "sanitizer hooks"
    std::string reason;  // why it is not available
};
[[nodiscard]] AllocationSource allocation_source();

// Counts from its construction to its destruction. Only one at a time in a process (a second one
// throws std::logic_error), and only where allocation_source() is available (else it throws too).
// Counting slows every allocation down, so nothing is timed inside a scope; outside one, an
// allocation pays for one jump more.
class AllocationScope {
  public:
    AllocationScope();
    ~AllocationScope();
    AllocationScope(const AllocationScope&) = delete;
    AllocationScope& operator=(const AllocationScope&) = delete;

    // What happened so far. Allocates nothing itself.
    [[nodiscard]] AllocationCounts counts() const;
};

}  // namespace rowcast::measure
