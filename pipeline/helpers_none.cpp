#include "pipeline/helpers.hpp"

namespace rowcast {

struct Helpers::Pool {};

const char* Helpers::unsupported_reason(std::size_t threads) noexcept {
    return threads == 1 ? nullptr
                        : "this build runs a request on one thread only (ROWCAST_THREADS=OFF)";
}

Helpers::Helpers(std::size_t /*threads*/) : threads_(1) {}

Helpers::~Helpers() = default;

void Helpers::run(Work work, void* context) noexcept { work(context, 0); }

}  // namespace rowcast
