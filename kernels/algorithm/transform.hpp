#pragma once

// Scenario `all`: every member is kept, so a row is rewritten as it is read, in one pass.
//
//     {"user_id": 7, "user_posts": [{"id": 1}]}
//     {"__typename":"User","userId":7,"userPosts":[{"__typename":"Post","id":1}]}
//
// 1. Room. Nothing that is written is longer than what was read for it, but for the `__typename`
//    members. So room for the rest of the input is made at the start and at each such member, and
//    nothing else is ever checked.
// 2. Types. Each open container has one: what its elements, or its object members, are treated by.
//    A field is looked up only where its value is a container; for other values nothing hangs on it.
// 3. A row's own `__typename` is transformed like any member, and then taken back.
// 4. Commas. A typed object starts `{"__typename":"T",`, and every member writes the comma that
//    follows it in the row; the closing brace replaces a comma left hanging.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/stack.hpp"
#include "kernels/algorithm/walk.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

template <class Isa, bool kRawKeys>
struct Transformer {
    struct Frame {
        TypeIndex type;
        bool is_object;
    };
    static constexpr std::size_t kNothingDropped = ~std::size_t{0};

    const RootView* root;
    Output* output;
    Scratch* scratch;
    std::uint8_t* out;  // output->cursor, kept here while the walk goes on
    Frame top;          // the innermost container; outside of all: the value's own type
    RowKey last_key;
    Stack<Frame> frames{};
    std::size_t dropped_frames = kNothingDropped;  // frames.size where a member is being dropped
    std::size_t dropped_from = 0;                  // where its bytes start in the output

    [[gnu::always_inline]] void begin_value(const std::uint8_t* /*in*/) noexcept {}

    [[gnu::always_inline]] StringCopy string(const std::uint8_t* in,
                                             const std::uint8_t* end) noexcept {
        *out++ = '"';
        const StringCopy copy = copy_string<Isa>(in, end, out);
        out = copy.out;
        *out++ = '"';
        return copy;
    }

    [[gnu::always_inline]] void scalar(const std::uint8_t* in, const std::uint8_t* end,
                                       const std::uint8_t* readable) noexcept {
        out = copy_bytes<Isa>(in, end, readable, out);
    }

    [[gnu::always_inline]] ErrorCode open(const std::uint8_t* in, bool is_object,
                                          const std::uint8_t* end) noexcept {
        TypeIndex type = top.type;
        if (top.is_object && type >= 0) {
            const ChildType child = declared_type<Isa>(root->types[type], last_key, end, *scratch);
            if (child.code != ErrorCode::kOk) [[unlikely]] {
                return child.code;
            }
            type = child.type;
        }
        const ErrorCode refused = frames.push(*scratch, top);
        if (refused != ErrorCode::kOk) [[unlikely]] {
            return refused;
        }
        top = {type, is_object};
        if (!is_object) {
            *out++ = '[';
            return ErrorCode::kOk;
        }
        *out++ = '{';
        if (type >= 0 && root->always_typename) {
            const Bytes member = root->types[type].typename_member;
            const ErrorCode full = ensure_room(
                *output, out, static_cast<std::size_t>(end - in) + member.size + kOutputSlack);
            if (full != ErrorCode::kOk) [[unlikely]] {
                return full;
            }
            __builtin_memcpy(out, member.data, member.size);
            out += member.size;
        }
        return ErrorCode::kOk;
    }

    [[gnu::always_inline]] void close(const std::uint8_t* /*in*/) noexcept {
        if (top.is_object) {
            out -= out[-1] == ',';
            *out++ = '}';
        } else {
            *out++ = ']';
        }
        top = frames.pop();
    }

    [[gnu::always_inline]] ErrorCode key(const RowKey& key, const std::uint8_t* end) noexcept {
        last_key = key;
        if (key.escaped && top.type != kVerbatim) [[unlikely]] {
            return escaped_key(key, end);
        }
        if (top.type >= 0 &&
            is_typename_key(key.begin, static_cast<std::size_t>(key.end - key.begin))) {
            drop_member();
        }
        *out++ = '"';
        if (kRawKeys || top.type == kVerbatim) {
            out = copy_bytes<Isa>(key.begin, key.end, end, out);
        } else {
            out = camel_key<Isa>(key.begin, key.end, end, out);
        }
        *out++ = '"';
        return ErrorCode::kOk;
    }

