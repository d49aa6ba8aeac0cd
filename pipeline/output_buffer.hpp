#pragma once

// Where a response is written: one contiguous buffer, kept from request to request.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/memory.hpp"
#include "pipeline/memory_limit.hpp"

namespace rowcast {

// Gives the output its memory: makes `*data` hold at least `wanted` bytes, keeping the first `used`
// ones, and sets `*capacity` (at least `wanted`; more is welcome). False where it cannot; then
// nothing has changed. `*data` is null at first.
struct OutputAllocator {
    void* context;
    bool (*resize)(void* context, std::uint8_t** data, std::size_t used, std::size_t wanted,
                   std::size_t* capacity);
};

// malloc and realloc; a resize to 0 frees.
OutputAllocator heap_output_allocator() noexcept;

class OutputBuffer {
  public:
    // The limit outlives the buffer.
    OutputBuffer(MemoryLimit& limit, OutputAllocator allocator) noexcept;
    ~OutputBuffer();
    OutputBuffer(const OutputBuffer&) = delete;
    OutputBuffer& operator=(const OutputBuffer&) = delete;

    // What kernels write to.
    kernels::Output& output() noexcept { return output_; }

    std::size_t size() const noexcept {
        return static_cast<std::size_t>(output_.cursor - output_.begin);
    }
    std::string_view bytes() const noexcept;

    // Makes room for `bytes` in all, exactly rather than generously.
    kernels::ErrorCode reserve(std::size_t bytes) noexcept;

    // Appends; the buffer grows where it must.
    kernels::ErrorCode append(std::string_view bytes) noexcept;

    void clear() noexcept { output_.cursor = output_.begin; }  // keeps the capacity
    void truncate(std::size_t size) noexcept { output_.cursor = output_.begin + size; }
    void trim() noexcept;  // gives all memory back

    std::size_t capacity() const noexcept {
        return static_cast<std::size_t>(output_.end - output_.begin);
    }
    std::size_t high_water() const noexcept { return high_water_; }  // most bytes of capacity
    std::size_t growths() const noexcept { return growths_; }        // since it was made

  private:
    static kernels::ErrorCode grow(kernels::Output* output, std::size_t room) noexcept;
    kernels::ErrorCode resize(std::size_t wanted) noexcept;

    kernels::Output output_;  // first: grow() finds the buffer from it
    MemoryLimit* limit_;
    OutputAllocator allocator_;
    std::size_t high_water_ = 0;
    std::size_t growths_ = 0;
};

}  // namespace rowcast
