#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rowcast::measure {

// The processors this thread may run on, ascending.
[[nodiscard]] std::vector<int> allowed_cpus();

// Confines this thread (and those it starts later) to one processor. The kernel's message if it
// refuses.
std::optional<std::string> pin_to_cpu(int cpu);

// Pushes everything out of the caches by walking over a buffer of at least twice the last level.
class CacheEvictor {
  public:
    CacheEvictor();
    explicit CacheEvictor(std::size_t bytes);

    void evict() noexcept;
    [[nodiscard]] std::size_t bytes() const noexcept { return buffer_.size(); }

  private:
    std::vector<unsigned char> buffer_;
};

}  // namespace rowcast::measure
