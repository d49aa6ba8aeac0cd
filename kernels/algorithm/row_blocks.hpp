#pragma once

// The blocks of several rows in one list, so that what is done for each block is one loop over all of
// them. A loop over a single row's blocks ends somewhere else in every row, and a CPU that guesses the
// end wrongly loses as much as a whole block takes.
//
//     rows      {..........}   {...................}   {......}
//     blocks     11111122222    333333444444555555      666666       all but the first byte
//     tails            ^^^^^                ^^^^^^      ^^^^^^       copied, spaces behind them
//
// Nothing branches on a row's size: the addresses of sixteen blocks are stored, as many as there are
// count, and a row's last bytes are copied with the 64 bytes that end it. What is special about a
// row's first and last block is in a record beside each block, and blank for all others.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/text.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

// What a RowBlock's `prefix` is.
enum class BlockPrefix : std::uint8_t {
    kSize,  // of what is written before the row, in the row's first block; 0 in others
    kPlace  // where the block begins in its row; a row longer than the list is not listed
};

template <class Isa, BlockPrefix kPrefix>
class RowBlocks {
  public:
    using Mask = std::uint64_t;
    using Byte = std::uint8_t;

    static constexpr std::size_t kBlocks = 64;

    struct GatheredRow {
        const Byte* begin;    // its opening bracket
        const Byte* end;      // behind its closing bracket
        std::uint32_t first;  // its first block
    };

    // A block, and what one pass over the list leaves for the next. The byte before it may be read.
    struct alignas(64) RowBlock {
        std::uintptr_t address;
        Mask valid;            // the bytes that are the row's
        Mask last;             // its closing bracket
        Mask inside;           // strings, but their opening quotes
        Mask openings;         // those
        Mask objects;          // the bytes whose container is an object
        Mask renamed;          // the bytes whose keys are renamed, or wanted
        std::uint32_t prefix;  // see BlockPrefix
        std::uint32_t starts;  // 1 in a row's first block, 0 in others

        const Byte* bytes() const noexcept { return reinterpret_cast<const Byte*>(address); }
    };

    // What is so in a row outside of all inner brackets, and a kSize prefix.
    struct Defaults {
        Mask objects;
        Mask renamed;
        std::uint32_t prefix;
    };

    std::size_t block_count() const noexcept { return block_count_; }
    std::size_t row_count() const noexcept { return row_count_; }
    const GatheredRow& row(std::size_t index) const noexcept { return rows_[index]; }

    // A block; -1 is the one before the list: zeros, or the last one that next_part() replaced.
    const RowBlock* block(std::size_t index) const noexcept { return blocks_ + 1 + index; }
    RowBlock* block(std::size_t index) noexcept { return blocks_ + 1 + index; }

    // Where a byte of a block stands in its row, with the rest of the row around it.
    static const Byte* origin(const GatheredRow& row, std::size_t block,
                              std::size_t byte) noexcept {
        return row.begin + 1 + 64 * static_cast<std::uint32_t>(block - row.first) + byte;
    }

    void clear(const Defaults& defaults) noexcept {
        block_count_ = 0;
        row_count_ = 0;
        rest_ = nullptr;
        defaults_ = defaults;
        blocks_[0].address = reinterpret_cast<std::uintptr_t>(kZeros);
    }

    // Appends a row if it is a container, of the same kind as the rows before it, and there is room
    // for its blocks or nothing else. With kSize, one that is longer than the list is appended in parts.
    [[gnu::always_inline]] bool add(Row row) noexcept {
        const Byte* const begin = row.data;
        const Byte* end = row.data + row.size;
        while (end != begin && is_whitespace(end[-1])) {
            --end;
        }
        // An empty root is not worth a case here.
        if (end - begin < 3 || (*begin | 0x20) != '{' || end[-1] != *begin + 2) {
            return false;
        }
        const std::size_t wanted = (static_cast<std::size_t>(end - begin) + 62) / 64;
        const std::size_t first = block_count_;
        if (wanted > kBlocks - first) [[unlikely]] {
            if (first != 0 || kPrefix == BlockPrefix::kPlace) {
                return false;
            }
            rows_[0] = {begin, end, 0};
            row_count_ = 1;
            rest_ = begin + 1;
            take_part();
        } else {
            if (first != 0 && *begin != *rows_[0].begin) {
                return false;
            }
            rows_[row_count_++] = {begin, end, static_cast<std::uint32_t>(first)};
            append(first, {begin, end, 0}, begin + 1, wanted);
        }
        blocks_[1 + first].starts = 1;
        if constexpr (kPrefix == BlockPrefix::kSize) {
            blocks_[1 + first].prefix = defaults_.prefix;
        }
        return true;
    }

    // The first row's prefix is taken care of.
    void drop_first_prefix() noexcept { blocks_[1].prefix = 0; }

    // Whether the last row goes on behind the list's end.
    bool has_more() const noexcept { return rest_ != nullptr; }

    // Replaces the blocks by the next ones of the last row.
    [[gnu::noinline]] void next_part() noexcept {
        rows_[0].first -= static_cast<std::uint32_t>(kBlocks);  // unsigned: it lies before the list
        blocks_[0] = blocks_[kBlocks];
        take_part();
    }

