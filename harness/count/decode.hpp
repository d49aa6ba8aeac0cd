#pragma once

// What the stepped instructions were. Needs Zydis, which decodes AVX-512 too.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/count/stepping.hpp"

namespace rowcast::count {

// Every instruction belongs to one of these: the widest register that it names, mask registers only
// where it names no vector register.
enum class Width : std::uint8_t { kScalar, kMask, kXmm, kYmm, kZmm };
inline constexpr std::size_t kWidths = 5;
std::string_view width_name(Width width) noexcept;  // "scalar", "mask", "xmm", "ymm", "zmm"

// Code whose instruction sets are not told: [begin, end).
struct CodeRange {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
};

struct Decoded {
    // Instructions that read memory, and that write it, be it by pushing or calling; one that does
    // both counts as both, and one under a mask whether or not the mask lets anything through.
    std::uint64_t loads = 0;
    std::uint64_t stores = 0;
    // Jumps, calls and returns after which execution went on elsewhere than right behind them.
    std::uint64_t taken_branches = 0;
    std::array<std::uint64_t, kWidths> mix{};  // by Width
    // Instructions executed outside of the ranges, by instruction set as Zydis calls it.
    std::map<std::string, std::uint64_t> instruction_sets;
    std::string error;  // not empty: nothing of the above is to be used
};

// Why this build cannot decode, in one line; null where it can.
[[nodiscard]] const char* decoding_unavailable() noexcept;

// Reads the instructions at the edges' addresses, which must be mapped still.
[[nodiscard]] Decoded decode(const std::vector<Edge>& edges, std::span<const CodeRange> foreign);

// Where the C library and the loader lie in this process.
[[nodiscard]] std::vector<CodeRange> c_library_code();

}  // namespace rowcast::count
