#pragma once

// Scenario `select`: some members are kept, in the selection's order, whatever the row's.
//
// Two passes over a row:
//   index   the walk validates everything and notes, for each object that a selection looks into,
//           where the value of each selected slot lies. A later match overwrites an earlier one.
//   write   the selection's entries, in order, copy or transform what was noted.
//
//     selection   { posts { title } id }
//     row         {"id":7,"x":[1],"posts":[{"title":"a","n":1},null]}
//     index         slot 1 ^    slot 0 ^--------------------------^
//                                        ^ elements, each with slots of its own
//
// Only values kept whole that are objects or arrays are read twice. Both passes are loops over a
// stack in scratch memory.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/stack.hpp"
#include "kernels/algorithm/transform.hpp"
#include "kernels/algorithm/walk.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

// Where a selected value lies in the row. end == 0: there is none.
struct Found {
    std::uint32_t begin;
    std::uint32_t end;
    TypeIndex type;  // of a container: how its members are treated
    Found* inside;   // where the selection goes on inside: an object's slots, or the first element
    Found* next;     // the next element of the same array
};

template <class Isa>
struct Indexer {
    struct Frame {
        TypeIndex type;
        NodeIndex node;  // of the selection that looks into this container, or kWhole
        bool is_object;
        Found* found;   // the container itself, where it was selected
        Found* inside;  // an object's slots; an array's latest element
    };

    const RootView* root;
    Scratch* scratch;
    const std::uint8_t* row;
    Found* current;  // where the value at hand is noted, or null
    Frame top;       // the innermost container; outside of all: the row
    RowKey last_key{nullptr, nullptr, false};
    NodeIndex selection = 0;  // the one that applies to the value at hand
    ErrorCode failure = ErrorCode::kOk;
    Stack<Frame> frames{};

    [[gnu::always_inline]] void begin_value(const std::uint8_t* in) noexcept {
        if (!top.is_object && frames.size != 0) {
            current = top.node == kWhole ? nullptr : add_element();
            selection = top.node;
        }
        if (current != nullptr) {
            *current = {static_cast<std::uint32_t>(in - row), 0, kUntyped, nullptr, nullptr};
        }
    }

    [[gnu::always_inline]] StringScan string(const std::uint8_t* in,
                                             const std::uint8_t* end) noexcept {
        return scan_string<Isa>(in, end);
    }

    [[gnu::always_inline]] void scalar(const std::uint8_t* /*in*/, const std::uint8_t* /*end*/,
                                       const std::uint8_t* /*readable*/) noexcept {}

    [[gnu::always_inline]] ErrorCode open(const std::uint8_t* /*in*/, bool is_object,
                                          const std::uint8_t* end) noexcept {
        Frame frame{kUntyped, kWhole, is_object, current, nullptr};
        if (failure != ErrorCode::kOk) [[unlikely]] {
            return failure;
        }
        if (current != nullptr) {
            frame.type = top.type;
            if (top.is_object && top.type >= 0) {
                const ChildType child =
                    declared_type<Isa>(root->types[top.type], last_key, end, *scratch);
                if (child.code != ErrorCode::kOk) [[unlikely]] {
                    return child.code;
                }
                frame.type = child.type;
            }
            current->type = frame.type;
            frame.node = frame.type == kVerbatim ? kWhole : selection;
            if (is_object && frame.node != kWhole) {
                const std::uint32_t slots = root->match_nodes[frame.node].slot_count;
                ErrorCode code = ErrorCode::kOk;
                frame.inside =
                    static_cast<Found*>(allocate(*scratch, slots * sizeof(Found), &code));
                if (frame.inside == nullptr) [[unlikely]] {
                    return code;
                }
                __builtin_memset(static_cast<void*>(frame.inside), 0, slots * sizeof(Found));
                current->inside = frame.inside;
            }
        }
        const ErrorCode refused = frames.push(*scratch, top);
        top = frame;
        current = nullptr;
        return refused;
    }

