#include "tests/support/guarded_memory.hpp"

#include <algorithm>
#include <utility>

namespace rowcast::test {

GuardedOutput::GuardedOutput() : output_{nullptr, nullptr, nullptr, &GuardedOutput::grow} {}

std::string_view GuardedOutput::bytes() const noexcept {
    return {reinterpret_cast<const char*>(output_.begin),
            static_cast<std::size_t>(output_.cursor - output_.begin)};
}

kernels::ErrorCode GuardedOutput::grow(kernels::Output* output, std::size_t room) noexcept {
    auto& self = *reinterpret_cast<GuardedOutput*>(output);
    if (self.failing_ > 1) {
        --self.failing_;
    } else if (self.failing_ == 1) {
        return kernels::ErrorCode::kOutOfMemory;
    }
    const std::string_view old = self.bytes();
    auto larger = std::make_unique<GuardedBuffer>(old.size() + room);
    const auto place = larger->at_end(old.size() + room);
    std::copy(old.begin(), old.end(), place.begin());
    output->begin = place.data();
    output->cursor = place.data() + old.size();
    output->end = place.data() + place.size();
    self.buffer_ = std::move(larger);
    ++self.growths_;
    return kernels::ErrorCode::kOk;
}

GuardedScratch::GuardedScratch()
    : scratch_{nullptr, nullptr, nullptr, &GuardedScratch::allocate_elsewhere, &memo_} {
    // The first chunk is full: nothing may be written there.
    const auto place = full_.at_end(std::size_t{0});
    scratch_.cursor = place.data();
    scratch_.end = place.data();
}

void* GuardedScratch::allocate_elsewhere(kernels::Scratch* scratch, std::size_t bytes,
                                         kernels::ErrorCode* code) noexcept {
    auto& self = *reinterpret_cast<GuardedScratch*>(scratch);
    if (self.failing_ > 1) {
        --self.failing_;
    } else if (self.failing_ == 1) {
        *code = kernels::ErrorCode::kOutOfMemory;
        return nullptr;
    }
    self.chunks_.push_back(std::make_unique<GuardedBuffer>(bytes));
    const auto place = self.chunks_.back()->at_end(bytes);
    scratch->cursor = place.data() + place.size();
    scratch->end = scratch->cursor;
    scratch->chunk = self.chunks_.back().get();
    return place.data();
}

}  // namespace rowcast::test
