#pragma once

// Scenario `select`, at scanning speed: the rewriter (rewrite.hpp, rewrite_groups.hpp) judges rows 64
// bytes at a time and lists where the keys of their root objects are; only these are looked at.
//
//     row         {"id":7,"first_name":"Ann","tags":[{"n":1}],"credit":2.5}
//     members      ^      ^                  ^                ^
//     expected     id     first_name         tags             credit     of the rows before
//     slots        -      1                  -                0
//     selection   { credit first_name }
//
// A value ends where the next key's comma stands. For rows with the expected keys all that is written
// between the values is known beforehand, too:
//
//     texts       {"credit":   ,"firstName":   }
//     values                2.5             "Ann"
//
// Other rows are written by the selection writer (select.hpp). A selection that looks inside of members
// needs to know more (find_inside.hpp).
//
// As the rewriter does, it leaves every doubt to the walk. What it reads before the row is judged may
// be anything, so places are compared before they are used.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/expected_keys.hpp"
#include "kernels/algorithm/find_inside.hpp"
#include "kernels/algorithm/rewrite.hpp"
#include "kernels/algorithm/rewrite_groups.hpp"
#include "kernels/algorithm/select.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// Picks the selected members of root objects, by the places of all their keys.
template <class Isa, bool kRawKeys>
class RootPicker {
  public:
    using Byte = std::uint8_t;

    RootPicker(const RootView& root, Output& output, Scratch& scratch) noexcept
        : root_(root),
          output_(output),
          scratch_(scratch),
          known_(recall<RootKeys>(root, *scratch.memo)) {}

    // Appends what is selected of a row. `places` has one element more than there are keys. False: doubt,
    // or no memory.
    [[gnu::always_inline]] bool pick(Row row, std::uint32_t* places, std::size_t count,
                                     bool is_squeezed) noexcept {
        // As if a comma stood where the row's closing bracket does, and another key behind it.
        places[count] = static_cast<std::uint32_t>(row.size);
        return (is_as_expected(row, places, count) && write_expected(row, places, is_squeezed)) ||
               pick_other(row, places, count, is_squeezed);
    }

  private:
    static constexpr std::size_t kKeys = 128;
    static constexpr std::size_t kSteps = 64;

    // One value of the output, and the text before it.
    struct Step {
        std::uint32_t text_size;
        std::uint32_t member;  // its number in the row
        std::uint32_t key_size;
        TypeIndex type;
    };

    // What is known of the root's rows.
    struct RootKeys {
        std::uint32_t known;   // so many keys
        std::uint32_t latest;  // so many of them, and no others, the latest row had; 0: no such row
        std::uint32_t count;   // so many a row is expected to have; 0: nothing is expected
        std::uint32_t refused;     // with so many nothing can be expected; 0: none is known
        std::uint32_t step_count;  // behind the last step comes a text more
        std::uint32_t last_size;   // of that text
        std::uint32_t fixed_room;  // for a row's texts
        bool repeats;              // a value is written under several aliases
        Step steps[kSteps];
        alignas(64) Byte texts[kSteps + 1][64];
        ExpectedKey keys[kKeys];

        void forget() noexcept {
            known = 0;
            forget_rows();
        }
        void forget_rows() noexcept {
            latest = 0;
            count = 0;
            refused = 0;
        }
    };

    [[gnu::always_inline]] bool is_as_expected(Row row, const std::uint32_t* places,
                                               std::size_t count) const noexcept {
        if (count != known_.count || count == 0) {
            return false;
        }
        const Byte* const end = row.data + row.size;
        const bool is_short = row.size < 64;
        std::uint64_t mismatches = 0;
        for (std::size_t member = 0; member != count; ++member) {
            mismatches |=
                mismatch<Isa>(known_.keys[member], row.data + places[member], end, is_short);
        }
        return mismatches == 0;
    }

    // False: doubt, or no memory; nothing is appended then.
    [[gnu::always_inline]] bool write_expected(Row row, const std::uint32_t* places,
                                               bool is_squeezed) noexcept {
        const std::size_t room = room_for(row, places);
        if (ensure_room(output_, room) != ErrorCode::kOk) [[unlikely]] {
            return false;
        }
        const auto start = output_.cursor - output_.begin;
        Byte* out = output_.cursor;
        const Step* const end = known_.steps + known_.step_count;
        const Byte* text = known_.texts[0];
        for (const Step* step = known_.steps; step != end; ++step, text += 64) {
            Isa::store(out, Isa::load(text));
            out += step->text_size;
            const Place at = place_of(row, places + step->member, step->key_size);
            const Row value{row.data + at.begin, std::size_t{at.end} - at.begin};
            const bool is_container = (*value.data | 0x20) == '{';
            if (at.begin >= at.end || (is_container && !(is_squeezed && step->type == kVerbatim)))
                [[unlikely]] {
                output_.cursor = out;
                if (at.begin >= at.end || !transform(value, step->type, room)) {
                    output_.cursor = output_.begin + start;
                    return false;
                }
                out = output_.cursor;
                continue;
            }
            out = copy_value<Isa>(out, value.data, value.size, row.data + row.size);
        }
        Isa::store(out, Isa::load(text));
        output_.cursor = out + known_.last_size;
        return true;
    }

