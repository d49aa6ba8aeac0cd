#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rowcast::test {

// Memory between two pages that nobody may touch: an access beyond either side faults at once,
// sanitizer or not.
class GuardedBuffer {
  public:
    explicit GuardedBuffer(std::size_t capacity);
    ~GuardedBuffer();
    GuardedBuffer(const GuardedBuffer&) = delete;
    GuardedBuffer& operator=(const GuardedBuffer&) = delete;

    std::size_t capacity() const noexcept { return capacity_; }

    // `size` bytes that end where the second guard page begins.
    std::span<std::uint8_t> at_end(std::size_t size) noexcept;
    // `size` bytes that begin where the first guard page ends.
    std::span<std::uint8_t> at_start(std::size_t size) noexcept;

    // Copies of `bytes` in those places.
    std::span<const std::uint8_t> at_end(std::string_view bytes) noexcept;
    std::span<const std::uint8_t> at_start(std::string_view bytes) noexcept;

    // From now on a write faults too.
    void make_read_only() noexcept;
    void make_writable() noexcept;

  private:
    std::uint8_t* mapping_;
    std::size_t mapped_;
    std::uint8_t* begin_;
    std::size_t capacity_;  // whole pages
};

}  // namespace rowcast::test
