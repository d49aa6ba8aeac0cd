#pragma once

// Scenario `select`, at scanning speed: the rewriter (rewrite.hpp) judges a row 64 bytes at a time and
// lists where the keys of its root object are; only these are looked at.
//
//     row         {"id":7,"first_name":"Ann","tags":[{"n":1}],"credit":2.5}
//     members      ^      ^                  ^                ^
//     expected     id     first_name         tags             credit     of the rows before
//     slots        -      1                  -                0
//     selection   { credit first_name }
//
// A value ends where the next key's comma stands. What was found is written by the selection writer
// (select.hpp). A selection that looks inside of members needs to know more (find_inside.hpp).
//
// As the rewriter does, it leaves every doubt to the walk. What it reads before the row is judged may
// be anything, so places are compared before they are used.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/expected_keys.hpp"
#include "kernels/algorithm/find_inside.hpp"
#include "kernels/algorithm/rewrite.hpp"
#include "kernels/algorithm/select.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// Finds the selected members of root objects, by the places of all their keys.
template <class Isa>
class RootFinder {
  public:
    using Byte = std::uint8_t;

    RootFinder(const RootView& root, Scratch& scratch) noexcept : root_(root), scratch_(scratch) {}

    // The row with its slots filled, good until scratch memory is rewound; null: doubt, or no memory.
    // The last key's value ends before the row's last byte.
    const Found* find(Row row, const std::uint32_t* places, std::size_t count) noexcept {
        ErrorCode code = ErrorCode::kOk;
        Found* const slots = allocate_slots(root_.match_nodes[0], scratch_, &code);
        if (slots == nullptr) {
            return nullptr;
        }
        const Byte* const end = row.data + row.size;
        const bool is_short = row.size < 64;
        for (std::size_t member = 0; member != count; ++member) {
            const Byte* const key = row.data + places[member];
            const ExpectedKey* known = expected_;
            if (member < expected_count_ && is_expected<Isa>(expected_[member], key, end, is_short))
                [[likely]] {
                known += member;
            } else {
                known = look_up(member, key, end);
                if (known == nullptr) {
                    return nullptr;
                }
            }
            if (known->slot == kNotFound) {
                continue;
            }
            const Byte* begin = key + known->size;
            const Byte* value_end =
                member + 1 == count ? end - 1 : row.data + places[member + 1] - 1;
            begin += *begin == ' ' ? 1 : 0;
            value_end -= value_end[0] == ' ' ? 1 : 0;
            if (value_end - begin < 1) {
                return nullptr;
            }
            Found& found = slots[known->slot];
            found.begin = static_cast<std::uint32_t>(begin - row.data);
            found.end = static_cast<std::uint32_t>(value_end - row.data);
            found.type = known->type;
        }
        row_ = {0, static_cast<std::uint32_t>(row.size), root_.row_type, slots, nullptr};
        return &row_;
    }

  private:
    static constexpr std::size_t kExpected = 128;

    // What is to be known of a key; from now on it is expected there, unless that is too far behind.
    // Null: doubt.
    [[gnu::noinline]] const ExpectedKey* look_up(std::size_t member, const Byte* key,
                                                 const Byte* end) noexcept {
        if (!look_up_key<Isa>(root_, 0, root_.row_type, key, end, scratch_, latest_)) {
            return nullptr;
        }
        if (member < kExpected && member <= expected_count_) {
            expected_[member] = latest_;
            expected_count_ = member == expected_count_ ? member + 1 : expected_count_;
        }
        return &latest_;
    }

    const RootView& root_;
    Scratch& scratch_;
    Found row_{};
    std::size_t expected_count_ = 0;
    ExpectedKey latest_;  // that was looked up
    ExpectedKey expected_[kExpected];
};

template <class Isa, bool kRawKeys>
BatchStatus pick_from_root(const RootView& root, const Row* rows, std::size_t count, Output& output,
                           Scratch& scratch) noexcept {
    RootFinder<Isa> finder(root, scratch);
    Rewriter<Isa, Product::kMembers> rewriter(root, root.row_type, output, scratch);
    const auto pick = [&](Row row) {
        if (!rewriter.rewrite(row)) {
            return false;
        }
        row.size = static_cast<std::size_t>(rewriter.end() - row.data);
        const ScratchMark unused = mark(scratch);
        const Found* const found = finder.find(row, rewriter.members(), rewriter.member_count());
        SelectionWriter<Isa, kRawKeys> writer(root, row, rewriter.is_squeezed(), output, scratch);
        const bool is_picked = found != nullptr && writer.write_flat(*found) == ErrorCode::kOk;
        rewind(scratch, unused);
        return is_picked;
    };
    return rewrite_rows(rewriter, rows, count, output, scratch, pick, [&](Row row) {
        return select_row<Isa, kRawKeys>(root, row, output, scratch);
    });
}

template <class Isa, bool kRawKeys>
BatchStatus pick_from_inside(const RootView& root, const Row* rows, std::size_t count,
                             Output& output, Scratch& scratch) noexcept {
    using Finder = InsideFinder<Isa>;
    using Members = Rewriter<Isa, Product::kStructure, Finder>;
    static_assert(Members::kMaxDepth < Finder::kFrames);
    Finder finder(root, scratch);
    Members rewriter(root, root.row_type, output, scratch, &finder);
    const auto pick = [&](Row row) {
        const ScratchMark unused = mark(scratch);
        bool is_picked = false;
        if (rewriter.rewrite(row)) {
            const Found* const found = finder.end_row();
            SelectionWriter<Isa, kRawKeys> writer(root, row, rewriter.is_squeezed(), output,
                                                  scratch);
            is_picked = found != nullptr && writer.write(*found) == ErrorCode::kOk;
        }
        rewind(scratch, unused);
        return is_picked;
    };
    return rewrite_rows(rewriter, rows, count, output, scratch, pick, [&](Row row) {
        return select_row<Isa, kRawKeys>(root, row, output, scratch);
    });
}

inline bool looks_inside(const MatchNode& node) noexcept {
    for (std::uint32_t slot = 0; slot != node.slot_count; ++slot) {
        if (node.children[slot] != kWhole) {
            return true;
        }
    }
    return false;
}

template <class Isa, bool kRawKeys>
BatchStatus pick_select(const RootView& root, const Row* rows, std::size_t count, Output& output,
                        Scratch& scratch) noexcept {
    // A lone row has none before it to be compared with.
    constexpr std::size_t kWorthBlocks = 1024;
    if (count == 1 && rows[0].size < kWorthBlocks) {
        return transform_select<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    return looks_inside(root.match_nodes[0])
               ? pick_from_inside<Isa, kRawKeys>(root, rows, count, output, scratch)
               : pick_from_root<Isa, kRawKeys>(root, rows, count, output, scratch);
}

}  // namespace
}  // namespace rowcast::kernels
