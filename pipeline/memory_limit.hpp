#pragma once

#include <atomic>
#include <cstddef>
#include <limits>

namespace rowcast {

// How many bytes one request may hold in its outputs and its arenas together. All the threads that
// work on the request take from it.
class MemoryLimit {
  public:
    static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

    explicit MemoryLimit(std::size_t limit = kUnlimited) noexcept : limit_(limit) {}

    // Takes `bytes` more; false, and nothing taken, where that would exceed the limit.
    bool take(std::size_t bytes) noexcept {
        std::size_t held = held_.load(std::memory_order_relaxed);
        do {
            if (bytes > limit_ - held) {
                return false;
            }
        } while (!held_.compare_exchange_weak(held, held + bytes, std::memory_order_relaxed));
        return true;
    }
    void give_back(std::size_t bytes) noexcept {
        held_.fetch_sub(bytes, std::memory_order_relaxed);
    }

    std::size_t limit() const noexcept { return limit_; }
    std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }

  private:
    std::size_t limit_;
    std::atomic<std::size_t> held_{0};  // a number only: it publishes no other memory
};

}  // namespace rowcast
