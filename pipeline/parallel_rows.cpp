#include "pipeline/parallel_rows.hpp"

#include <algorithm>
#include <limits>

namespace rowcast {

using kernels::ErrorCode;

namespace {

constexpr std::size_t kNoneRefused = std::numeric_limits<std::size_t>::max();

bool is_lack_of_memory(ErrorCode code) noexcept {
    return code == ErrorCode::kRequestTooLarge || code == ErrorCode::kOutOfMemory;
}

}  // namespace

ParallelRows::Worker::Worker(const Implementation& implementation, MemoryLimit& limit)
    : arena(limit), state(implementation.make_state()) {
    for (std::size_t i = 0; i != kPieces; ++i) {
        pieces.push_back(std::make_unique<OrderedOutput::Piece>(limit));
        order.push_back(pieces.back().get());
    }
}

ParallelRows::ParallelRows(const Implementation& implementation, MemoryLimit& limit,
                           std::size_t threads, const ParallelOptions& options)
    : implementation_(implementation),
      options_(options),
      helpers_(threads),
      chunks_(helpers_.threads()),
      ordered_(helpers_.threads() * (kPieces + 1) + chunks_.lot_size()),
      least_refused_(kNoneRefused) {
    for (std::size_t share = 0; share != helpers_.threads(); ++share) {
        workers_.push_back(std::make_unique<Worker>(implementation, limit));
    }
}

bool ParallelRows::is_worth_while(std::span<const kernels::Row> rows) noexcept {
    if (helpers_.threads() == 1 || rows.size() < 2) {
        return false;
    }
    bytes_ = 0;
    for (const kernels::Row& row : rows) {
        bytes_ += row.size;
    }
    return bytes_ >= options_.worth_bytes && bytes_ < least_refused_;
}

std::optional<kernels::BatchStatus> ParallelRows::transform(const Root& root,
                                                            std::span<const kernels::Row> rows,
                                                            OutputBuffer& output) noexcept {
    if (!is_worth_while(rows)) {
        return std::nullopt;
    }
    root_ = &root;
    chunks_.cut(rows, bytes_, options_.chunk_bytes);
    // Only an estimate, for the first request: longer pieces grow.
    const std::size_t chunk_bytes = chunks_.most_wanted();
    reserve(chunk_bytes + chunk_bytes / 2 + kernels::kOutputSlack, 0);
    ordered_.begin(output);
    helpers_.run([](void* self,
                    std::size_t share) noexcept { static_cast<ParallelRows*>(self)->work(share); },
                 this);
    const OrderedOutput::Outcome outcome = ordered_.end();
    level();
    high_water_ = std::max(high_water_, held_bytes());
    if (outcome.lacked_memory) {
        // One thread needs less. It is not tried again with as much.
        trim();
        least_refused_ = bytes_;
        return std::nullopt;
    }
    if (outcome.failure.status.code != ErrorCode::kOk) {
        return outcome.failure;
    }
    return kernels::BatchStatus{rows.size(), {ErrorCode::kOk, 0}};
}

void ParallelRows::work(std::size_t share) noexcept {
    const auto role = share == 0 ? OrderedOutput::Role::kOwner : OrderedOutput::Role::kHelper;
    Worker& worker = *workers_[share];
    OrderedOutput::Piece** const first = worker.order.data();
    std::size_t waiting = 0;
    chunks_.join();
    const auto copy_first = [&](bool waits) {
        if (!ordered_.copy(**first, waits, role)) {
            return false;
        }
        std::rotate(first, first + 1, first + waiting);
        --waiting;
        return true;
    };
    RowChunks::Chunk chunk;
    while (true) {
        const std::size_t placed = ordered_.placed();
        if (!chunks_.take(placed, chunk)) {
            break;
        }
        if (chunk.index != placed || !write(chunk, worker)) {
            OrderedOutput::Piece& piece = *first[waiting];
            if (!fill(chunk, piece, worker)) {
                continue;
            }
            const auto behind = std::find_if(first, first + waiting, [&](const auto* other) {
                return other->index > chunk.index;
            });
            std::rotate(behind, first + waiting, first + waiting + 1);
            ++waiting;
        }
        while (waiting != 0 && copy_first(waiting == kPieces)) {
        }
    }
    while (waiting != 0) {
        copy_first(true);
    }
    if (role == OrderedOutput::Role::kOwner) {
        ordered_.all_placed(chunks_.count());
    }
}

kernels::BatchStatus ParallelRows::append(const RowChunks::Chunk& chunk, kernels::Output& output,
                                          Worker& worker) noexcept {
    if (chunk.index != 0) {
        const ErrorCode code = kernels::ensure_room(output, 1);
        if (code != ErrorCode::kOk) {
            return {0, {code, 0}};
        }
        *output.cursor++ = ',';
    }
    return implementation_.transform_rows(*root_, chunk.rows,
                                          {output, worker.arena.scratch(), worker.state.get()});
}

// Writes the next chunk where it belongs. False: there is no room for it, or something else is wrong
// with it; it is to be done elsewhere.
bool ParallelRows::write(const RowChunks::Chunk& chunk, Worker& worker) noexcept {
    kernels::Output output = ordered_.place_of_next();
    if (append(chunk, output, worker).status.code != ErrorCode::kOk) {
        return false;
    }
    ordered_.finish_in_place(static_cast<std::size_t>(output.cursor - output.begin));
    return true;
}

// Writes a chunk into a piece. False: it failed, and no chunk behind it is of use any more.
bool ParallelRows::fill(const RowChunks::Chunk& chunk, OrderedOutput::Piece& piece,
                        Worker& worker) noexcept {
    piece.buffer.clear();
    const kernels::BatchStatus done = append(chunk, piece.buffer.output(), worker);
    if (done.status.code == ErrorCode::kOk) {
        ordered_.finish(chunk.index, piece);
        return true;
    }
    if (is_lack_of_memory(done.status.code)) {
        chunks_.stop_at(0);
        ordered_.give_up();
    } else {
        chunks_.stop_at(chunk.index);
        ordered_.fail(chunk.index, {chunk.first_row + done.row, done.status});
    }
    return false;
}

// Which thread meets which chunk differs from one request to the next. So all of them get what the
// neediest one needed: then the next request like this one allocates nothing, whoever does it.
void ParallelRows::level() noexcept {
    std::size_t piece_bytes = 0;
    std::size_t arena_bytes = 0;
    for (const auto& worker : workers_) {
        arena_bytes = std::max(arena_bytes, worker->arena.capacity());
        for (const auto& piece : worker->pieces) {
            piece_bytes = std::max(piece_bytes, piece->buffer.capacity());
        }
    }
    reserve(piece_bytes, arena_bytes);
}

void ParallelRows::reserve(std::size_t piece_bytes, std::size_t arena_bytes) noexcept {
    for (const auto& worker : workers_) {
        static_cast<void>(worker->arena.reserve(arena_bytes));
        for (const auto& piece : worker->pieces) {
            piece->buffer.clear();
            static_cast<void>(piece->buffer.reserve(piece_bytes));
        }
    }
}

std::size_t ParallelRows::held_bytes() const noexcept {
    std::size_t bytes = 0;
    for (const auto& worker : workers_) {
        bytes += worker->arena.capacity();
        for (const auto& piece : worker->pieces) {
            bytes += piece->buffer.capacity();
        }
    }
    return bytes;
}

void ParallelRows::trim() noexcept {
    for (const auto& worker : workers_) {
        worker->arena.trim();
        for (const auto& piece : worker->pieces) {
            piece->buffer.trim();
        }
    }
    least_refused_ = kNoneRefused;
}

}  // namespace rowcast