    [[gnu::always_inline]] void close(const std::uint8_t* /*in*/) noexcept {
        current = top.found;
        top = frames.pop();
    }

    [[gnu::always_inline]] ErrorCode key(const RowKey& key, const std::uint8_t* end) noexcept {
        current = nullptr;
        if (top.node == kWhole) {
            return ErrorCode::kOk;
        }
        last_key = key;
        const MatchNode& node = root->match_nodes[top.node];
        const ScratchMark start = mark(*scratch);
        const KeyForms forms = key_forms<Isa>(key, end, *scratch);
        if (forms.code == ErrorCode::kOk &&
            !(top.type >= 0 && is_typename_key(forms.decoded.data, forms.decoded.size))) {
            const std::int32_t slot = find_key(node.keys, forms.camel.data, forms.camel.size);
            if (slot != kNotFound) {
                current = top.inside + slot;
                selection = node.children[slot];
            }
        }
        rewind(*scratch, start);
        return forms.code;
    }

    [[gnu::always_inline]] void colon() noexcept {}
    [[gnu::always_inline]] void comma() noexcept {}

    [[gnu::always_inline]] void end_value(const std::uint8_t* in) noexcept {
        if (current != nullptr) {
            current->end = static_cast<std::uint32_t>(in - row);
        }
    }

    [[gnu::always_inline]] bool in_object() const noexcept { return top.is_object; }

  private:
    // The array at the top gets one element more; null, and `failure` set, where there is no memory.
    [[gnu::always_inline]] Found* add_element() noexcept {
        auto* const element = static_cast<Found*>(allocate(*scratch, sizeof(Found), &failure));
        if (element == nullptr) [[unlikely]] {
            return nullptr;
        }
        (top.inside == nullptr ? top.found->inside : top.inside->next) = element;
        top.inside = element;
        return element;
    }
};

// Writes what was found, in the selection's order. The row is known to be valid.
template <class Isa, bool kRawKeys>
class SelectionWriter {
  public:
    SelectionWriter(const RootView& root, Row row, Output& output, Scratch& scratch) noexcept
        : root_(root), row_(row), output_(output), scratch_(scratch) {}

    ErrorCode write(const Found& found) noexcept {
        ErrorCode code = write_value(found, 0);
        while (code == ErrorCode::kOk && frames_.size != 0) {
            Frame& top = frames_.frames[frames_.size - 1];
            code = top.slots != nullptr ? write_next_entry(top) : write_next_element(top);
        }
        return code;
    }

  private:
    struct Frame {
        NodeIndex node;
        TypeIndex type;
        const Found* slots;    // of an object; null in an array
        const Found* element;  // of an array: the next one
        std::uint32_t entry;   // of an object: the next one
    };

    // Starts a value; a container that the selection looks into is gone on with in later steps.
    ErrorCode write_value(const Found& found, NodeIndex node) noexcept {
        const std::uint8_t* const begin = row_.data + found.begin;
        const std::uint8_t* const end = row_.data + found.end;
        const bool is_object = *begin == '{';
        const std::uint32_t typename_size =
            is_object && found.type >= 0 ? root_.types[found.type].typename_member.size : 0;
        const ErrorCode full = ensure_room(
            output_, static_cast<std::size_t>(end - begin) + typename_size + kOutputSlack);
        if (full != ErrorCode::kOk) {
            return full;
        }
        if (!is_object && *begin != '[') {
            append(begin, static_cast<std::size_t>(end - begin));
            return ErrorCode::kOk;
        }
        if (node == kWhole || found.type == kVerbatim) {
            const ScratchMark start = mark(scratch_);
            const ErrorCode code =
                transform_value<Isa, kRawKeys>(root_, found.type, begin, end, output_, scratch_)
                    .code;
            rewind(scratch_, start);
            return code;
        }
        if (!is_object) {
            *output_.cursor++ = '[';
            return frames_.push(scratch_, {node, found.type, nullptr, found.inside, 0});
        }
        *output_.cursor++ = '{';
        if (typename_size != 0 && root_.always_typename &&
            !root_.output_nodes[node].names_typename) {
            append(root_.types[found.type].typename_member);
        }
        return frames_.push(scratch_, {node, found.type, found.inside, nullptr, 0});
    }