    // Where in the row the value of a key lies that stands at place[0]; nowhere, if it is not before its
    // end.
    struct Place {
        std::uint32_t begin;
        std::uint32_t end;
    };
    [[gnu::always_inline]] static Place place_of(Row row, const std::uint32_t* place,
                                                 std::uint32_t key_size) noexcept {
        const std::uint32_t begin = place[0] + key_size;
        const std::uint32_t end = place[1] - 1;
        return {begin + (row.data[begin] == ' ' ? 1U : 0U), end - (row.data[end] == ' ' ? 1U : 0U)};
    }

    // What a row's texts and values take at most. A value is shorter than from its key to the next.
    [[gnu::always_inline]] std::size_t room_for(Row row,
                                                const std::uint32_t* places) const noexcept {
        const std::size_t room = known_.fixed_room + kOutputSlack;
        if (!known_.repeats) [[likely]] {
            return room + row.size;
        }
        std::size_t values = 0;
        for (std::uint32_t step = 0; step != known_.step_count; ++step) {
            const std::uint32_t member = known_.steps[step].member;
            values += places[member + 1] - places[member];
        }
        return room + values;
    }

    // Appends a container that is kept whole, and makes `room` behind it again. False: doubt, or no
    // memory.
    [[gnu::noinline]] bool transform(Row value, TypeIndex type, std::size_t room) noexcept {
        const ScratchMark unused = mark(scratch_);
        const ErrorCode code =
            transform_whole<Isa, kRawKeys>(root_, type, value, output_, scratch_).code;
        rewind(scratch_, unused);
        return code == ErrorCode::kOk && ensure_room(output_, room) == ErrorCode::kOk;
    }

    // A row that has not the expected keys.
    [[gnu::noinline]] bool pick_other(Row row, const std::uint32_t* places, std::size_t count,
                                      bool is_squeezed) noexcept {
        const ScratchMark unused = mark(scratch_);
        ErrorCode code = ErrorCode::kOk;
        Found* const slots = allocate_slots(root_.match_nodes[0], scratch_, &code);
        bool is_picked = slots != nullptr && look_for_each(row, places, count, slots);
        if (is_picked) {
            const Found found{0, static_cast<std::uint32_t>(row.size), root_.row_type, slots,
                              nullptr};
            SelectionWriter<Isa, kRawKeys> writer(root_, row, is_squeezed, output_, scratch_);
            is_picked = writer.write_flat(found) == ErrorCode::kOk;
        }
        rewind(scratch_, unused);
        return is_picked;
    }

    bool look_for_each(Row row, const std::uint32_t* places, std::size_t count,
                       Found* slots) noexcept {
        const Byte* const end = row.data + row.size;
        bool is_kept = true;  // all keys are among those that are known
        for (std::size_t member = 0; member != count; ++member) {
            const Byte* const key = row.data + places[member];
            const ExpectedKey* known = known_.keys;
            if (member < known_.known &&
                mismatch<Isa>(known[member], key, end, row.size < 64) == 0) {
                known += member;
            } else {
                known_.forget_rows();
                if (!look_up_key<Isa>(root_, 0, root_.row_type, key, end, scratch_, latest_)) {
                    return false;
                }
                known = &latest_;
                is_kept &= keep(member);
            }
            if (known->slot == kNotFound) {
                continue;
            }
            const Place at = place_of(row, places + member, known->size);
            if (at.begin >= at.end) {
                return false;
            }
            Found& found = slots[known->slot];
            found.begin = at.begin;
            found.end = at.end;
            found.type = known->type;
        }
        expect(is_kept ? static_cast<std::uint32_t>(count) : 0);
        return true;
    }

    // Keeps the key that was looked up, if there is room and rows can be compared with it.
    bool keep(std::size_t member) noexcept {
        if (member >= kKeys || member > known_.known) {
            return false;
        }
        known_.keys[member] = latest_;
        known_.known += member == known_.known ? 1 : 0;
        return latest_.size <= sizeof latest_.text;
    }

    // After two rows with the same `count` keys others like them are expected.
    void expect(std::uint32_t count) noexcept {
        if (count == known_.latest && count != known_.count && count != known_.refused) {
            known_.count = make_steps(count) ? count : 0;
            known_.refused = known_.count == 0 ? count : 0;
        }
        known_.latest = count;
    }