    [[gnu::always_inline]] void colon() noexcept { *out++ = ':'; }

    [[gnu::always_inline]] void comma() noexcept {
        if (out[-1] != ',' && out[-1] != '{') [[likely]] {
            *out++ = ',';
        }
    }

    [[gnu::always_inline]] void end_value(const std::uint8_t* /*in*/) noexcept {
        if (frames.size == dropped_frames) [[unlikely]] {
            out = output->begin + dropped_from;
            dropped_frames = kNothingDropped;
        }
    }

    [[gnu::always_inline]] bool in_object() const noexcept { return top.is_object; }

  private:
    [[gnu::always_inline]] void drop_member() noexcept {
        if (dropped_frames == kNothingDropped) {
            dropped_frames = frames.size;
            dropped_from = static_cast<std::size_t>(out - output->begin);
        }
    }

    // Decoded, renamed, and written with the least escaping.
    [[gnu::always_inline]] ErrorCode escaped_key(const RowKey& key,
                                                 const std::uint8_t* end) noexcept {
        const ScratchMark start = mark(*scratch);
        const KeyForms forms = key_forms<Isa>(key, end, *scratch);
        if (forms.code == ErrorCode::kOk) {
            if (top.type >= 0 && is_typename_key(forms.decoded.data, forms.decoded.size)) {
                drop_member();
            }
            const Text form = kRawKeys ? forms.decoded : forms.camel;
            *out++ = '"';
            out = write_escaped(form.data, form.data + form.size, out);
            *out++ = '"';
        }
        rewind(*scratch, start);
        return forms.code;
    }
};

// Transforms one value, members treated by `type`, and appends it to the output, which has room for
// the value's size and kOutputSlack. Uses scratch memory and leaves it to the caller to rewind.
template <class Isa, bool kRawKeys>
inline RowStatus transform_value(const RootView& root, TypeIndex type, const std::uint8_t* begin,
                                 const std::uint8_t* end, Output& output,
                                 Scratch& scratch) noexcept {
    Transformer<Isa, kRawKeys> transformer{&root,         &output,       &scratch,
                                           output.cursor, {type, false}, {nullptr, nullptr, false}};
    const RowStatus status = walk<Isa>(begin, end, root.max_depth, transformer);
    output.cursor = transformer.out;
    return status;
}

// Rows of a batch, one after the other: makes room for each, separates them with commas, and gives
// each its own scratch memory. `transform` turns one row into bytes.
template <class TransformRow>
[[gnu::always_inline]] inline BatchStatus for_each_row(const Row* rows, std::size_t count,
                                                       Output& output, Scratch& scratch,
                                                       TransformRow transform) noexcept {
    for (std::size_t i = 0; i != count; ++i) {
        const Row row = rows[i];
        const ErrorCode full = ensure_room(output, row.size + 1 + kOutputSlack);
        if (full != ErrorCode::kOk) {
            return {i, {full, 0}};
        }
        if (i != 0) {
            *output.cursor++ = ',';
        }
        const ScratchMark start = mark(scratch);
        const RowStatus status = transform(row);
        rewind(scratch, start);
        if (status.code != ErrorCode::kOk) {
            return {i, status};
        }
    }
    return {count, {ErrorCode::kOk, 0}};
}

template <class Isa, bool kRawKeys>
BatchStatus transform_all(const RootView& root, const Row* rows, std::size_t count, Output& output,
                          Scratch& scratch) noexcept {
    return for_each_row(rows, count, output, scratch, [&](Row row) {
        return transform_value<Isa, kRawKeys>(root, root.row_type, row.data, row.data + row.size,
                                              output, scratch);
    });
}

}  // namespace
}  // namespace rowcast::kernels
