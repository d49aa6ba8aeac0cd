#pragma once

#include <cstdint>

namespace rowcast::measure {

// splitmix64 (Vigna): the same sequence everywhere for one seed.
class Random {
  public:
    explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

    constexpr std::uint64_t next() noexcept {
        state_ += 0x9E3779B97F4A7C15u;
        std::uint64_t value = state_;
        value = (value ^ (value >> 30u)) * 0xBF58476D1CE4E5B9u;
        value = (value ^ (value >> 27u)) * 0x94D049BB133111EBu;
        return value ^ (value >> 31u);
    }

  private:
    std::uint64_t state_;
};

}  // namespace rowcast::measure
