#pragma once

// Threads that lend the one that runs a request a hand, where they are free. helpers_tbb.cpp takes
// them from oneTBB's pool; helpers_none.cpp stands in for it in a build without threads.

#include <cstddef>
#include <memory>

namespace rowcast {

class Helpers {
  public:
    // Null where this build can use `threads` threads (0: as many as there are), else why not, in
    // one line.
    static const char* unsupported_reason(std::size_t threads) noexcept;

    // A share of some work. Share 0 is the calling thread's.
    using Work = void (*)(void* context, std::size_t share) noexcept;

    // At most `threads` threads, the caller's included; 0: as many as the process may use. Never
    // more than oneTBB would run at once, by the process's affinity or its global_control.
    explicit Helpers(std::size_t threads);
    ~Helpers();
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;

    std::size_t threads() const noexcept { return threads_; }

    // Runs share 0 on the calling thread and, on others that are free meanwhile, the shares up to
    // threads() - 1. Every share runs once, perhaps only when share 0 has ended, and all have ended
    // on return. So share 0 must be able to do all the work, and no share may wait for one that has
    // not begun.
    void run(Work work, void* context) noexcept;

  private:
    struct Pool;

    std::size_t threads_;
    std::unique_ptr<Pool> pool_;
};

}  // namespace rowcast
