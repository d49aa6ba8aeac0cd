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
#include "kernels/algorithm/rewrite.hpp"
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

// The slots of an object that `node` looks into, nothing found yet; null, with *code set, where there is
// no memory.
inline Found* allocate_slots(const MatchNode& node, Scratch& scratch, ErrorCode* code) noexcept {
    auto* const slots =
        static_cast<Found*>(allocate(scratch, node.slot_count * sizeof(Found), code));
    if (slots == nullptr) {
        return nullptr;
    }
    for (std::uint32_t slot = 0; slot != node.slot_count; ++slot) {
        slots[slot].begin = 0;
        slots[slot].end = 0;
    }
    return slots;
}

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
                ErrorCode code = ErrorCode::kOk;
                frame.inside = allocate_slots(root->match_nodes[frame.node], *scratch, &code);
                if (frame.inside == nullptr) [[unlikely]] {
                    return code;
                }
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

// A container that is kept whole, members treated by `type`: appended to the output, which has room for
// its size and kOutputSlack. The caller rewinds.
template <class Isa, bool kRawKeys>
[[gnu::noinline]] RowStatus transform_whole(const RootView& root, TypeIndex type, Row value,
                                            Output& output, Scratch& scratch) noexcept {
    if constexpr (Isa::kBlockBytes == 64) {
        constexpr std::size_t kWorthBlocks = 256;  // bytes; the walk is done with less sooner
        if (value.size >= kWorthBlocks) {
            const auto start = output.cursor - output.begin;
            Rewriter<Isa, kRawKeys ? Product::kRaw : Product::kCamel> rewriter(root, type, output,
                                                                               scratch);
            rewriter.begin_group();
            if (rewriter.rewrite(value) && rewriter.group_holds()) {
                return {ErrorCode::kOk, 0};
            }
            output.cursor = output.begin + start;
            const ErrorCode full = ensure_room(output, value.size + kOutputSlack);
            if (full != ErrorCode::kOk) {
                return {full, 0};
            }
        }
    }
    return transform_value<Isa, kRawKeys>(root, type, value.data, value.data + value.size, output,
                                          scratch);
}

// Short values are copied by so many bytes.
template <class Isa>
inline constexpr std::size_t kAtOnce = Isa::kBlockBytes < 32 ? 32 : Isa::kBlockBytes;

template <class Isa>
[[gnu::always_inline]] inline std::uint8_t* copy_at_once(std::uint8_t* out,
                                                         const std::uint8_t* from,
                                                         std::size_t size) noexcept {
    static_assert(kAtOnce<Isa> <= kOutputSlack);
    for (std::size_t done = 0; done != kAtOnce<Isa>; done += Isa::kBlockBytes) {
        Isa::store(out + done, Isa::load(from + done));
    }
    return out + size;
}

// Bytes of a row that ends at `readable`. May store kOutputSlack bytes too much.
template <class Isa>
[[gnu::always_inline]] inline std::uint8_t* copy_value(std::uint8_t* out, const std::uint8_t* from,
                                                       std::size_t size,
                                                       const std::uint8_t* readable) noexcept {
    if (size <= kAtOnce<Isa>) [[likely]] {
        if constexpr (Isa::kLoadsByMask) {
            Isa::store(out, Isa::load_some(from, size));
            return out + size;
        }
        if (static_cast<std::size_t>(readable - from) >= kAtOnce<Isa>) [[likely]] {
            return copy_at_once<Isa>(out, from, size);
        }
    }
    __builtin_memcpy(out, from, size);
    return out + size;
}

// Writes what was found, in the selection's order. Every value is followed by a comma, and whatever
// closes a container takes the last one back. Reads nothing outside of the row, so that what it is
// given may be wrong as long as it lies there and `inside` is what `begin` says; then what it writes is
// wrong too.
template <class Isa, bool kRawKeys>
class SelectionWriter {
  public:
    using Byte = std::uint8_t;

    // `is_squeezed`: there is no whitespace between the row's tokens.
    SelectionWriter(const RootView& root, Row row, bool is_squeezed, Output& output,
                    Scratch& scratch) noexcept
        : root_(root), row_(row), is_squeezed_(is_squeezed), output_(output), scratch_(scratch) {}

