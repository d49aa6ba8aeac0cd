#pragma once

// Scratch memory of a request: chunks that never move live data, kept from request to request.

#include <cstddef>
#include <cstdint>

#include "kernels/memory.hpp"
#include "pipeline/memory_limit.hpp"

namespace rowcast {

class Arena {
  public:
    // The limit outlives the arena.
    explicit Arena(MemoryLimit& limit) noexcept;
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // What kernels allocate from.
    kernels::Scratch& scratch() noexcept { return scratch_; }

    // Forgets all allocations and keeps the chunks. O(1).
    void reset() noexcept;

    // Forgets all allocations and makes the capacity at least `bytes`, in one chunk where it was
    // less. False where it cannot.
    bool reserve(std::size_t bytes) noexcept;

    // Frees the chunks (all but the built-in first one). Only when nothing allocated is in use.
    void trim() noexcept;

    std::size_t capacity() const noexcept { return capacity_; }      // bytes held now
    std::size_t high_water() const noexcept { return high_water_; }  // most bytes held at once

  private:
    struct Chunk;
    static void* allocate_elsewhere(kernels::Scratch* scratch, std::size_t bytes,
                                    kernels::ErrorCode* code) noexcept;
    void enter(Chunk* chunk) noexcept;

    static constexpr std::size_t kBuiltInBytes = 2048;
    static constexpr std::size_t kFirstChunkBytes = 4096;

    kernels::Scratch scratch_;  // first: allocate_elsewhere() finds the arena from it
    MemoryLimit* limit_;
    Chunk* first_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t high_water_ = 0;
    alignas(kernels::kScratchAlignment) std::uint8_t built_in_[kBuiltInBytes];
    kernels::Memo memo_;
};

}  // namespace rowcast
