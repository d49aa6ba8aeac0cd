#include "pipeline/output_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace rowcast {

using kernels::ErrorCode;

OutputAllocator heap_output_allocator() noexcept {
    return {nullptr, [](void* /*context*/, std::uint8_t** data, std::size_t /*used*/,
                        std::size_t wanted, std::size_t* capacity) {
                if (wanted == 0) {
                    std::free(*data);
                    *data = nullptr;
                    *capacity = 0;
                    return true;
                }
                void* const moved = std::realloc(*data, wanted);
                if (moved == nullptr) {
                    return false;
                }
                *data = static_cast<std::uint8_t*>(moved);
                *capacity = wanted;
                return true;
            }};
}

OutputBuffer::OutputBuffer(MemoryLimit& limit, OutputAllocator allocator) noexcept
    : output_{nullptr, nullptr, nullptr, &OutputBuffer::grow},
      limit_(&limit),
      allocator_(allocator) {}

OutputBuffer::~OutputBuffer() { trim(); }

std::string_view OutputBuffer::bytes() const noexcept {
    return {reinterpret_cast<const char*>(output_.begin), size()};
}

ErrorCode OutputBuffer::resize(std::size_t wanted) noexcept {
    const std::size_t before = capacity();
    if (!limit_->take(wanted - before)) {
        return ErrorCode::kRequestTooLarge;
    }
    const std::size_t used = size();
    std::uint8_t* data = output_.begin;
    std::size_t capacity_now = before;
    if (!allocator_.resize(allocator_.context, &data, used, wanted, &capacity_now) ||
        capacity_now < wanted) {
        limit_->give_back(wanted - before);
        return ErrorCode::kOutOfMemory;
    }
    output_.begin = data;
    output_.cursor = data + used;
    output_.end = data + wanted;
    high_water_ = std::max(high_water_, wanted);
    ++growths_;
    return ErrorCode::kOk;
}

ErrorCode OutputBuffer::reserve(std::size_t bytes) noexcept {
    return bytes <= capacity() ? ErrorCode::kOk : resize(bytes);
}

// At least half as much again, so that growing to n costs O(n); exactly what is needed where the
// limit or the machine allows no more.
ErrorCode OutputBuffer::grow(kernels::Output* output, std::size_t room) noexcept {
    auto& buffer = *reinterpret_cast<OutputBuffer*>(output);
    const std::size_t needed = buffer.size() + room;
    if (needed < room) {
        return ErrorCode::kRequestTooLarge;
    }
    const std::size_t capacity = buffer.capacity();
    const std::size_t generous = std::max(needed, capacity + capacity / 2);
    if (generous != needed && buffer.resize(generous) == ErrorCode::kOk) {
        return ErrorCode::kOk;
    }
    return buffer.resize(needed);
}

ErrorCode OutputBuffer::append(std::string_view bytes) noexcept {
    const ErrorCode code = kernels::ensure_room(output_, bytes.size());
    if (code == ErrorCode::kOk && !bytes.empty()) {
        std::memcpy(output_.cursor, bytes.data(), bytes.size());
        output_.cursor += bytes.size();
    }
    return code;
}

void OutputBuffer::trim() noexcept {
    const std::size_t held = capacity();
    if (held == 0) {
        return;
    }
    std::uint8_t* data = output_.begin;
    std::size_t capacity_now = held;
    allocator_.resize(allocator_.context, &data, 0, 0, &capacity_now);
    limit_->give_back(held);
    output_.begin = output_.cursor = output_.end = nullptr;
}

}  // namespace rowcast
