#pragma once

#include <cstddef>
#include <cstdint>

namespace rowcast::workloads {

// A seeded generator whose numbers are the same with every compiler and standard library:
// SplitMix64 (Steele, Lea, Flood 2014). The standard's distributions are not: they may draw any
// number of values.
//
// Two calls in one expression (`f(r.next(), r.next())`) have no defined order: draw into named
// variables first.
class Random {
  public:
    constexpr explicit Random(std::uint64_t seed) noexcept : state_(mix(seed)) {}

    constexpr std::uint64_t next() noexcept {
        state_ += kStep;
        return mix(state_);
    }

    // 0 .. bound - 1, for 1 <= bound <= 2^32: the upper 32 bits of a draw, scaled by a
    // multiplication. One draw always, no rejection: the bias is below bound / 2^32.
    constexpr std::uint64_t below(std::uint64_t bound) noexcept {
        return ((next() >> 32U) * bound) >> 32U;
    }

    // low .. high, both included, for high - low < 2^32.
    constexpr std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
        const auto width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1U;
        return low + static_cast<std::int64_t>(below(width));
    }

    // True in `percent` of a hundred draws.
    constexpr bool chance(unsigned percent) noexcept { return below(100) < percent; }

  private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;

    static constexpr std::uint64_t mix(std::uint64_t value) noexcept {
        value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
        return value ^ (value >> 31U);
    }

    std::uint64_t state_;
};

}  // namespace rowcast::workloads
