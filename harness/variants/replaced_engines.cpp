// Puts run_replaced() around the engines of the best instruction set that this machine has. The
// linker sends every call of kernels::instruction_sets() here (--wrap).

#include <span>
#include <vector>

#include "harness/variants/replaced_engine.hpp"
#include "kernels/instruction_sets.hpp"

extern "C" std::span<const rowcast::kernels::InstructionSet>
__real__ZN7rowcast7kernels16instruction_setsEv() noexcept;

namespace rowcast::variants {
namespace {

const kernels::KernelTable* original = nullptr;

template <kernels::TransformRows kernels::KernelTable::*kEngine>
kernels::BatchStatus replaced(const kernels::RootView& root, const kernels::Row* rows,
                              std::size_t count, kernels::Output& output,
                              kernels::Scratch& scratch) noexcept {
    return run_replaced(original->*kEngine, root, rows, count, output, scratch);
}

struct ReplacedSets {
    ReplacedSets() {
        const auto real = __real__ZN7rowcast7kernels16instruction_setsEv();
        sets.assign(real.begin(), real.end());
        for (kernels::InstructionSet& set : sets) {
            if (!kernels::missing_feature(set).empty()) {
                continue;
            }
            original = set.table;
            table = *original;
            using kernels::KernelTable;
            table.transform_all_camel = replaced<&KernelTable::transform_all_camel>;
            table.transform_all_raw = replaced<&KernelTable::transform_all_raw>;
            table.transform_select_camel = replaced<&KernelTable::transform_select_camel>;
            table.transform_select_raw = replaced<&KernelTable::transform_select_raw>;
            set.table = &table;
            break;
        }
    }

    std::vector<kernels::InstructionSet> sets;
    kernels::KernelTable table{};
};

}  // namespace
}  // namespace rowcast::variants

extern "C" std::span<const rowcast::kernels::InstructionSet>
__wrap__ZN7rowcast7kernels16instruction_setsEv() noexcept {
    static const rowcast::variants::ReplacedSets kReplaced;
    return kReplaced.sets;
}
