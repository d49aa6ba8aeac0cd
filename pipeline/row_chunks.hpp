#pragma once

// Rows cut into chunks of about the same number of bytes, for threads to take one after another.

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <span>

#include "kernels/plan_view.hpp"

namespace rowcast {

class RowChunks {
  public:
    struct Chunk {
        std::size_t index = 0;      // from 0, in the order of the rows
        std::size_t first_row = 0;  // of the rows that were cut
        std::span<const kernels::Row> rows;
        std::size_t bytes = 0;
    };

    // To be called before any other thread looks. A chunk is the fewest rows of at least
    // `chunk_bytes` in all; towards the end less, so that the threads finish at about the same time.
    void cut(std::span<const kernels::Row> rows, std::size_t total_bytes, std::size_t chunk_bytes,
             std::size_t threads) noexcept {
        const std::lock_guard lock(mutex_);
        rows_ = rows;
        bytes_left_ = total_bytes;
        chunk_bytes_ = chunk_bytes;
        shares_ = 2 * threads;
        next_row_ = 0;
        taken_ = 0;
    }

    // Takes the next chunk; false where there is none. The chunks depend on the rows alone, not on
    // who takes them. O(rows of the chunk).
    bool take(Chunk& chunk) noexcept {
        const std::lock_guard lock(mutex_);
        if (next_row_ == rows_.size()) {
            return false;
        }
        const std::size_t wanted =
            std::clamp(bytes_left_ / shares_, chunk_bytes_ / kLeastPart, chunk_bytes_);
        std::size_t bytes = 0;
        std::size_t end = next_row_;
        do {
            bytes += rows_[end++].size;
        } while (bytes < wanted && end != rows_.size());
        chunk = {taken_++, next_row_, rows_.subspan(next_row_, end - next_row_), bytes};
        next_row_ = end;
        bytes_left_ -= bytes;
        return true;
    }

    // No more are to be taken.
    void stop() noexcept {
        const std::lock_guard lock(mutex_);
        next_row_ = rows_.size();
    }

    std::size_t taken() const noexcept {
        const std::lock_guard lock(mutex_);
        return taken_;
    }

  private:
    static constexpr std::size_t kLeastPart = 8;  // the least chunk is this part of a whole one

    mutable std::mutex mutex_;
    std::span<const kernels::Row> rows_;
    std::size_t bytes_left_ = 0;
    std::size_t chunk_bytes_ = 0;
    std::size_t shares_ = 1;
    std::size_t next_row_ = 0;
    std::size_t taken_ = 0;
};

}  // namespace rowcast
