#pragma once

// Rows cut into chunks of about the same number of bytes, for threads to take one after another.
//
// Chunks are cut some at a time, and each such lot is taken from both ends: its first chunk by a thread
// that can write it into the response at once, because all before it are written; its last one by
// anybody else, so that the one at the front goes on to the next without waiting.
//
//     lot      0 1 2 3 4 5 6 7        0 is being written into the response, 7 and 6 elsewhere
//     left       1 2 3 4 5            1 is for the thread that has done 0, 5 for all others

#include <algorithm>
#include <cstddef>
#include <limits>
#include <mutex>
#include <span>
#include <vector>

#include "kernels/plan_view.hpp"

namespace rowcast {

class RowChunks {
  public:
    // Chunks of a lot, for each thread that takes some.
    static constexpr std::size_t kLotOfEach = 4;

    struct Chunk {
        std::size_t index = 0;      // from 0, in the order of the rows
        std::size_t first_row = 0;  // of the rows that were cut
        std::span<const kernels::Row> rows;
        std::size_t bytes = 0;
    };

    // For at most so many threads.
    explicit RowChunks(std::size_t threads) : threads_(threads), lot_(kLotOfEach * threads) {}

    // The most chunks of a lot.
    std::size_t lot_size() const noexcept { return lot_.size(); }

    // To be called before any other thread looks. A chunk is the fewest rows of at least
    // `chunk_bytes` in all; towards the end less, so that the threads finish at about the same time.
    void cut(std::span<const kernels::Row> rows, std::size_t total_bytes,
             std::size_t chunk_bytes) noexcept {
        const std::lock_guard lock(mutex_);
        rows_ = rows;
        bytes_left_ = total_bytes;
        chunk_bytes_ = chunk_bytes;
        next_row_ = 0;
        count_ = 0;
        takers_ = 0;
        first_ = last_ = 0;
        limit_ = std::numeric_limits<std::size_t>::max();
    }

    // Bytes that the first chunk has at least; none behind it is meant to have more.
    std::size_t most_wanted() const noexcept {
        const std::lock_guard lock(mutex_);
        return wanted();
    }

    // A thread begins to take chunks.
    void join() noexcept {
        const std::lock_guard lock(mutex_);
        ++takers_;
    }

    // Takes a chunk: number `wanted`, if that is the lot's first, else its last; false where there is
    // none. The chunks depend on the rows alone, not on who takes them. O(rows of the lot).
    bool take(std::size_t wanted, Chunk& chunk) noexcept {
        const std::lock_guard lock(mutex_);
        if (first_ == last_) {
            cut_lot();
        }
        while (first_ != last_ && lot_[last_ - 1].index >= limit_) {
            --last_;
        }
        if (first_ == last_) {
            return false;
        }
        chunk = lot_[first_].index == wanted ? lot_[first_++] : lot_[--last_];
        return true;
    }

    // Only those before number `index` are to be taken from now on.
    void stop_at(std::size_t index) noexcept {
        const std::lock_guard lock(mutex_);
        limit_ = std::min(limit_, index);
    }

    // So many there are in all, once there are none to take.
    std::size_t count() const noexcept {
        const std::lock_guard lock(mutex_);
        return count_;
    }

  private:
    static constexpr std::size_t kLeastPart = 8;  // the least chunk is this part of a whole one

    std::size_t wanted() const noexcept {
        return std::clamp(bytes_left_ / (2 * threads_), chunk_bytes_ / kLeastPart, chunk_bytes_);
    }

    void cut_lot() noexcept {
        first_ = last_ = 0;
        if (count_ >= limit_) {
            return;
        }
        const std::size_t most = std::min(kLotOfEach * takers_, lot_.size());
        while (last_ != most && next_row_ != rows_.size()) {
            const std::size_t least = wanted();
            std::size_t bytes = 0;
            std::size_t end = next_row_;
            do {
                bytes += rows_[end++].size;
            } while (bytes < least && end != rows_.size());
            lot_[last_++] = {count_++, next_row_, rows_.subspan(next_row_, end - next_row_), bytes};
            next_row_ = end;
            bytes_left_ -= bytes;
        }
    }

    mutable std::mutex mutex_;
    std::size_t threads_;
    std::vector<Chunk> lot_;
    std::size_t first_ = 0;  // of the lot, and behind the last one, that are left
    std::size_t last_ = 0;
    std::span<const kernels::Row> rows_;
    std::size_t bytes_left_ = 0;  // that are not cut yet
    std::size_t chunk_bytes_ = 0;
    std::size_t next_row_ = 0;  // likewise
    std::size_t count_ = 0;     // of chunks
    std::size_t takers_ = 0;
    std::size_t limit_ = 0;  // of those to be taken
};

}  // namespace rowcast
