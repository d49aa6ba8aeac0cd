#pragma once

// Part of engine.cpp.

#include <cstddef>
#include <cstdint>

#include "kernels/memory.hpp"
#include "reference/peer_buffer.hpp"

namespace rowcast::reference {
namespace {

// A place for values that are written before their turn.
class Aside : public kernels::Output {
  public:
    Aside() noexcept : Output{nullptr, nullptr, nullptr, &Aside::grow_it} {}

  private:
    static kernels::ErrorCode grow_it(Output* self, std::size_t room) noexcept {
        auto& aside = *static_cast<Aside*>(self);
        const auto used = static_cast<std::size_t>(aside.cursor - aside.begin);
        if (!aside.buffer_.reserve(used + room)) {
            return kernels::ErrorCode::kOutOfMemory;
        }
        aside.begin = aside.buffer_.data();
        aside.cursor = aside.begin + used;
        aside.end = aside.begin + aside.buffer_.capacity();
        return kernels::ErrorCode::kOk;
    }

    Buffer<std::uint8_t> buffer_;
};

}  // namespace
}  // namespace rowcast::reference
