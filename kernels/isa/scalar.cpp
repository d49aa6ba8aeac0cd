#include "kernels/isa/scalar.hpp"

#include "kernels/algorithm/kernel_table.hpp"

namespace rowcast::kernels {

extern const KernelTable kScalarTable;
constinit const KernelTable kScalarTable = make_kernel_table<Scalar>("scalar");

}  // namespace rowcast::kernels
