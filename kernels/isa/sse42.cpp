#include "kernels/isa/sse42.hpp"

#include "kernels/algorithm/kernel_table.hpp"

namespace rowcast::kernels {

extern const KernelTable kSse42Table;
constinit const KernelTable kSse42Table = make_kernel_table<Sse42>("sse42");

}  // namespace rowcast::kernels
