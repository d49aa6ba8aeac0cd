#include "kernels/instruction_sets.hpp"

#include "kernels/cpu.hpp"

namespace rowcast::kernels {

extern const KernelTable kScalarTable;
#if ROWCAST_HAVE_AVX512
extern const KernelTable kAvx512Table;
#endif

namespace {

#if ROWCAST_HAVE_AVX512
constexpr std::string_view kAvx512Features[] = {
    "avx2",    "bmi1",     "bmi2",     "lzcnt",    "popcnt",     "pclmulqdq",
    "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512vbmi2"};
#endif

constexpr InstructionSet kInstructionSets[] = {
#if ROWCAST_HAVE_AVX512
    {.name = "avx512",
     .description = "rewrites 64 bytes at a time with mask registers and byte compress",
     .required_features = kAvx512Features,
     .table = &kAvx512Table},
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
