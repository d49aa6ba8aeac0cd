#include "kernels/instruction_sets.hpp"

#include "kernels/cpu.hpp"

namespace rowcast::kernels {

extern const KernelTable kScalarTable;

namespace {

constexpr InstructionSet kInstructionSets[] = {
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
