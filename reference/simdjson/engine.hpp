#pragma once

// What one of simdjson's kernels offers the peers: a table, as instruction sets have one
// (kernels/table.hpp). On-Demand is inlined into its users, so its kernel is chosen when it is
// compiled; hence engine.cpp is compiled once for each, and its object exports this table alone.

#include <cstddef>

#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::reference {

struct SimdjsonEngine {
    const char* kernel;  // as simdjson calls it

    // What is kept between batches: the parser and a padded copy of the row. Null: no memory.
    void* (*open)() noexcept;
    void (*close)(void* state) noexcept;

    // Like kernels::TransformRows. `selection_sets` is how many output nodes the root has; each
    // match node serves one of them. Rows nest at most kSimdjsonDepth deep.
    kernels::BatchStatus (*transform)(void* state, const kernels::RootView& root,
                                      std::size_t selection_sets, const kernels::Row* rows,
                                      std::size_t count, kernels::Output& output) noexcept;

    // A row's time in the parser, where kernels differ; for choosing between them.
    bool (*index)(void* state, const kernels::Row& row) noexcept;
};

// Reading calls itself for each level. It is the parser's own default.
inline constexpr std::uint32_t kSimdjsonDepth = 1024;

}  // namespace rowcast::reference
