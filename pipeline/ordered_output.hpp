#pragma once

// Pieces of a response that several threads finish in any order, put into one output in their own
// order. A piece's place is known as soon as all before it are finished (not: copied), and each
// thread copies its own pieces, all at the same time. A piece that is begun when all before it are
// finished needs no copy: it is written where it belongs.
//
//     finished:   0 1 2 . 4          3 is still being worked on
//     placed:     0 1 2              4 waits for the size of 3
//     copied:     0 . 2              by the threads that made them
//
// Only one thread, the one that runs the request, makes the output grow: its memory may be a
// caller's callback. It does so when nobody copies.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels/status.hpp"
#include "pipeline/output_buffer.hpp"

namespace rowcast {

class OrderedOutput {
  public:
    // What a thread has finished. It stays where it is until copy() says that it is done with.
    struct Piece {
        explicit Piece(MemoryLimit& limit) noexcept : buffer(limit, heap_output_allocator()) {}

        OutputBuffer buffer;
        std::size_t index = 0;
        std::size_t offset = 0;  // in the output, once it is placed
        bool placed = false;
    };

    // Whether a thread may make the output grow: one does, and it waits in all_placed() at last.
    enum class Role : std::uint8_t { kOwner, kHelper };

    // At most `most_waiting` pieces may be finished or being made and not placed.
    explicit OrderedOutput(std::size_t most_waiting) : waiting_(most_waiting, nullptr) {}

    // Pieces come behind what `output` holds. To be called before any other thread looks.
    void begin(OutputBuffer& output) noexcept;

    // Pieces placed so far: the number of the next one.
    std::size_t placed() noexcept;

    // Where the next piece may be written, by the thread that has taken it; what does not fit there
    // is refused. Then finish_in_place(), or finish() with a copy, or one of those below.
    kernels::Output place_of_next() noexcept;
    void finish_in_place(std::size_t size) noexcept;

    // Piece `index` is finished.
    void finish(std::size_t index, Piece& piece) noexcept;

    // Piece `index` will not come, nor will the output hold any behind it. Of several the first is
    // remembered.
    void fail(std::size_t index, kernels::BatchStatus why) noexcept;

    // Nothing is of use any more: memory is lacking.
    void give_up() noexcept;

    // Copies a finished piece to its place. False where that is not known yet; with `waits` it
    // waits until it is, or until it is clear that the piece is not wanted.
    bool copy(Piece& piece, bool waits, Role role) noexcept;

    // Waits until the first `count` pieces are placed, or fail() or give_up() made that impossible.
    void all_placed(std::size_t count) noexcept;

    // Afterwards, when no other thread looks any more. Sets the output's end.
    struct Outcome {
        bool lacked_memory;
        kernels::BatchStatus failure;  // of the first piece that failed; kOk: none did
    };
    Outcome end() noexcept;

  private:
    void place() noexcept;
    void grow(std::unique_lock<std::mutex>& lock) noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Piece*> waiting_;  // finished and not placed, by index modulo size
    OutputBuffer* output_ = nullptr;
    std::size_t start_ = 0;         // size of the output before
    std::size_t size_ = 0;          // of the output, with all that is placed
    std::size_t placed_ = 0;        // pieces
    std::size_t copying_ = 0;       // threads
    std::size_t room_wanted_ = 0;   // behind size_, for the next piece
    std::size_t failed_index_ = 0;  // of failure_
    kernels::BatchStatus failure_{};
    bool lacks_memory_ = false;
    bool grows_ = false;
    bool stopped_ = false;  // no further piece will be placed
};

}  // namespace rowcast
