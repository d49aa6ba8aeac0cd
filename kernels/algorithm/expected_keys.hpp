#pragma once

// Keys as they stood in earlier objects. Rows of one query, and the elements of a list, have the same
// keys in the same order: so a key is compared with the one that stood at its place before, its quotes
// and colon included, in one step, and all that a plan says of it is then known. Only where they differ
// is it searched for. What was expected of one request's rows is expected of the next one's too (Memo in
// kernels/memory.hpp).

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/text.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

struct ExpectedKey {
    std::uint64_t live;  // a bit for each byte of the text
    std::uint32_t size;
    std::int32_t slot;  // or kNotFound
    NodeIndex inside;   // what looks into its value
    TypeIndex type;     // of its value, if that is a container
    // `"first_name":`, then zeros. A block that begins up to 63 bytes before it lies in this object too.
    alignas(64) std::uint8_t text[64];
};
static_assert(offsetof(ExpectedKey, text) == 64);

// 0 where a key is the expected one. It stands in a row that ends at `end`, with a closing bracket.
template <class Isa>
[[gnu::always_inline]] inline std::uint64_t mismatch(const ExpectedKey& expected,
                                                     const std::uint8_t* key,
                                                     const std::uint8_t* end,
                                                     bool is_short_row) noexcept {
    const auto left = static_cast<std::size_t>(end - key);
    if constexpr (Isa::kLoadsByMask) {
        // The text ends in a colon and the row does not, so the key is not the row's end.
        const auto bytes = Isa::load_in(Isa::lowest(expected.live, left < 64 ? left : 64), key);
        return Isa::unequal(bytes, Isa::load(expected.text));
    } else {
        if (is_short_row) [[unlikely]] {
            return left > expected.size && bytes_equal(key, expected.text, expected.size) ? 0 : 1;
        }
        // The row's last bytes, where the key has fewer behind it, and the text shifted likewise.
        const auto shift_to_have = [left](std::size_t bytes) {
            const auto missing = static_cast<std::ptrdiff_t>(bytes - left);
            return static_cast<std::size_t>(missing & ~(missing >> 63));
        };
        const auto* const text = reinterpret_cast<const std::uint8_t*>(&expected) + 64;
        std::uint64_t unequal = 0;
        if (expected.size <= Isa::kFewBytes) [[likely]] {
            const std::size_t shift = shift_to_have(Isa::kFewBytes);
            unequal = Isa::unequal_few(key - shift, text - shift) >> shift;
        } else {
            const std::size_t shift = shift_to_have(64);
            unequal = Isa::unequal(Isa::load(key - shift), Isa::load(text - shift)) >> shift;
        }
        return (unequal & expected.live) | (left > expected.size ? 0 : 1);
    }
}

// What a plan says of a key in an object that `node` looks into and `type` declares. False: doubt, or
// no memory. The text of a key of more than 61 bytes is one that no key begins with.
template <class Isa>
[[gnu::noinline]] bool look_up_key(const RootView& root, NodeIndex node, TypeIndex type,
                                   const std::uint8_t* key, const std::uint8_t* end,
                                   Scratch& scratch, ExpectedKey& result) noexcept {
    const std::uint8_t* const key_end = find_quote_or_backslash<Isa>(key + 1, end);
    if (end - key_end < 3 || *key_end != '"' || key_end[1] != ':') {
        return false;  // an escape, or no key
    }
    const auto size = static_cast<std::size_t>(key_end + 2 - key);
    const RowKey name{key + 1, key_end, false};
    const MatchNode& match = root.match_nodes[node];
    const ScratchMark unused = mark(scratch);
    const KeyForms forms = key_forms<Isa>(name, end, scratch);
    ChildType child{type, forms.code};
    std::int32_t slot = kNotFound;
    if (forms.code == ErrorCode::kOk &&
        !(type >= 0 && is_typename_key(forms.decoded.data, forms.decoded.size))) {
        slot = find_key(match.keys, forms.camel.data, forms.camel.size);
        if (slot != kNotFound && type >= 0) {
            child = declared_type<Isa>(root.types[type], name, end, scratch);
        }
    }
    rewind(scratch, unused);
    result.size = static_cast<std::uint32_t>(size);
    result.slot = slot;
    result.inside = slot == kNotFound ? kWhole : match.children[slot];
    result.type = child.type;
    __builtin_memset(result.text, 0, sizeof result.text);
    if (size <= sizeof result.text) {
        __builtin_memcpy(result.text, key, size);
        result.live = ~std::uint64_t{0} >> (64 - size);
    } else {
        result.live = 1;
    }
    return child.code == ErrorCode::kOk;
}

// What the memo holds of this root, as an engine sees it: nothing yet (T::forget()), if another root
// came between.
template <class T>
T& recall(const RootView& root, Memo& memo) noexcept {
    static_assert(sizeof(T) <= Memo::kBytes && alignof(T) <= alignof(Memo));
    static_assert(__is_trivial(T));
    T& known = *reinterpret_cast<T*>(memo.bytes);
    if (memo.root != root.id) {
        memo.root = root.id;
        known.forget();
    }
    return known;
}

}  // namespace
}  // namespace rowcast::kernels
