#pragma once

// What every vocabulary with sets of 64 bytes does with them in general registers.

#include <cstdint>

namespace rowcast::kernels {
namespace {

struct Masks {
    using Mask = std::uint64_t;

    // Bits, and behind the last one another: whether there is anything in `mask`. A negation's carry
    // says so, and g++ 12 needs five instructions for what takes two.
    [[gnu::always_inline]] static Mask append_any(Mask bits, Mask mask) noexcept {
        asm("neg %[mask]\n\tadc %[bits], %[bits]" : [bits] "+r"(bits), [mask] "+r"(mask) : : "cc");
        return bits;
    }
};

}  // namespace
}  // namespace rowcast::kernels
