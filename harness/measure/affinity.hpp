#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rowcast::measure {

// The processors this thread may run on, ascending.
[[nodiscard]] std::vector<int> allowed_cpus();

// Confines this thread (and those it starts later) to one processor. The kernel's message if it
// refuses.
std::optional<std::string> pin_to_cpu(int cpu);

// Lets this thread (and those it starts later) run on any of these. The kernel's message if it
// refuses.
std::optional<std::string> allow_cpus(std::span<const int> cpus);

// Confines the other threads of this process, in the order of their numbers, to these processors,
// one each as far as they go round. Returns how many there are.
std::size_t pin_other_threads(std::span<const int> cpus);

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
