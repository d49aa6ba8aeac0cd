#pragma once

// What rewriters gather of rows to judge their grammar by (token_classes.hpp), over the ends of rows and
// 64 bytes at a time.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/token_classes.hpp"

namespace rowcast::kernels {
namespace {

// Holds kBytes, and what a block's length stored behind them needs.
template <class Isa, std::size_t kBytes>
class Skeleton {
  public:
    void clear() noexcept {
        end_ = bytes_;
        before_ = Isa::fill(kNothing);
        in_fraction_ = 0;
    }

    // Where it goes on; whoever appends says how far.
    std::uint8_t* end() const noexcept { return end_; }
    void set_end(std::uint8_t* end) noexcept { end_ = end; }

    // Bytes that are not judged yet.
    std::ptrdiff_t size() const noexcept { return end_ - bytes_; }

    // Judges whole blocks and keeps the rest. Not 0: there is doubt. O(size()).
    [[gnu::noinline]] std::uint64_t judge() noexcept {
        std::uint64_t doubt = 0;
        auto before = before_;
        const std::uint8_t* from = bytes_;
        for (; end_ - from >= 64; from += 64) {
            const auto block = Isa::load(from);
            const auto grammar = Isa::judge(before, block);
            before = block;
            // A number has one point at most: the carry runs from it through the digits behind it.
            const std::uint64_t points = Isa::equal(block, '.');
            const std::uint64_t fractions = Isa::add(grammar.digits, points << 1, in_fraction_);
            in_fraction_ = static_cast<std::uint8_t>(in_fraction_ | points >> 63);
            doubt |= grammar.misplaced | (fractions & points);
        }
        before_ = before;
        Isa::store(bytes_, Isa::load(from));
        end_ = bytes_ + (end_ - from);
        return doubt;
    }

    // Judges all of it: the rows end here.
    [[gnu::always_inline]] std::uint64_t judge_to_end() noexcept {
        Isa::store(end_, Isa::fill(kNothing));
        end_ += Isa::kBlockBytes;
        return judge();
    }

  private:
    std::uint8_t in_fraction_ = 0;
    typename Isa::Block before_{};
    std::uint8_t* end_ = bytes_;
    std::uint8_t bytes_[kBytes + 4 * 64];
};

}  // namespace
}  // namespace rowcast::kernels
