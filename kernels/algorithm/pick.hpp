#pragma once

// Scenario `select`, at scanning speed: the rewriter (rewrite.hpp) judges a row 64 bytes at a time and
// lists where the keys of its root object are, and only these are looked at.
//
//     row         {"id":7,"first_name":"Ann","tags":[{"n":1}],"credit":2.5}
//     members      ^      ^                  ^                ^
//     expected     id     first_name         tags             credit     of the rows before
//     slots        -      1                  -                0
//     selection   { credit first_name }
//
// 1. Rows of one query have the same keys in the same order. So a key is compared with the one that
//    stood at its place in the rows before, its quotes and colon included, in one step; its slot is
//    then known. Only where they differ is it searched for.
// 2. A value ends where the next key's comma stands.
// 3. Values that are containers are left to the selection writer (select.hpp), and so are selections
//    that look inside of members.
//
// As the rewriter does, it leaves every doubt to that walk. What it reads before the row is judged may
// be anything, so places are compared before they are used.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/rewrite.hpp"
#include "kernels/algorithm/select.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

template <class Isa, bool kRawKeys>
class Picker {
  public:
    using Byte = std::uint8_t;
    using Members = Rewriter<Isa, Product::kMembers>;

    Picker(const RootView& root, Output& output, Scratch& scratch) noexcept
        : root_(root), output_(output), scratch_(scratch), members_(root, output, scratch) {}

    Members& rewriter() noexcept { return members_; }

    // Appends a row's selected members to the output, which has room for its size. False: doubt.
    bool pick(Row row) noexcept {
        if (!members_.rewrite(row)) {
            return false;
        }
        const ScratchMark unused = mark(scratch_);
        const bool picked = find(row) && write(row);
        rewind(scratch_, unused);
        return picked;
    }

  private:
    // A key as it stood in an earlier row: `"first_name":`.
    struct Expected {
        alignas(64) Byte text[64];
        std::uint64_t live;  // its bytes
        std::uint32_t size;
        std::int32_t slot;
    };
    static constexpr std::size_t kExpected = 128;

    struct Value {
        const Byte* begin;  // null: there is none
        const Byte* end;
        const Byte* key;  // its opening quote
    };

    // Finds the value of each slot.
    bool find(Row row) noexcept {
        ErrorCode code = ErrorCode::kOk;
        const std::uint32_t slots = root_.match_nodes[0].slot_count;
        values_ = static_cast<Value*>(allocate(scratch_, slots * sizeof(Value), &code));
        if (values_ == nullptr) {
            return false;
        }
        for (std::uint32_t slot = 0; slot != slots; ++slot) {
            values_[slot].begin = nullptr;
        }
        has_containers_ = false;
        const Byte* const end = members_.end();
        const std::uint32_t* const places = members_.members();
        const std::size_t count = members_.member_count();
        for (std::size_t member = 0; member != count; ++member) {
            const Byte* const key = row.data + places[member];
            std::int32_t slot = kNotFound;
            std::size_t size = 0;
            if (member < expected_count_ && is_expected(key, end, member)) [[likely]] {
                slot = expected_[member].slot;
                size = expected_[member].size;
            } else if (!look_up(key, end, member, size, slot)) {
                return false;
            }
            if (slot == kNotFound) {
                continue;
            }
            const Byte* begin = key + size;
            const Byte* value_end =
                member + 1 == count ? end - 1 : row.data + places[member + 1] - 1;
            if (value_end - begin < 1) {
                return false;
            }
            begin += *begin == ' ';
            value_end -= *value_end == ' ';
            if (value_end - begin < 1) {
                return false;
            }
            has_containers_ |= *begin == '{' || *begin == '[';
            values_[slot] = {begin, value_end, key};
        }
        return true;
    }

    [[gnu::always_inline]] bool is_expected(const Byte* key, const Byte* end,
                                            std::size_t member) const noexcept {
        const Expected& expected = expected_[member];
        if (end - key >= 64) [[likely]] {
            return (~Isa::same(Isa::load(key), Isa::load(expected.text)) & expected.live) == 0;
        }
        return static_cast<std::size_t>(end - key) > expected.size &&
               bytes_equal(key, expected.text, expected.size);
    }

    // The slot of a key, and its size with quotes and colon; from now on it is expected there.
    [[gnu::noinline]] bool look_up(const Byte* key, const Byte* end, std::size_t member,
                                   std::size_t& size, std::int32_t& slot) noexcept {
        const Byte* key_end = find_quote_or_backslash<Isa>(key + 1, end);
        if (end - key_end < 3 || *key_end != '"' || key_end[1] != ':') {
            return false;  // an escape, or no key
        }
        size = static_cast<std::size_t>(key_end + 2 - key);
        const ScratchMark unused = mark(scratch_);
        const KeyForms forms = key_forms<Isa>({key + 1, key_end, false}, end, scratch_);
        if (forms.code == ErrorCode::kOk &&
            !(root_.row_type >= 0 && is_typename_key(forms.decoded.data, forms.decoded.size))) {
            slot = find_key(root_.match_nodes[0].keys, forms.camel.data, forms.camel.size);
        }
        rewind(scratch_, unused);
        if (forms.code != ErrorCode::kOk) {
            return false;
        }
        // A key too long to be expected, or one behind it, is looked up in every row.
        if (member < kExpected && member <= expected_count_ && size <= 64) {
            expected_count_ = member == expected_count_ ? member + 1 : expected_count_;
            Expected& expected = expected_[member];
            __builtin_memcpy(expected.text, key, size);
            expected.live = ~std::uint64_t{0} >> (64 - size);
            expected.size = static_cast<std::uint32_t>(size);
            expected.slot = slot;
        }
        return true;
    }

