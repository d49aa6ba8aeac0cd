#pragma once

// The rows of a large batch, transformed by several threads at once. The answer is that of one
// thread, byte for byte, and so is the error: the first bad row in the rows' order.
//
// The rows are cut into chunks (pipeline/row_chunks.hpp). One thread at a time is at the front: it
// writes chunk after chunk into the response. The others take chunks further behind, write each into
// a buffer of their own, which stays in their core's cache, and copy it to its place in the response
// when that is known (pipeline/ordered_output.hpp). Until then they go on with another chunk and
// another buffer. Whoever finds the front free goes on from there.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/arena.hpp"
#include "pipeline/helpers.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/memory_limit.hpp"
#include "pipeline/ordered_output.hpp"
#include "pipeline/output_buffer.hpp"
#include "pipeline/row_chunks.hpp"

namespace rowcast {

struct ParallelOptions {
    // The least input that is worth waking other threads for, by the cells `threads/`: with fewer
    // bytes, two threads were no faster than one for the fastest implementation
    // (docs/methodology.md).
    static constexpr std::size_t kWorthBytes = 256 * 1024;
    // Each chunk costs some cache lines that pass from core to core, and large ones leave the second-level
    // cache: with chunks of 32, 64, 128, 256 and 512 KB, `avx2` on two threads had 84, 86, 86, 85 and 83 %
    // of what two independent threads did for `large`, and 86, 87, 88, 87 and 87 % for `wide` (means of two
    // `scaling` cells each, Zen 3). `rowcast_bench --chunk-bytes` repeats it.
    static constexpr std::size_t kChunkBytes = 128 * 1024;

    std::size_t worth_bytes = kWorthBytes;
    std::size_t chunk_bytes = kChunkBytes;
};

class ParallelRows {
  public:
    // `threads` as Helpers takes it. Limit and implementation outlive it.
    ParallelRows(const Implementation& implementation, MemoryLimit& limit, std::size_t threads,
                 const ParallelOptions& options);

    // As Implementation::transform_rows. Nothing, and nothing done, where it is not worth while, or
    // where memory is too short for what the threads need beside the output: one of them may still
    // do.
    std::optional<kernels::BatchStatus> transform(const Root& root,
                                                  std::span<const kernels::Row> rows,
                                                  OutputBuffer& output) noexcept;

    std::size_t threads() const noexcept { return helpers_.threads(); }

    // What the threads keep beside the request's output and arena: bytes now, and the most at once.
    std::size_t held_bytes() const noexcept;
    std::size_t high_water() const noexcept { return high_water_; }
    void trim() noexcept;  // gives it back

  private:
    // Pieces that a thread may have finished before their place is known.
    static constexpr std::size_t kPieces = RowChunks::kLotOfEach + 2;

    struct Worker {
        Worker(const Implementation& implementation, MemoryLimit& limit);

        Arena arena;
        std::unique_ptr<Implementation::State> state;
        std::vector<std::unique_ptr<OrderedOutput::Piece>> pieces;
        // The first of these are finished and not copied, in their order; then come the free ones, the
        // last one that was used first: it is in the cache.
        std::vector<OrderedOutput::Piece*> order;
    };

    bool is_worth_while(std::span<const kernels::Row> rows) noexcept;
    void work(std::size_t share) noexcept;
    kernels::BatchStatus append(const RowChunks::Chunk& chunk, kernels::Output& output,
                                Worker& worker) noexcept;
    bool write(const RowChunks::Chunk& chunk, Worker& worker) noexcept;
    bool fill(const RowChunks::Chunk& chunk, OrderedOutput::Piece& piece, Worker& worker) noexcept;
    void reserve(std::size_t piece_bytes, std::size_t arena_bytes) noexcept;
    void level() noexcept;

    const Implementation& implementation_;
    ParallelOptions options_;
    Helpers helpers_;
    std::vector<std::unique_ptr<Worker>> workers_;  // by share
    RowChunks chunks_;
    OrderedOutput ordered_;
    const Root* root_ = nullptr;
    std::size_t bytes_ = 0;      // of the rows in hand
    std::size_t least_refused_;  // bytes of the smallest batch for which memory was too short
    std::size_t high_water_ = 0;
};

}  // namespace rowcast
