#pragma once

#include <memory_resource>
#include <set>
#include <string_view>

namespace rowcast {

// Names kept once: equal names are one string. A pool may look into another one first, such as a
// plan's into its schema's, and then shares that one's strings.
class NamePool {
  public:
    // `shared` outlives this pool and changes no more.
    explicit NamePool(std::pmr::memory_resource* memory, const NamePool* shared = nullptr)
        : memory_(memory), shared_(shared), names_(memory) {}

    // The pool's own copy of `name`, made if need be. O(log n) comparisons.
    std::string_view intern(std::string_view name);

    std::pmr::memory_resource* memory() const noexcept { return memory_; }

  private:
    std::pmr::memory_resource* memory_;
    const NamePool* shared_;
    std::pmr::set<std::string_view> names_;
};

}  // namespace rowcast
