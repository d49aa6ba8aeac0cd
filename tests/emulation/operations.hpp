#pragma once

// What immintrin.h beside this stands in for, on the same bytes: operations.cpp is compiled for the
// instructions themselves (namespace `real`) and with that header (`emulated`).

#include <cstddef>
#include <cstdint>

namespace rowcast::emulation {

struct Input {
    alignas(64) std::uint8_t a[64];
    alignas(64) std::uint8_t b[64];
    alignas(64) std::uint8_t c[64];
    std::uint64_t mask;
};

// In the order of operations.cpp.
struct Results {
    static constexpr std::size_t kMost = 32;
    std::size_t vector_count;
    std::size_t mask_count;
    alignas(64) std::uint8_t vectors[kMost][64];
    std::uint64_t masks[kMost];
};

namespace real {
void run(const Input& input, Results& results) noexcept;
}
namespace emulated {
void run(const Input& input, Results& results) noexcept;
}

}  // namespace rowcast::emulation
