#pragma once

// The instruction sets that this build has kernels for.

#include <span>
#include <string_view>

#include "kernels/table.hpp"

namespace rowcast::kernels {

struct InstructionSet {
    std::string_view name;
    std::string_view description;
    std::span<const std::string_view> required_features;  // as cpu_has() calls them
    const KernelTable* table;
};

// Best first; the last one, scalar, needs nothing.
std::span<const InstructionSet> instruction_sets() noexcept;

// The first feature that this machine lacks for the set; empty: it can run.
std::string_view missing_feature(const InstructionSet& set) noexcept;

}  // namespace rowcast::kernels