    ErrorCode write(const Found& found) noexcept {
        const bool is_written =
            begins_inside(found, 0) ? enter(found, 0) && write_inside() : write_value(found);
        output_.cursor -= is_written ? 1 : 0;
        return failure_;
    }

    // The same for an object, by a selection that does not look inside of its members.
    [[gnu::always_inline]] ErrorCode write_flat(const Found& object) noexcept {
        Place at;
        NodeIndex node = kWhole;
        const bool is_written =
            begin(at, object, 0) && write_entries(at, node) != nullptr && close('}');
        output_.cursor -= is_written ? 1 : 0;
        return failure_;
    }

  private:
    // How far a container that the selection looks into is written.
    struct Place {
        const Found* slots;    // of an object; null in an array
        const Found* element;  // of an array: the next one
        NodeIndex node;
        TypeIndex type;
        std::uint32_t entry;  // of an object: the next one
    };

    static bool is_container(Byte first) noexcept { return first == '{' || first == '['; }

    // Whether the writing of a value goes on inside of it.
    bool begins_inside(const Found& found, NodeIndex node) const noexcept {
        return node != kWhole && is_container(row_.data[found.begin]) && found.type != kVerbatim;
    }

    // From the container that is begun to its end.
    bool write_inside() noexcept {
        for (;;) {
            Place& at = places_.frames[places_.size - 1];
            NodeIndex node = kWhole;
            const Found* const inner =
                at.slots != nullptr ? write_entries(at, node) : write_elements(at, node);
            if (inner == nullptr) [[unlikely]] {
                return false;
            }
            if (inner != &kEnd) {
                if (!enter(*inner, node)) [[unlikely]] {
                    return false;
                }
                continue;
            }
            if (!close(at.slots != nullptr ? '}' : ']')) [[unlikely]] {
                return false;
            }
            --places_.size;
            if (places_.size == 0) {
                return true;
            }
        }
    }

    [[gnu::always_inline]] bool enter(const Found& found, NodeIndex node) noexcept {
        Place* const at = places_.push_empty(scratch_);
        if (at == nullptr) [[unlikely]] {
            failure_ = places_.failure;
            return false;
        }
        return begin(*at, found, node);
    }

    [[gnu::always_inline]] bool begin(Place& at, const Found& found, NodeIndex node) noexcept {
        at.node = node;
        at.type = found.type;
        Byte* out = output_.cursor;
        if (row_.data[found.begin] == '[') {
            at.slots = nullptr;
            at.element = found.inside;
            if (!make_room(out, 1)) {
                return false;
            }
            *out++ = '[';
        } else {
            at.slots = found.inside;
            at.entry = 0;
            const bool has_typename = found.type >= 0 && root_.always_typename &&
                                      !root_.output_nodes[node].names_typename;
            const Bytes member =
                has_typename ? root_.types[found.type].typename_member : Bytes{kNull, 0};
            if (!make_room(out, std::size_t{member.size} + 1)) {
                return false;
            }
            *out++ = '{';
            if (has_typename) {
                out = copy_padded(out, member);
            }
        }
        output_.cursor = out;
        return true;
    }

