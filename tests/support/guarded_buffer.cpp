#include "tests/support/guarded_buffer.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace rowcast::test {

namespace {

void require(bool condition, const char* what) noexcept {
    if (!condition) {
        std::perror(what);
        std::abort();
    }
}

}  // namespace

GuardedBuffer::GuardedBuffer(std::size_t capacity) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    capacity_ = std::max<std::size_t>((capacity + page - 1) / page, 1) * page;
    mapped_ = capacity_ + 2 * page;
    void* const mapping =
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(mapping != MAP_FAILED, "mmap");
    mapping_ = static_cast<std::uint8_t*>(mapping);
    begin_ = mapping_ + page;
    require(mprotect(mapping_, page, PROT_NONE) == 0, "mprotect");
    require(mprotect(begin_ + capacity_, page, PROT_NONE) == 0, "mprotect");
}

GuardedBuffer::~GuardedBuffer() { munmap(mapping_, mapped_); }

std::span<std::uint8_t> GuardedBuffer::at_end(std::size_t size) noexcept {
    require(size <= capacity_, "GuardedBuffer is too small");
    return {begin_ + capacity_ - size, size};
}

std::span<std::uint8_t> GuardedBuffer::at_start(std::size_t size) noexcept {
    require(size <= capacity_, "GuardedBuffer is too small");
    return {begin_, size};
}

std::span<const std::uint8_t> GuardedBuffer::at_end(std::string_view bytes) noexcept {
    const auto place = at_end(bytes.size());
    std::copy(bytes.begin(), bytes.end(), place.begin());
    return place;
}

std::span<const std::uint8_t> GuardedBuffer::at_start(std::string_view bytes) noexcept {
    const auto place = at_start(bytes.size());
    std::copy(bytes.begin(), bytes.end(), place.begin());
    return place;
}

void GuardedBuffer::make_read_only() noexcept {
    require(mprotect(begin_, capacity_, PROT_READ) == 0, "mprotect");
}

void GuardedBuffer::make_writable() noexcept {
    require(mprotect(begin_, capacity_, PROT_READ | PROT_WRITE) == 0, "mprotect");
}

}  // namespace rowcast::test