    ErrorCode write_next_element(Frame& top) noexcept {
        const Found* const element = top.element;
        if (element == nullptr) {
            return close(']');
        }
        top.element = element->next;
        const ErrorCode full = ensure_room(output_, kOutputSlack);
        if (full != ErrorCode::kOk) {
            return full;
        }
        if (output_.cursor[-1] != '[') {
            *output_.cursor++ = ',';
        }
        return write_value(*element, top.node);
    }

    ErrorCode write_next_entry(Frame& top) noexcept {
        const OutputNode& node = root_.output_nodes[top.node];
        if (top.entry == node.entry_count) {
            return close('}');
        }
        const SelectedEntry& entry = node.entries[top.entry++];
        const bool is_typename = entry.is_typename && top.type >= 0;
        const Found& found = top.slots[entry.slot];
        const bool is_missing = !is_typename && found.end == 0;
        if (is_missing && root_.omit_missing) {
            return ErrorCode::kOk;
        }
        const std::uint32_t value_size =
            is_typename ? root_.types[top.type].typename_value.size : 0;
        const ErrorCode full = ensure_room(output_, entry.key.size + value_size + kOutputSlack);
        if (full != ErrorCode::kOk) {
            return full;
        }
        if (output_.cursor[-1] != ',' && output_.cursor[-1] != '{') {
            *output_.cursor++ = ',';
        }
        append(entry.key);
        if (is_typename) {
            append(root_.types[top.type].typename_value);
            return ErrorCode::kOk;
        }
        if (is_missing) {
            append(reinterpret_cast<const std::uint8_t*>("null"), 4);
            return ErrorCode::kOk;
        }
        return write_value(found, entry.selection);
    }

    ErrorCode close(std::uint8_t bracket) noexcept {
        const ErrorCode full = ensure_room(output_, kOutputSlack);
        if (full != ErrorCode::kOk) {
            return full;
        }
        output_.cursor -= output_.cursor[-1] == ',';  // behind a lone __typename
        *output_.cursor++ = bracket;
        --frames_.size;
        return ErrorCode::kOk;
    }

    void append(const std::uint8_t* data, std::size_t size) noexcept {
        __builtin_memcpy(output_.cursor, data, size);
        output_.cursor += size;
    }
    void append(Bytes bytes) noexcept { append(bytes.data, bytes.size); }

    const RootView& root_;
    Row row_;
    Output& output_;
    Scratch& scratch_;
    Stack<Frame> frames_{};
};

// Appends the selected members of a row to the output. Uses scratch memory and leaves it to the
// caller to rewind.
template <class Isa, bool kRawKeys>
inline RowStatus select_row(const RootView& root, Row row, Output& output,
                            Scratch& scratch) noexcept {
    Found found{};
    Indexer<Isa> indexer{
        &root, &scratch, row.data, &found, {root.row_type, 0, false, &found, nullptr}};
    const RowStatus status = walk<Isa>(row.data, row.data + row.size, root.max_depth, indexer);
    if (status.code != ErrorCode::kOk) {
        return status;
    }
    if (indexer.failure != ErrorCode::kOk) {
        return {indexer.failure, 0};
    }
    SelectionWriter<Isa, kRawKeys> writer(root, row, output, scratch);
    return {writer.write(found), 0};
}

template <class Isa, bool kRawKeys>
BatchStatus transform_select(const RootView& root, const Row* rows, std::size_t count,
                             Output& output, Scratch& scratch) noexcept {
    return for_each_row(rows, count, output, scratch, [&](Row row) {
        return select_row<Isa, kRawKeys>(root, row, output, scratch);
    });
}

}  // namespace
}  // namespace rowcast::kernels
