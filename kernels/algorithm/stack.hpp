#pragma once

// A stack in scratch memory: what engines use instead of the machine's.

#include <cstddef>
#include <cstdint>

#include "kernels/memory.hpp"

namespace rowcast::kernels {
namespace {

// Frame is a plain struct. Growing moves the frames to a block of twice the size; the old block is
// given back with the rest of the row's scratch memory, unless it is the caller's own.
template <class Frame>
struct Stack {
    Frame* frames = nullptr;
    std::size_t size = 0;
    std::size_t capacity = 0;

    [[gnu::always_inline]] ErrorCode push(Scratch& scratch, const Frame& frame) noexcept {
        Frame* const place = push_empty(scratch);
        if (place == nullptr) [[unlikely]] {
            return failure;
        }
        *place = frame;
        return ErrorCode::kOk;
    }

    // One frame more, to be filled where it is: a frame that was just put together is copied by wider
    // loads than it was stored by, and a CPU waits for such stores. Null: `failure` says why.
    [[gnu::always_inline]] Frame* push_empty(Scratch& scratch) noexcept {
        if (size == capacity) [[unlikely]] {
            const Stack grown = grow(scratch, *this);
            if (grown.capacity == 0) {
                failure = grown.failure;
                return nullptr;
            }
            *this = grown;
        }
        return frames + size++;
    }

    [[gnu::always_inline]] Frame pop() noexcept { return frames[--size]; }

    ErrorCode failure = ErrorCode::kOk;

  private:
    // By value and returned by value, so that the caller's stack can live in registers.
    [[gnu::noinline]] static Stack grow(Scratch& scratch, Stack from) noexcept {
        constexpr std::size_t kFirstCapacity = 16;
        const std::size_t capacity = from.capacity == 0 ? kFirstCapacity : from.capacity * 2;
        Stack to;
        to.frames = static_cast<Frame*>(allocate(scratch, capacity * sizeof(Frame), &to.failure));
        if (to.frames != nullptr) {
            to.capacity = capacity;
            to.size = from.size;
            if (from.size != 0) {
                __builtin_memcpy(to.frames, from.frames, from.size * sizeof(Frame));
            }
        }
        return to;
    }
};

}  // namespace
}  // namespace rowcast::kernels