  private:
    // Lists are written so many blocks at a time: first the blocks of a short row, then those of a
    // row of some hundred bytes, and so on.
    static constexpr std::size_t kShort = 4;
    static constexpr std::size_t kMiddle = 12;
    static constexpr std::size_t kLong = 16;

    [[gnu::noinline]] void take_part() noexcept {
        const Byte* const from = rest_;
        const auto wanted = (static_cast<std::size_t>(rows_[0].end - from) + 63) / 64;
        if (wanted > kBlocks) {
            list(0, from, kBlocks);
            block_count_ = kBlocks;
            rest_ = from + 64 * kBlocks;
        } else {
            append(0, rows_[0], from, wanted);
            rest_ = nullptr;
        }
    }

    // Lists the blocks from `from` on to a row's end as number `first` and so on.
    [[gnu::always_inline]] void append(std::size_t first, GatheredRow row, const Byte* from,
                                       std::size_t count) noexcept {
        list(first, from, count);
        const std::size_t before = 64 * (count - 1);
        const auto size = static_cast<std::size_t>(row.end - from) - before;  // 1 to 64
        Byte* const tail = tails_ + 128 * (first + count - 1) + 64;
        Isa::store(tail + size, Isa::fill(' '));
        if (row.end - row.begin >= 64) [[likely]] {
            Isa::store(tail + size - 64, Isa::load(row.end - 64));
            tail[-1] = (from + before)[-1];
        } else {
            __builtin_memcpy(tail - 1, row.begin, size + 1);
        }
        block_count_ = first + count;
        RowBlock& last = blocks_[first + count];
        last.address = reinterpret_cast<std::uintptr_t>(tail);
        last.valid = ~Mask{0} >> (64 - size);
        last.last = Mask{1} << (size - 1);
    }

    [[gnu::always_inline]] void list(std::size_t first, const Byte* from,
                                     std::size_t count) noexcept {
        RowBlock* const out = blocks_ + 1 + first;
        const auto start = reinterpret_cast<std::uintptr_t>(from);
        list_some<kShort>(out, start, 0);
        if (count > kShort) {
            list_some<kMiddle - kShort>(out, start, kShort);
            if (count > kMiddle) {
                list_rest(out, start, count);
            }
        }
    }

    [[gnu::noinline]] void list_rest(RowBlock* out, std::uintptr_t start,
                                     std::size_t count) const noexcept {
        for (std::size_t done = kMiddle; done < count; done += kLong) {
            list_some<kLong>(out, start, done);
        }
    }

    using Words = typename Isa::Words;

    // Those from number `done` on, of a list whose first block is `out` and begins at `start`, behind a
    // row's first byte. A record is put together register by register: in one piece, g++ 12 would put
    // it together in memory and load it before it is there.
    template <std::size_t kCount>
    [[gnu::always_inline]] void list_some(RowBlock* out, std::uintptr_t start,
                                          std::size_t done) const noexcept {
        constexpr bool kHasPlaces = kPrefix == BlockPrefix::kPlace;
        constexpr Mask kAll = ~Mask{0};
        constexpr Mask kNextPlace = kHasPlaces ? 64 : 0;
        const Mask address = start + 64 * done;
        const Mask place = kHasPlaces ? 1 + 64 * done : 0;
        const Mask objects = defaults_.objects;
        const Mask renamed = defaults_.renamed;
        if constexpr (sizeof(Words) == 64) {
            Words record[] = {{address, kAll, 0, 0, 0, objects, renamed, place}};
            repeat<kCount>(out + done, record, Words{64, 0, 0, 0, 0, 0, 0, kNextPlace}, Words{});
        } else if constexpr (sizeof(Words) == 32) {
            Words record[] = {{address, kAll, 0, 0}, {0, objects, renamed, place}};
            repeat<kCount>(out + done, record, Words{64, 0, 0, 0}, Words{0, 0, 0, kNextPlace});
        } else {
            Words record[] = {{address, kAll}, {0, 0}, {0, objects}, {renamed, place}};
            repeat<kCount>(out + done, record, Words{64, 0}, Words{0, kNextPlace});
        }
    }

    static constexpr std::size_t kParts = sizeof(RowBlock) / sizeof(Words);

    // Stores a record kCount times, and adds to its first and last words after each.
    template <std::size_t kCount>
    [[gnu::always_inline]] static void repeat(RowBlock* out, Words (&record)[kParts],
                                              Words to_first, Words to_last) noexcept {
        for (std::size_t i = 0; i != kCount; ++i) {
            Byte* const to = reinterpret_cast<Byte*>(out + i);
            for (std::size_t part = 0; part != kParts; ++part) {
                __builtin_memcpy(to + part * sizeof(Words), record + part, sizeof(Words));
            }
            record[0] += to_first;
            record[kParts - 1] += to_last;
        }
    }

    alignas(64) static constexpr Byte kZeros[64] = {};

    std::size_t block_count_ = 0;
    std::size_t row_count_ = 0;
    Defaults defaults_{};
    const Byte* rest_ = nullptr;  // of a row longer than the list
    GatheredRow rows_[kBlocks];
    RowBlock blocks_[1 + kBlocks + kLong];
    // For each block room for a row's last one, and for 64 bytes before it.
    Byte tails_[128 * (kBlocks + 1)];
};

}  // namespace
}  // namespace rowcast::kernels
