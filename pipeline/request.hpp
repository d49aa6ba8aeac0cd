#pragma once

// Rows in, response out. A request object is used for one request after another by one thread; it
// keeps its output buffer and its arena, so that in the steady state a request allocates nothing. It
// also remembers the keys of the rows that it selected from last, so requests of one plan are best
// given to one object. That is most of its own size, some 30 KB, and no limit counts it.
//
//     Request request(implementation);
//     if (!request.run(plan, rows)) report(request.error());
//     send(request.response());

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "pipeline/arena.hpp"
#include "pipeline/error.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/output_buffer.hpp"
#include "pipeline/parallel_rows.hpp"
#include "pipeline/plan.hpp"

namespace rowcast {

struct RequestOptions {
    std::size_t max_bytes = MemoryLimit::kUnlimited;  // output, arena and threads together
    OutputAllocator allocator = heap_output_allocator();
    // The rows of a large batch may be transformed by so many threads at once, the caller's
    // included; 0: by as many as the process may use. The response does not depend on it. Whoever
    // takes the number from a user asks Helpers::unsupported_reason() first: a build without
    // threads uses one.
    std::size_t threads = 1;
    ParallelOptions parallel{};
};

class Request {
  public:
    explicit Request(const Implementation& implementation, const RequestOptions& options = {});
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // Everything at once: a plan with one root, and its rows.
    bool run(const Plan& plan, std::span<const kernels::Row> rows) noexcept;

    // The same in steps: begin; for each root of the plan, its rows; end. begin() opens the first
    // root and next_root() the one after; every root must have been opened before end(). Each step
    // returns false on an error, after which only begin() (a new request) is allowed. No pointer to
    // a row is kept. `expected_bytes` and `expected_rows` of input, where known, size the output.
    // The plan must outlive the request.
    bool begin(const Plan& plan, std::size_t expected_bytes = 0,
               std::size_t expected_rows = 0) noexcept;
    bool next_root() noexcept;
    bool row(kernels::Row row) noexcept { return rows({&row, 1}); }
    bool rows(std::span<const kernels::Row> rows) noexcept;
    bool end() noexcept;

    // The response, after end(); empty after an error. Valid until the next begin() or trim().
    std::string_view response() const noexcept;

    const Error& error() const noexcept { return error_; }

    // Hands the bytes written so far to `sink` and drops them from the buffer. Before end() it is
    // the caller's own choice, and the only way in which bytes of a response can precede an error.
    template <class Sink>
    void drain(Sink sink) {
        sink(output_.bytes());
        output_.clear();
    }

    // Memory: what is held, the most ever held, and giving it back (between requests).
    const OutputBuffer& output() const noexcept { return output_; }
    const Arena& arena() const noexcept { return arena_; }
    const ParallelRows* parallel() const noexcept { return parallel_.get(); }  // null: one thread
    void trim() noexcept;

    const Implementation& implementation() const noexcept { return *implementation_; }

  private:
    enum class Phase : std::uint8_t { kIdle, kRows, kDone, kFailed };

    bool fail(ErrorCode code, std::size_t row, std::size_t byte) noexcept;
    bool put(std::string_view bytes) noexcept;
    bool open_root() noexcept;
    bool close_root() noexcept;
    bool transform(std::span<const kernels::Row> rows) noexcept;
    kernels::BatchStatus transform_batch(std::span<const kernels::Row> rows) noexcept;
    bool free_threads_memory() noexcept;

    const Implementation* implementation_;
    std::unique_ptr<Implementation::State> state_;
    MemoryLimit limit_;
    OutputBuffer output_;
    Arena arena_;
    std::unique_ptr<ParallelRows> parallel_;
    const Plan* plan_ = nullptr;
    std::size_t root_ = 0;
    std::size_t rows_seen_ = 0;  // of this root
    // What run() last estimated: for this plan, with so many bytes of rows, so many of `__typename`.
    const Plan* sized_plan_ = nullptr;
    std::size_t sized_bytes_ = 0;
    std::size_t sized_typenames_ = 0;
    Error error_;
    Phase phase_ = Phase::kIdle;
};

}  // namespace rowcast
