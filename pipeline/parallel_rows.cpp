#include "pipeline/parallel_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace rowcast {

using kernels::ErrorCode;

namespace {

constexpr std::size_t kNoneRefused = std::numeric_limits<std::size_t>::max();

bool is_lack_of_memory(ErrorCode code) noexcept {
    return code == ErrorCode::kRequestTooLarge || code == ErrorCode::kOutOfMemory;
}

}  // namespace

ParallelRows::ParallelRows(const Implementation& implementation, MemoryLimit& limit,
                           std::size_t threads, const ParallelOptions& options)
    : implementation_(implementation),
      options_(options),
      helpers_(threads),
      ordered_(helpers_.threads() * (kPieces + 1)),
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
    for (const auto& worker : workers_) {
        worker->arena.reset();
    }
    chunks_.cut(rows, bytes_, options_.chunk_bytes, helpers_.threads());
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
    // The first `waiting` pieces are finished and not copied, in order; then come the free ones, the
    // last one that was used first: it is in the cache.
    std::array<OrderedOutput::Piece*, kPieces> pieces{};
    std::transform(std::begin(worker.pieces), std::end(worker.pieces), pieces.begin(),
                   [](OrderedOutput::Piece& piece) { return &piece; });
    std::size_t waiting = 0;
    const auto copy_first = [&](bool waits) {
        if (!ordered_.copy(*pieces.front(), waits, role)) {
            return false;
        }
        std::rotate(pieces.begin(), pieces.begin() + 1, pieces.begin() + waiting);
        --waiting;
        return true;
    };
    RowChunks::Chunk chunk;
    while (chunks_.take(chunk)) {
        OrderedOutput::Piece& piece = *pieces[waiting];
        if (!fill(chunk, piece, worker)) {
            break;
        }
        ordered_.finish(chunk.index, piece);
        ++waiting;
        while (waiting != 0 && copy_first(waiting == kPieces)) {
        }
    }
    while (waiting != 0) {
        copy_first(true);
    }
    if (role == OrderedOutput::Role::kOwner) {
        ordered_.all_placed(chunks_.taken());
    }
}

bool ParallelRows::fill(const RowChunks::Chunk& chunk, OrderedOutput::Piece& piece,
                        Worker& worker) noexcept {
    piece.buffer.clear();
    kernels::BatchStatus done{0, {ErrorCode::kOk, 0}};
    // Only an estimate, for the first request: longer pieces grow.
    static_cast<void>(piece.buffer.reserve(chunk.bytes + chunk.bytes / 2 + kernels::kOutputSlack));
    done.status.code = chunk.index == 0 ? ErrorCode::kOk : piece.buffer.append(",");
    if (done.status.code == ErrorCode::kOk) {
        done = implementation_.transform_rows(
            *root_, chunk.rows,
            {piece.buffer.output(), worker.arena.scratch(), worker.state.get()});
    }
    if (done.status.code == ErrorCode::kOk) {
        return true;
    }
    chunks_.stop();
    if (is_lack_of_memory(done.status.code)) {
        ordered_.give_up();
    } else {
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
        for (const OrderedOutput::Piece& piece : worker->pieces) {
            piece_bytes = std::max(piece_bytes, piece.buffer.capacity());
        }
    }
    for (const auto& worker : workers_) {
        static_cast<void>(worker->arena.reserve(arena_bytes));
        for (OrderedOutput::Piece& piece : worker->pieces) {
            piece.buffer.clear();
            static_cast<void>(piece.buffer.reserve(piece_bytes));
        }
    }
}

std::size_t ParallelRows::held_bytes() const noexcept {
    std::size_t bytes = 0;
    for (const auto& worker : workers_) {
        bytes += worker->arena.capacity();
        for (const OrderedOutput::Piece& piece : worker->pieces) {
            bytes += piece.buffer.capacity();
        }
    }
    return bytes;
}

void ParallelRows::trim() noexcept {
    for (const auto& worker : workers_) {
        worker->arena.trim();
        for (OrderedOutput::Piece& piece : worker->pieces) {
            piece.buffer.trim();
        }
    }
    least_refused_ = kNoneRefused;
}

}  // namespace rowcast
