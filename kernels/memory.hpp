#pragma once

// The kinds of memory an engine writes to. They belong to the caller (pipeline/ makes them); an
// engine only advances the cursors of the first two, and calls back when one of them runs out.

#include <cstddef>
#include <cstdint>

#include "kernels/status.hpp"

namespace rowcast::kernels {

// An engine may store up to this many bytes past the output's cursor without meaning them, so that
// short tokens are copied by whole words or vectors.
inline constexpr std::size_t kOutputSlack = 64;

// The response, as far as it is written: [begin, cursor) holds bytes, [cursor, end) is free.
struct Output {
    std::uint8_t* begin;
    std::uint8_t* cursor;
    std::uint8_t* end;
    // Makes at least `room` bytes free behind the cursor. May move the bytes (all three pointers
    // change) and keeps [begin, cursor). On failure nothing changes and the code says why.
    ErrorCode (*grow)(Output* self, std::size_t room) noexcept;
};

// What an engine learns of a root's rows (algorithm/expected_keys.hpp), for the next batch or request
// of the same root. Whatever is in it, the answer is the same.
struct alignas(64) Memo {
    static constexpr std::size_t kBytes = 24 * std::size_t{1024};
    std::uint8_t bytes[kBytes];
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};
    std::uint64_t root = kNone;  // of which root (RootView::id); kNone: `bytes` mean nothing
    std::uint64_t seen = kNone;  // the root that rows were selected for last
};

// Bump memory in chunks that never move. Anything allocated lives until rewound to a mark.
struct Scratch {
    std::uint8_t* cursor;  // aligned to kScratchAlignment, as is `end`
    std::uint8_t* end;
    void* chunk;  // the owner's; part of a mark
    // Moves on to a chunk with at least `bytes` free and allocates them there.
    // Null, with *code set, where the limit or the machine forbids.
    void* (*allocate_elsewhere)(Scratch* self, std::size_t bytes, ErrorCode* code) noexcept;
    Memo* memo;  // never null where rows are selected from
};

inline constexpr std::size_t kScratchAlignment = 16;

struct ScratchMark {
    std::uint8_t* cursor;
    std::uint8_t* end;
    void* chunk;
};

namespace {

// Makes `room` bytes free; O(1) where they are, else one growth.
[[maybe_unused]] inline ErrorCode ensure_room(Output& output, std::size_t room) noexcept {
    if (static_cast<std::size_t>(output.end - output.cursor) >= room) [[likely]] {
        return ErrorCode::kOk;
    }
    return output.grow(&output, room);
}

// The same behind a cursor that is kept apart from the output's and moves with the bytes.
[[maybe_unused, gnu::always_inline]] inline ErrorCode ensure_room(Output& output,
                                                                  std::uint8_t*& cursor,
                                                                  std::size_t room) noexcept {
    if (static_cast<std::size_t>(output.end - cursor) >= room) [[likely]] {
        return ErrorCode::kOk;
    }
    output.cursor = cursor;
    const ErrorCode code = output.grow(&output, room);
    cursor = output.cursor;
    return code;
}

// `bytes` of uninitialised memory aligned to kScratchAlignment, or null with *code set.
[[maybe_unused]] inline void* allocate(Scratch& scratch, std::size_t bytes,
                                       ErrorCode* code) noexcept {
    const std::size_t rounded = (bytes + kScratchAlignment - 1) & ~(kScratchAlignment - 1);
    if (static_cast<std::size_t>(scratch.end - scratch.cursor) >= rounded) [[likely]] {
        void* const result = scratch.cursor;
        scratch.cursor += rounded;
        return result;
    }
    return scratch.allocate_elsewhere(&scratch, rounded, code);
}

[[maybe_unused]] inline ScratchMark mark(const Scratch& scratch) noexcept {
    return {scratch.cursor, scratch.end, scratch.chunk};
}

[[maybe_unused]] inline void rewind(Scratch& scratch, const ScratchMark& to) noexcept {
    scratch.cursor = to.cursor;
    scratch.end = to.end;
    scratch.chunk = to.chunk;
}

}  // namespace

}  // namespace rowcast::kernels
