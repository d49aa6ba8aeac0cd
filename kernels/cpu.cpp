#include "kernels/cpu.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace rowcast::kernels {

#if defined(__x86_64__)

namespace {

enum Register : std::uint8_t { kEax, kEbx, kEcx, kEdx };

// Where CPUID says it, and which register states the operating system must save (XCR0).
struct Feature {
    std::string_view name;
    std::uint32_t leaf;
    Register reg;
    std::uint8_t bit;
    std::uint8_t saved_state;
};

constexpr std::uint8_t kNoState = 0;
constexpr std::uint8_t kYmm = 0x06;  // SSE and AVX
constexpr std::uint8_t kZmm = 0xE6;  // these, and mask and upper ZMM registers
constexpr std::uint32_t kExtended = 0x80000001;

constexpr Feature kFeatures[] = {
    {"pclmulqdq", 1, kEcx, 1, kNoState},
    {"ssse3", 1, kEcx, 9, kNoState},
    {"sse4.1", 1, kEcx, 19, kNoState},
    {"sse4.2", 1, kEcx, 20, kNoState},
    {"popcnt", 1, kEcx, 23, kNoState},
    {"avx", 1, kEcx, 28, kYmm},
    {"lzcnt", kExtended, kEcx, 5, kNoState},
    {"bmi1", 7, kEbx, 3, kNoState},
    {"avx2", 7, kEbx, 5, kYmm},
    {"bmi2", 7, kEbx, 8, kNoState},
    {"avx512f", 7, kEbx, 16, kZmm},
    {"avx512dq", 7, kEbx, 17, kZmm},
    {"avx512bw", 7, kEbx, 30, kZmm},
    {"avx512vl", 7, kEbx, 31, kZmm},
    {"avx512vbmi", 7, kEcx, 1, kZmm},
    {"avx512vbmi2", 7, kEcx, 6, kZmm},
};

constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kFeatures)> names;
    for (std::size_t i = 0; i != names.size(); ++i) {
        names[i] = kFeatures[i].name;
    }
    return names;
}();

// The register states that the operating system saves; 0 where it does not say.
std::uint64_t saved_states() noexcept {
    std::uint32_t eax = 0;
    std::uint32_t ebx = 0;
    std::uint32_t ecx = 0;
    std::uint32_t edx = 0;
    constexpr std::uint32_t kOsxsave = 1U << 27;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & kOsxsave) == 0) {
        return 0;
    }
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return static_cast<std::uint64_t>(high) << 32 | low;
}

}  // namespace

bool cpu_has(std::string_view feature) noexcept {
    for (const Feature& known : kFeatures) {
        if (known.name != feature) {
            continue;
        }
        std::array<std::uint32_t, 4> registers{};
        if (__get_cpuid_count(known.leaf, 0, &registers[kEax], &registers[kEbx], &registers[kEcx],
                              &registers[kEdx]) == 0) {
            return false;
        }
        return (registers[known.reg] >> known.bit & 1) != 0 &&
               (saved_states() & known.saved_state) == known.saved_state;
    }
    return false;
}

std::span<const std::string_view> known_cpu_features() noexcept { return kNames; }

#else

bool cpu_has(std::string_view /*feature*/) noexcept { return false; }

std::span<const std::string_view> known_cpu_features() noexcept { return {}; }

#endif

}  // namespace rowcast::kernels
