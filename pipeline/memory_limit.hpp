#pragma once

#include <cstddef>
#include <limits>

namespace rowcast {

// How many bytes one request may hold in its output and its arena together.
class MemoryLimit {
  public:
    static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

    explicit MemoryLimit(std::size_t limit = kUnlimited) noexcept : limit_(limit) {}

    // Takes `bytes` more; false, and nothing taken, where that would exceed the limit.
    bool take(std::size_t bytes) noexcept {
        if (bytes > limit_ - held_) {
            return false;
        }
        held_ += bytes;
        return true;
    }
    void give_back(std::size_t bytes) noexcept { held_ -= bytes; }

    std::size_t limit() const noexcept { return limit_; }
    std::size_t held() const noexcept { return held_; }

  private:
    std::size_t limit_;
    std::size_t held_ = 0;
};

}  // namespace rowcast