    // What becomes of rows with the first `count` known keys. False: a text is too long, or there are too
    // many.
    bool make_steps(std::size_t count) noexcept {
        const OutputNode& node = root_.output_nodes[0];
        const bool is_typed = root_.row_type >= 0;
        known_.step_count = 0;
        known_.fixed_room = 0;
        known_.repeats = false;
        std::size_t size = 0;
        Byte* text = known_.texts[0];
        const auto append = [&](const Byte* from, std::size_t bytes) {
            if (bytes > 64 - size) {
                return false;
            }
            __builtin_memcpy(text + size, from, bytes);
            size += bytes;
            known_.fixed_room += static_cast<std::uint32_t>(bytes);
            return true;
        };
        bool holds = append(reinterpret_cast<const Byte*>("{"), 1);
        bool has_members = false;
        if (is_typed && root_.always_typename && !node.names_typename) {
            const Bytes member = root_.types[root_.row_type].typename_member;
            holds = holds && append(member.data, member.size - 1);
            has_members = true;
        }
        for (std::uint32_t i = 0; holds && i != node.entry_count; ++i) {
            const SelectedEntry& entry = node.entries[i];
            const bool is_typename = entry.is_typename && is_typed;
            const std::size_t member = is_typename ? count : last_member(entry.slot, count);
            if (!is_typename && member == count && root_.omit_missing) {
                continue;
            }
            holds = (!has_members || append(reinterpret_cast<const Byte*>(","), 1)) &&
                    append(entry.key.data, entry.key.size);
            has_members = true;
            if (is_typename) {
                const Bytes value = root_.types[root_.row_type].typename_value;
                holds = holds && append(value.data, value.size);
            } else if (member == count) {
                holds = holds && append(reinterpret_cast<const Byte*>("null"), 4);
            } else if (holds) {
                if (known_.step_count == kSteps) {
                    return false;
                }
                const ExpectedKey& key = known_.keys[member];
                known_.repeats = known_.repeats || has_step_of(member);
                known_.steps[known_.step_count++] = {static_cast<std::uint32_t>(size),
                                                     static_cast<std::uint32_t>(member), key.size,
                                                     key.type};
                text += 64;
                size = 0;
            }
        }
        holds = holds && append(reinterpret_cast<const Byte*>("}"), 1);
        known_.last_size = static_cast<std::uint32_t>(size);
        return holds;
    }

    bool has_step_of(std::size_t member) const noexcept {
        for (std::uint32_t step = 0; step != known_.step_count; ++step) {
            if (known_.steps[step].member == member) {
                return true;
            }
        }
        return false;
    }

    // The last of the first `count` keys that has this slot, or `count`.
    std::size_t last_member(std::uint32_t slot, std::size_t count) const noexcept {
        for (std::size_t member = count; member-- != 0;) {
            if (known_.keys[member].slot == static_cast<std::int32_t>(slot)) {
                return member;
            }
        }
        return count;
    }

    const RootView& root_;
    Output& output_;
    Scratch& scratch_;
    RootKeys& known_;
    ExpectedKey latest_;  // that was looked up
};

template <class Isa, bool kRawKeys>
BatchStatus pick_from_root(const RootView& root, const Row* rows, std::size_t count, Output& output,
                           Scratch& scratch) noexcept {
    RootPicker<Isa, kRawKeys> picker(root, output, scratch);
    Rewriter<Isa, Product::kMembers> rewriter(root, root.row_type, output, scratch);
    const auto pick = [&](Row row) {
        if (!rewriter.rewrite(row)) {
            return false;
        }
        row.size = static_cast<std::size_t>(rewriter.end() - row.data);
        return picker.pick(row, rewriter.members(), rewriter.member_count(),
                           rewriter.is_squeezed());
    };
    return rewrite_rows(rewriter, rows, count, output, scratch, pick, [&](Row row) {
        return select_row<Isa, kRawKeys>(root, row, output, scratch);
    });
}

// The same for many rows at a time, as rewrite_groups.hpp does it.
template <class Isa, bool kRawKeys>
BatchStatus pick_from_roots(const RootView& root, const Row* rows, std::size_t count,
                            Output& output, Scratch& scratch) noexcept {
    using Group = GroupRewriter<Isa, Product::kMembers>;
    RootPicker<Isa, kRawKeys> picker(root, output, scratch);
    Group group(root, output, scratch);
    const auto pick = [&](const Row* first, const Row* end, bool is_first) -> Tried {
        const auto gathered = static_cast<std::size_t>(group.gather(first, end) - first);
        if (gathered == 0 || !group.find_members()) {
            return {gathered, false};
        }
        for (std::size_t index = 0; index != gathered; ++index) {
            const Row row = group.row(index);
            if (begin_row(output, row, is_first && index == 0) != ErrorCode::kOk ||
                !picker.pick(row, group.members(index), group.member_count(index),
                             group.is_squeezed())) {
                return {gathered, false};
            }
        }
        return {gathered, true};
    };
    return do_groups(rows, count, output, scratch, pick, [&](Row row) -> RowStatus {
        if (row.size > Group::kLongestRow) {
            return pick_from_root<Isa, kRawKeys>(root, &row, 1, output, scratch).status;
        }
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
    // A short row alone is not worth to learn from, unless there was one like it before.
    constexpr std::size_t kWorthLearning = 1024;
    const bool is_seen = scratch.memo->seen == root.id;
    scratch.memo->seen = root.id;
    if (count == 1 && rows[0].size < kWorthLearning && !is_seen) {
        return transform_select<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    if (looks_inside(root.match_nodes[0])) {
        return pick_from_inside<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    if (count != 1) {
        return pick_from_roots<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    return pick_from_root<Isa, kRawKeys>(root, rows, count, output, scratch);
}

}  // namespace
}  // namespace rowcast::kernels
