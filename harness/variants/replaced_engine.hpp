#pragma once

#include "kernels/table.hpp"

namespace rowcast::variants {

// Does what `engine` does, and something more: what, is the variant's own.
kernels::BatchStatus run_replaced(kernels::TransformRows engine, const kernels::RootView& root,
                                  const kernels::Row* rows, std::size_t count,
                                  kernels::Output& output, kernels::Scratch& scratch) noexcept;

}  // namespace rowcast::variants
