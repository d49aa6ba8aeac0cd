#include <algorithm>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "pipeline/helpers.hpp"

namespace rowcast {

namespace {

std::size_t threads_for(std::size_t wanted) {
    const std::size_t most =
        tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
    return std::max<std::size_t>(1, wanted == 0 ? most : std::min(wanted, most));
}

}  // namespace

// An arena of its own, so that a waiting request never takes up somebody else's task, and kept, so
// that it is set up once.
struct Helpers::Pool {
    explicit Pool(std::size_t threads) : arena(static_cast<int>(threads)) {}

    tbb::task_arena arena;
};

const char* Helpers::unsupported_reason(std::size_t /*threads*/) noexcept { return nullptr; }

Helpers::Helpers(std::size_t threads)
    : threads_(threads_for(threads)), pool_(std::make_unique<Pool>(threads_)) {}

Helpers::~Helpers() = default;

// oneTBB throws where it lacks memory or threads. That costs hands, never the work: share 0 runs in
// any case, and what was handed out before is waited for.
void Helpers::run(Work work, void* context) noexcept {
    bool has_run = false;
    try {
        pool_->arena.execute([&] {
            tbb::task_group others;
            try {
                for (std::size_t share = 1; share < threads_; ++share) {
                    others.run([work, context, share] { work(context, share); });
                }
            } catch (...) {
            }
            has_run = true;
            work(context, 0);
            others.wait();
        });
    } catch (...) {
    }
    if (!has_run) {
        work(context, 0);
    }
}

}  // namespace rowcast
