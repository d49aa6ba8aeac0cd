#pragma once

// The two kinds of memory that an engine writes to, as unfriendly as their contracts allow: every
// growth gives exactly what was asked for, ends at a guard page, and moves the output; what it had
// before is unmapped, so that a pointer kept across a growth faults.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "kernels/memory.hpp"
#include "kernels/status.hpp"
#include "tests/support/guarded_buffer.hpp"

namespace rowcast::test {

class GuardedOutput {
  public:
    GuardedOutput();

    kernels::Output& output() noexcept { return output_; }
    std::string_view bytes() const noexcept;
    std::size_t growths() const noexcept { return growths_; }

    // From the n-th growth from now on (1: the next one) all fail with kOutOfMemory; 0: none does.
    void fail_growth(std::size_t n) noexcept { failing_ = n; }

  private:
    static kernels::ErrorCode grow(kernels::Output* output, std::size_t room) noexcept;

    kernels::Output output_;  // first: grow() finds the object from it
    std::unique_ptr<GuardedBuffer> buffer_;
    std::size_t growths_ = 0;
    std::size_t failing_ = 0;
};

class GuardedScratch {
  public:
    GuardedScratch();

    kernels::Scratch& scratch() noexcept { return scratch_; }
    std::size_t allocations() const noexcept { return chunks_.size(); }
    void fail_allocation(std::size_t n) noexcept { failing_ = n; }

  private:
    static void* allocate_elsewhere(kernels::Scratch* scratch, std::size_t bytes,
                                    kernels::ErrorCode* code) noexcept;

    kernels::Scratch scratch_;  // first: allocate_elsewhere() finds the object from it
    GuardedBuffer full_{0};
    kernels::Memo memo_;
    std::vector<std::unique_ptr<GuardedBuffer>> chunks_;
    std::size_t failing_ = 0;
};

}  // namespace rowcast::test
