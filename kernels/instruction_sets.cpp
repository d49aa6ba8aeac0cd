#include "kernels/instruction_sets.hpp"

#include "kernels/cpu.hpp"

namespace rowcast::kernels {

extern const KernelTable kScalarTable;
#if ROWCAST_HAVE_AVX512
extern const KernelTable kAvx512Table;
#endif
#if ROWCAST_HAVE_AVX2
extern const KernelTable kAvx2Table;
#endif
#if ROWCAST_HAVE_SSE42
extern const KernelTable kSse42Table;
#endif

namespace {

#if ROWCAST_HAVE_AVX512 && ROWCAST_EMULATE_AVX512
constexpr std::string_view kAvx512Description =
    "the code of avx512 made of AVX2 and loops: to test it, not to measure it";
constexpr std::string_view kAvx512Features[] = {"avx2",  "bmi1",   "bmi2",
                                                "lzcnt", "popcnt", "pclmulqdq"};
#elif ROWCAST_HAVE_AVX512
constexpr std::string_view kAvx512Description =
    "rewrites 64 bytes at a time with mask registers and byte compress";
constexpr std::string_view kAvx512Features[] = {
    "avx2",    "bmi1",     "bmi2",     "lzcnt",    "popcnt",     "pclmulqdq",
    "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512vbmi2"};
#endif

#if ROWCAST_HAVE_AVX2
constexpr std::string_view kAvx2Features[] = {"avx2",  "bmi1",   "bmi2",
                                              "lzcnt", "popcnt", "pclmulqdq"};
#endif
#if ROWCAST_HAVE_SSE42
constexpr std::string_view kSse42Features[] = {"ssse3", "sse4.1", "sse4.2", "popcnt"};
#endif

constexpr InstructionSet kInstructionSets[] = {
#if ROWCAST_HAVE_AVX512
    {.name = "avx512",
     .description = kAvx512Description,
     .required_features = kAvx512Features,
     .table = &kAvx512Table},
#endif
#if ROWCAST_HAVE_AVX2
    {.name = "avx2",
     .description = "rewrites 64 bytes at a time in two registers; compresses by byte shuffles",
     .required_features = kAvx2Features,
     .table = &kAvx2Table},
#endif
#if ROWCAST_HAVE_SSE42
    {.name = "sse42",
     .description = "rewrites 64 bytes at a time in four registers; needs no carry-less multiply",
     .required_features = kSse42Features,
     .table = &kSse42Table},
#endif
    {.name = "scalar",
     .description = "plain C++, 8 bytes at a time; reads and writes token by token",
     .required_features = {},
     .table = &kScalarTable},
};

}  // namespace

std::span<const InstructionSet> instruction_sets() noexcept { return kInstructionSets; }

std::string_view missing_feature(const InstructionSet& set) noexcept {
    for (const std::string_view feature : set.required_features) {
        if (!cpu_has(feature)) {
            return feature;
        }
    }
    return {};
}

}  // namespace rowcast::kernels
