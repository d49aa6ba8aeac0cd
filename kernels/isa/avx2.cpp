#include "kernels/isa/avx2.hpp"

#include "kernels/algorithm/kernel_table.hpp"

namespace rowcast::kernels {

extern const KernelTable kAvx2Table;
constinit const KernelTable kAvx2Table = make_kernel_table<Avx2>("avx2");

}  // namespace rowcast::kernels
