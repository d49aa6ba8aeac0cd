#include "pipeline/ordered_output.hpp"

#include <algorithm>
#include <cstring>

namespace rowcast {

using kernels::ErrorCode;

void OrderedOutput::begin(OutputBuffer& output) noexcept {
    const std::lock_guard lock(mutex_);
    std::fill(waiting_.begin(), waiting_.end(), nullptr);
    output_ = &output;
    start_ = size_ = output.size();
    placed_ = 0;
    room_wanted_ = 0;
    failure_ = {0, {ErrorCode::kOk, 0}};
    lacks_memory_ = stopped_ = false;
}

// Places what is next and finished, as far as the output has room.
void OrderedOutput::place() noexcept {
    while (!stopped_) {
        if (failure_.status.code != ErrorCode::kOk && placed_ == failed_index_) {
            stopped_ = true;
            break;
        }
        Piece*& next = waiting_[placed_ % waiting_.size()];
        if (next == nullptr) {
            return;
        }
        const std::size_t bytes = next->buffer.size();
        if (bytes > output_->capacity() - size_) {
            room_wanted_ = bytes;
            break;
        }
        next->offset = size_;
        next->placed = true;
        next = nullptr;
        size_ += bytes;
        ++placed_;
        changed_.notify_all();
    }
    changed_.notify_all();
}

// The owner's, with the lock held: nothing is copied meanwhile, and nothing placed.
void OrderedOutput::grow(std::unique_lock<std::mutex>& lock) noexcept {
    grows_ = true;
    changed_.wait(lock, [this] { return copying_ == 0; });
    output_->truncate(size_);
    const ErrorCode code =
        kernels::ensure_room(output_->output(), room_wanted_ + kernels::kOutputSlack);
    room_wanted_ = 0;
    grows_ = false;
    lacks_memory_ = lacks_memory_ || code != ErrorCode::kOk;
    stopped_ = stopped_ || lacks_memory_;
    place();
    changed_.notify_all();
}

std::size_t OrderedOutput::placed() noexcept {
    const std::lock_guard lock(mutex_);
    return placed_;
}

// The output does not move meanwhile: it grows only for a piece that is finished and the next one.
kernels::Output OrderedOutput::place_of_next() noexcept {
    const std::lock_guard lock(mutex_);
    const kernels::Output& output = output_->output();
    std::uint8_t* const begin = output.begin + size_;
    return {begin, begin, output.end, [](kernels::Output* /*self*/, std::size_t /*room*/) noexcept {
                return ErrorCode::kOutOfMemory;
            }};
}

void OrderedOutput::finish_in_place(std::size_t size) noexcept {
    const std::lock_guard lock(mutex_);
    size_ += size;
    ++placed_;
    place();
    changed_.notify_all();
}

void OrderedOutput::finish(std::size_t index, Piece& piece) noexcept {
    const std::lock_guard lock(mutex_);
    piece.index = index;
    waiting_[index % waiting_.size()] = &piece;
    if (index == placed_ && room_wanted_ == 0) {
        place();
    }
}

void OrderedOutput::fail(std::size_t index, kernels::BatchStatus why) noexcept {
    const std::lock_guard lock(mutex_);
    if (failure_.status.code == ErrorCode::kOk || index < failed_index_) {
        failed_index_ = index;
        failure_ = why;
    }
    if (room_wanted_ == 0) {
        place();
    }
}

void OrderedOutput::give_up() noexcept {
    const std::lock_guard lock(mutex_);
    lacks_memory_ = stopped_ = true;
    changed_.notify_all();
}

bool OrderedOutput::copy(Piece& piece, bool waits, Role role) noexcept {
    std::unique_lock lock(mutex_);
    while (true) {
        if (role == Role::kOwner && room_wanted_ != 0 && !stopped_) {
            grow(lock);
            continue;  // the piece after the next may want room too
        }
        if (piece.placed && !grows_) {
            break;
        }
        if (stopped_ && !piece.placed) {
            return true;
        }
        if (!waits) {
            return false;
        }
        changed_.wait(lock);
    }
    ++copying_;
    std::uint8_t* const to = output_->output().begin + piece.offset;
    lock.unlock();
    const std::string_view bytes = piece.buffer.bytes();
    std::memcpy(to, bytes.data(), bytes.size());
    lock.lock();
    piece.placed = false;
    --copying_;
    if (grows_) {
        changed_.notify_all();
    }
    return true;
}

void OrderedOutput::all_placed(std::size_t count) noexcept {
    std::unique_lock lock(mutex_);
    while (placed_ != count && !stopped_) {
        if (room_wanted_ != 0) {
            grow(lock);
        } else {
            changed_.wait(lock);
        }
    }
}

OrderedOutput::Outcome OrderedOutput::end() noexcept {
    const std::lock_guard lock(mutex_);
    output_->truncate(lacks_memory_ ? start_ : size_);
    return {lacks_memory_, failure_};
}

}  // namespace rowcast