    bool write(Row row) noexcept {
        if (has_containers_) [[unlikely]] {
            return write_containers(row);
        }
        const OutputNode& node = root_.output_nodes[0];
        const bool is_typed = root_.row_type >= 0;
        const Byte* const end = members_.end();
        Byte* out = output_.cursor;
        *out++ = '{';
        if (is_typed && root_.always_typename && !node.names_typename) {
            const Bytes member = root_.types[root_.row_type].typename_member;
            if (!make_room(out, member.size)) {
                return false;
            }
            out = copy(out, member.data, member.size);
        }
        for (std::uint32_t index = 0; index != node.entry_count; ++index) {
            const SelectedEntry& entry = node.entries[index];
            Bytes value{reinterpret_cast<const Byte*>(kNull), 4};
            const Value& found = values_[entry.slot];
            if (entry.is_typename && is_typed) {
                value = root_.types[root_.row_type].typename_value;
            } else if (found.begin != nullptr) {
                value = {found.begin, static_cast<std::uint32_t>(found.end - found.begin)};
            } else if (root_.omit_missing) {
                continue;
            }
            if (!make_room(out, std::size_t{entry.key.size} + value.size + 1)) {
                return false;
            }
            out = copy(out, entry.key.data, entry.key.size);
            // Not beyond the row, whose last value may be shorter than a block.
            if (value.data != found.begin || end - value.data >= 64) [[likely]] {
                out = copy(out, value.data, value.size);
            } else {
                __builtin_memcpy(out, value.data, value.size);
                out += value.size;
            }
            *out++ = ',';
        }
        out -= out[-1] == ',';
        *out++ = '}';
        output_.cursor = out;
        return true;
    }

    // The general way, the selection writer's.
    [[gnu::noinline]] bool write_containers(Row row) noexcept {
        ErrorCode code = ErrorCode::kOk;
        const MatchNode& node = root_.match_nodes[0];
        auto* const slots =
            static_cast<Found*>(allocate(scratch_, node.slot_count * sizeof(Found), &code));
        if (slots == nullptr) {
            return false;
        }
        const Found found{0, static_cast<std::uint32_t>(members_.end() - row.data), root_.row_type,
                          slots, nullptr};
        for (std::uint32_t slot = 0; slot != node.slot_count; ++slot) {
            const Value& value = values_[slot];
            if (value.begin == nullptr) {
                slots[slot] = {0, 0, kUntyped, nullptr, nullptr};
                continue;
            }
            slots[slot] = {static_cast<std::uint32_t>(value.begin - row.data),
                           static_cast<std::uint32_t>(value.end - row.data), kUntyped, nullptr,
                           nullptr};
            if (*value.begin != '{' && *value.begin != '[') {
                continue;
            }
            if (root_.row_type >= 0) {
                const Byte* const key = value.key + 1;
                const ChildType child = declared_type<Isa>(
                    root_.types[root_.row_type],
                    {key, find_quote_or_backslash<Isa>(key, members_.end()), false}, members_.end(),
                    scratch_);
                if (child.code != ErrorCode::kOk) {
                    return false;
                }
                slots[slot].type = child.type;
            }
        }
        SelectionWriter<Isa, kRawKeys> writer(root_, row, output_, scratch_);
        return writer.write(found) == ErrorCode::kOk;
    }

    // Makes room for so many bytes and what is copied too much.
    [[gnu::always_inline]] bool make_room(Byte*& out, std::size_t bytes) noexcept {
        if (static_cast<std::size_t>(output_.end - out) >= bytes + kOutputSlack) [[likely]] {
            return true;
        }
        output_.cursor = out;
        if (output_.grow(&output_, bytes + kOutputSlack) != ErrorCode::kOk) {
            return false;
        }
        out = output_.cursor;
        return true;
    }

    // A block may be read and stored.
    [[gnu::always_inline]] static Byte* copy(Byte* out, const Byte* from,
                                             std::size_t size) noexcept {
        Isa::store(out, Isa::load(from));
        if (size > 64) [[unlikely]] {
            __builtin_memcpy(out, from, size);
        }
        return out + size;
    }

    // Readable as far as a block.
    static constexpr char kNull[64] = "null";

    const RootView& root_;
    Output& output_;
    Scratch& scratch_;
    Members members_;
    Value* values_ = nullptr;
    bool has_containers_ = false;
    std::size_t expected_count_ = 0;
    Expected expected_[kExpected];
};

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
    // Where the selection goes on inside members, most of the work is the walk's anyway; and a lone row
    // has none before it to be compared with.
    if (count == 1 || looks_inside(root.match_nodes[0])) {
        return transform_select<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    Picker<Isa, kRawKeys> picker(root, output, scratch);
    return rewrite_rows(
        picker.rewriter(), rows, count, output, scratch, [&](Row row) { return picker.pick(row); },
        [&](Row row) { return select_row<Isa, kRawKeys>(root, row, output, scratch); });
}

}  // namespace
}  // namespace rowcast::kernels
