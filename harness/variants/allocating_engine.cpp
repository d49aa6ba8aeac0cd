// One allocation more per batch, and so per request.

#include <cstdlib>

#include "harness/variants/replaced_engine.hpp"

namespace rowcast::variants {

kernels::BatchStatus run_replaced(kernels::TransformRows engine, const kernels::RootView& root,
                                  const kernels::Row* rows, std::size_t count,
                                  kernels::Output& output, kernels::Scratch& scratch) noexcept {
    void* volatile block = std::malloc(1);
    const kernels::BatchStatus status = engine(root, rows, count, output, scratch);
    std::free(block);
    return status;
}

}  // namespace rowcast::variants