    // Writes an object's entries up to the next one that is to be gone into. &kEnd: all; null: failure.
    [[gnu::always_inline]] const Found* write_entries(Place& at, NodeIndex& inside) noexcept {
        const OutputNode& node = root_.output_nodes[at.node];
        const bool is_typed = at.type >= 0;
        const SelectedEntry* entry = node.entries + at.entry;
        const SelectedEntry* const end = node.entries + node.entry_count;
        Byte* out = output_.cursor;
        for (; entry != end; ++entry) {
            const Found& found = at.slots[entry->slot];
            Bytes stand_in{kNull, kNullSize};
            const Byte* value = nullptr;
            std::size_t size = kNullSize;
            if (entry->is_typename && is_typed) {
                stand_in = root_.types[at.type].typename_value;
                size = stand_in.size;
            } else if (found.end != 0) {
                value = row_.data + found.begin;
                size = found.end - found.begin;
                if (is_container(*value)) {
                    size = 0;
                }
            } else if (root_.omit_missing) {
                continue;
            }
            if (!make_room(out, std::size_t{entry->key.size} + size + 1)) {
                return nullptr;
            }
            out = copy_padded(out, entry->key);
            if (size == 0) [[unlikely]] {
                output_.cursor = out;
                if (begins_inside(found, entry->selection)) {
                    at.entry = static_cast<std::uint32_t>(entry + 1 - node.entries);
                    inside = entry->selection;
                    return &found;
                }
                if (!write_value(found)) {
                    return nullptr;
                }
                out = output_.cursor;
                continue;
            }
            out = value != nullptr ? copy_value<Isa>(out, value, size, row_.data + row_.size)
                                   : copy_padded(out, stand_in);
            *out++ = ',';
        }
        output_.cursor = out;
        return &kEnd;
    }

    // Likewise an array's elements.
    [[gnu::always_inline]] const Found* write_elements(Place& at, NodeIndex& inside) noexcept {
        while (at.element != nullptr) {
            const Found& element = *at.element;
            at.element = element.next;
            if (begins_inside(element, at.node)) {
                inside = at.node;
                return &element;
            }
            if (!write_value(element)) {
                return nullptr;
            }
        }
        return &kEnd;
    }

    // A value that is kept whole.
    [[gnu::noinline]] bool write_value(const Found& found) noexcept {
        const Byte* const begin = row_.data + found.begin;
        const std::size_t size = found.end - found.begin;
        Byte* out = output_.cursor;
        if (!make_room(out, size + 1)) {
            return false;
        }
        if (!is_container(*begin) || (is_squeezed_ && found.type == kVerbatim)) {
            out = copy_value<Isa>(out, begin, size, row_.data + row_.size);
        } else {
            const ScratchMark start = mark(scratch_);
            failure_ =
                transform_whole<Isa, kRawKeys>(root_, found.type, {begin, size}, output_, scratch_)
                    .code;
            rewind(scratch_, start);
            if (failure_ != ErrorCode::kOk) {
                return false;
            }
            out = output_.cursor;
        }
        *out++ = ',';
        output_.cursor = out;
        return true;
    }

    [[gnu::always_inline]] bool close(Byte bracket) noexcept {
        Byte* out = output_.cursor;
        if (!make_room(out, 2)) {
            return false;
        }
        out -= out[-1] == ',' ? 1 : 0;
        *out++ = bracket;
        *out++ = ',';
        output_.cursor = out;
        return true;
    }

    // Makes room for so many bytes, and for what is copied too much. False: failure_ says why not.
    [[gnu::always_inline]] bool make_room(Byte*& out, std::size_t bytes) noexcept {
        const ErrorCode full = ensure_room(output_, out, bytes + kOutputSlack);
        if (full != ErrorCode::kOk) [[unlikely]] {
            failure_ = full;
            return false;
        }
        return true;
    }

    // kOutputSlack bytes behind these may be read.
    [[gnu::always_inline]] static Byte* copy_padded(Byte* out, Bytes bytes) noexcept {
        if (bytes.size <= kAtOnce<Isa>) [[likely]] {
            return copy_at_once<Isa>(out, bytes.data, bytes.size);
        }
        __builtin_memcpy(out, bytes.data, bytes.size);
        return out + bytes.size;
    }

    static constexpr std::uint32_t kNullSize = 4;
    static constexpr Byte kNull[kNullSize + kOutputSlack] = {'n', 'u', 'l', 'l'};

    const RootView& root_;
    Row row_;
    bool is_squeezed_;
    Output& output_;
    Scratch& scratch_;
    ErrorCode failure_ = ErrorCode::kOk;
    static constexpr std::size_t kFirstPlaces = 4;  // as most selections are no deeper
    Place first_places_[kFirstPlaces];
    Stack<Place> places_{first_places_, 0, kFirstPlaces};  // the outermost first

    static constexpr Found kEnd{};
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
    SelectionWriter<Isa, kRawKeys> writer(root, row, false, output, scratch);
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
