#include "kernels/isa/avx512.hpp"

#include "kernels/algorithm/kernel_table.hpp"

namespace rowcast::kernels {

extern const KernelTable kAvx512Table;
constinit const KernelTable kAvx512Table = make_kernel_table<Avx512>("avx512");

}  // namespace rowcast::kernels
