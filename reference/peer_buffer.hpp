#pragma once

// Memory that a peer keeps from row to row and from request to request.

#include <cstddef>
#include <cstdlib>

namespace rowcast::reference {
namespace {

// Plain values of type T, which growing keeps.
template <class T>
class Buffer {
  public:
    Buffer() = default;
    ~Buffer() { std::free(data_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    // False where there is no memory.
    bool reserve(std::size_t count) noexcept {
        if (count <= capacity_) {
            return true;
        }
        const std::size_t generous = count + capacity_ / 2;
        auto* const moved = static_cast<T*>(std::realloc(data_, generous * sizeof(T)));
        if (moved == nullptr) {
            return false;
        }
        data_ = moved;
        capacity_ = generous;
        return true;
    }
    T* data() noexcept { return data_; }
    std::size_t capacity() const noexcept { return capacity_; }

  private:
    T* data_ = nullptr;
    std::size_t capacity_ = 0;
};

}  // namespace
}  // namespace rowcast::reference
