#include <algorithm>
#include <atomic>

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

// oneTBB orders what the threads do itself. These say so once more, where ThreadSanitizer sees it,
// which does not see into a libtbb.so that was built without it. Their values mean nothing.
constinit std::atomic<std::size_t> handed_out{0};
constinit std::atomic<std::size_t> ended{0};

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
    handed_out.fetch_add(1, std::memory_order_release);
    try {
        pool_->arena.execute([&] {
            tbb::task_group others;
            try {
                for (std::size_t share = 1; share < threads_; ++share) {
                    others.run([work, context, share] {
                        static_cast<void>(handed_out.load(std::memory_order_acquire));
                        work(context, share);
                        ended.fetch_add(1, std::memory_order_release);
                    });
                }
            } catch (...) {
            }
            has_run = true;
            work(context, 0);
            others.wait();
            static_cast<void>(ended.load(std::memory_order_acquire));
        });
    } catch (...) {
    }
    if (!has_run) {
        work(context, 0);
    }
}

}  // namespace rowcast
