#pragma once

// Scenario `all`, 64 bytes at a time: every decision is a 64-bit mask with a bit for each byte, and
// nothing loops over fields.
//
//     row       {"user_id":17,"is_ok":true}       (the root's brackets are taken off beforehand)
//     quotes     1       1    1     1
//     strings    11111111     111111              prefix xor of the quotes
//     commas                 1
//     keys       1            1                   quotes behind '{', or behind a comma in an object
//     + strings          1          1             the carry of strings + keys: where keys end
//     key bytes  11111111     111111              strings that the carry ran through
//     deleted         1         1                 underscores of keys
//     upper            1         1                what stands behind them
//     output    {"userId":17,"isOk":true}         one byte-compress a block
//
// Validation is as parallel: see token_classes.hpp for neighbouring bytes; the rest are masks here.
// Nothing looks ahead. What a block must know of the one before it is in Carries.
//
// The rewriter only ever says "this row is fine, and here it is" or "I doubt it". A doubtful row,
// whether wrong or merely unusual (escapes in keys, exponents, runs of whitespace, a row's own
// __typename), is transformed again by the walk over tokens, which knows everything and finds the
// exact place of an error. So what is accepted here must be valid, and nothing else matters.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/strings.hpp"
#include "kernels/algorithm/token_classes.hpp"
#include "kernels/algorithm/transform.hpp"
#include "kernels/algorithm/utf8.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

template <class Isa, bool kRawKeys>
class Rewriter {
  public:
    using Mask = std::uint64_t;
    using Byte = std::uint8_t;
    using Block = typename Isa::Block;

    Rewriter(const RootView& root, Output& output, Scratch& scratch) noexcept
        : root_(root), output_(output), scratch_(scratch) {}

    // Appends the transformed row, for whose size the output has room, and says whether it did;
    // else what it appended is of no use.
    bool rewrite(Row row) noexcept {
        const Byte* const begin = row.data;
        const Byte* end = row.data + row.size;
        while (end != begin && is_whitespace(end[-1])) {
            --end;
        }
        // An empty root is not worth a case here.
        if (end - begin < 3 || (*begin != '{' && *begin != '[')) {
            return false;
        }
        const bool is_object = *begin == '{';
        if (end[-1] != (is_object ? '}' : ']') || root_.max_depth == 0) {
            return false;
        }
        row_ = begin;
        end_ = end;
        unicode_end_ = begin;
        depth_ = 0;
        nesting_ = is_object ? 1 : 0;
        types_[0] = root_.row_type;

        Byte* out = output_.cursor;
        *out++ = *begin;
        if (is_object && root_.row_type >= 0 && root_.always_typename) {
            out = inject(out, begin, root_.types[root_.row_type]);
            if (out == nullptr) {
                return false;
            }
        }

        State state{};
        state.out = out;
        state.before = Isa::fill(*begin);
        state.seen = Isa::fill(0);
        state.foreign = Isa::fill(0);
        state.objects = is_object ? kAll : 0;
        state.renamed = root_.row_type == kVerbatim ? 0 : kAll;
        state.key_next = is_object ? 1 : 0;
        state.literals = literals_;

        const Byte* in = begin + 1;
        for (; end - in > 64; in += 64) {
            if (!step<false>(state, in, kAll, 0)) {
                return false;
            }
        }
        const Mask live = kAll >> (64 - (end - in));
        if (!step<true>(state, in, live, live ^ (live >> 1))) {
            return false;
        }
        if (state.doubt != 0 || state.in_string != 0 || depth_ != 0 ||
            Isa::non_ascii(state.foreign) != 0 || !literals_hold(state) || state.letters != 0) {
            return false;
        }
        if (Isa::non_ascii(state.seen) != 0 && find_bad_utf8<Isa>(begin, end) != end) {
            return false;
        }
        output_.cursor = state.out;
        return true;
    }

  private:
    static constexpr Mask kAll = ~Mask{0};
    static constexpr std::uint32_t kMaxDepth = 63;  // below the root; deeper rows are doubtful
    // A block holds at most 13 literals, "null," being the shortest. The list is checked when the
    // next block's might not fit.
    static constexpr std::size_t kLiteralsPerBlock = 16;
    static constexpr std::size_t kLiterals = 256;

    struct State {
        Byte* out;
        Block before;    // the previous block
        Block seen;      // all bytes so far, OR-ed
        Block foreign;   // those outside of strings
        Mask doubt;      // not 0: give up
        Mask in_string;  // all ones inside a string
        Mask objects;    // all ones in an object, else 0
        Mask renamed;    // 0 in a verbatim value, else all ones
        // Of the block before, for this block's first byte: 0 or 1.
        Mask escaped;
        Mask key_next;
        Mask brace_next;  // directly behind '{'
        Mask colon_next;
        Mask spaced;
        Mask key_opened;
        Mask deleted;
        Mask letter;
        std::uint8_t in_key;
        std::uint8_t in_fraction;
        std::uint32_t* literals;  // the list's end
        std::size_t letters;      // those seen, less those of the literals checked
    };

    template <bool kLast>
    [[gnu::always_inline]] bool step(State& s, const Byte* in, Mask live, Mask root_end) noexcept {
        const Block block = kLast ? Isa::load_some(in, live) : Isa::load(in);
        s.seen = Isa::either(s.seen, block);

        // Strings.
        Mask quotes = Isa::equal(block, '"');
        const Mask backslashes = Isa::equal(block, '\\');
        if ((backslashes | s.escaped) != 0) [[unlikely]] {
            const Mask escaped = escaped_bytes(backslashes, s.escaped);
            quotes &= ~escaped;
            s.doubt |= bad_escapes(in, block, escaped);
        }
        const Mask strings = Isa::prefix_xor(quotes) ^ s.in_string;
        s.in_string = static_cast<Mask>(static_cast<std::int64_t>(strings) >> 63);
        s.doubt |= Isa::controls(block) & strings & live;
        // Tokens and opening quotes; not what is in strings, nor their closing quotes.
        const Mask outside = ~(strings ^ quotes) & live;
        s.foreign = Isa::choose(outside, Isa::either(s.foreign, block), s.foreign);

        // What stands before each byte.
        const Block one_before = Isa::template shifted<1>(s.before, block);
        const Block two_before = Isa::template shifted<2>(s.before, block);
        s.before = block;
        Block followers = Isa::look_up(kFollowers, one_before);
        // A zero that starts a number is all of its integer part.
        followers = Isa::forbid_digit_behind_zero(followers, one_before, two_before);

        // Containers.
        const Mask commas = Isa::equal(block, ',') & outside;
        Mask objects = s.objects;
        Mask renamed = s.renamed;
        Mask injected = 0;
        Mask braces_due = 0;  // directly behind '{'
        Mask empty_closers = 0;
        const Mask brackets = Isa::brackets(block) & outside & ~root_end;
        Mask opened_braces = 0;
        if ((brackets | s.brace_next) != 0) [[unlikely]] {
            const Mask opened = Isa::any_bit(block, 0x02) & Isa::any_bit(block, 0x01) & brackets;
            const Mask curly = Isa::any_bit(block, 0x20) & brackets;
            opened_braces = opened & curly;
            braces_due = opened_braces << 1 | s.brace_next;
            s.brace_next = opened_braces >> 63;
            if (!nest(in, brackets, opened, curly, objects, renamed, injected)) {
                return false;
            }
            s.objects = static_cast<Mask>(static_cast<std::int64_t>(objects) >> 63);
            s.renamed = static_cast<Mask>(static_cast<std::int64_t>(renamed) >> 63);
        }
        const Mask member_commas = commas & objects;
        Mask keys_due = member_commas << 1 | s.key_next;
        s.key_next = member_commas >> 63;

        // Whitespace.
        const Mask spaces = Isa::at_most(block, ' ') & outside;
        if ((spaces | s.spaced) != 0) [[unlikely]] {
            const Mask after = spaces << 1 | s.spaced;
            followers = Isa::choose(after, Isa::look_up(kSpacedFollowers, two_before), followers);
            s.key_next |= (keys_due & spaces) >> 63;
            keys_due += keys_due & spaces;
            s.brace_next |= (braces_due & spaces) >> 63;
            braces_due += braces_due & spaces;
        }
        keys_due |= braces_due;
        empty_closers = braces_due & brackets & ~opened_braces & Isa::any_bit(block, 0x04);
        s.doubt |= keys_due & ~quotes & ~empty_closers;

        // Keys.
        const Mask keys = keys_due & quotes;
        const Mask sums = Isa::add(strings, keys, s.in_key);
        const Mask key_bytes = strings & ~sums;
        const Mask key_ends = sums & ~strings;
        Mask colons_due = key_ends << 1 | s.colon_next;
        s.colon_next = key_ends >> 63;
        if ((spaces | s.spaced) != 0) [[unlikely]] {
            s.colon_next |= (colons_due & spaces) >> 63;
            colons_due += colons_due & spaces;
        }
        s.spaced = spaces >> 63;
        followers = Isa::choose(colons_due, Isa::fill(kColon), followers);

        // The grammar.
        const Block classes = Isa::look_up(kClassOf, block);
        s.doubt |= Isa::disjoint(followers, classes) & outside;

        // Numbers have one point at most: the carry runs from a point through the digits behind it.
        const Mask digits = Isa::any_bit(classes, kDigit) & outside & ~spaces;
        const Mask points = Isa::equal(block, '.') & outside;
        const Mask fractions = Isa::add(digits, points << 1, s.in_fraction);
        s.doubt |= fractions & points;
        s.in_fraction = static_cast<std::uint8_t>(s.in_fraction | points >> 63);

        // Literals are spelt out when the row is done.
        const Mask letters = Isa::any_bit(classes, kLetter) & outside & ~spaces;
        const Mask literals = letters & ~(letters << 1 | s.letter);
        s.letter = letters >> 63;
        s.letters += Isa::count(letters);
        s.literals = Isa::list_bits(s.literals, literals, static_cast<std::uint32_t>(in - row_));
        if (s.literals > literals_ + (kLiterals - kLiteralsPerBlock)) [[unlikely]] {
            if (!literals_hold(s)) {
                return false;
            }
        }

        // camelCase.
        const Mask underscores = Isa::equal(block, '_') & key_bytes;
        const Mask leading = underscores & (keys << 1 | s.key_opened);
        s.key_opened = keys >> 63;
        if (((backslashes & key_bytes) | leading) != 0) [[unlikely]] {
            // One underscore stays. With more it may be __typename.
            if ((backslashes & key_bytes) != 0 || (underscores & leading << 1) != 0 ||
                leading >> 63 != 0) {
                return false;
            }
        }
        Mask deleted = 0;
        Block written = block;
        if constexpr (!kRawKeys) {
            deleted = underscores & ~leading & renamed;
            written = Isa::upper(block, (deleted << 1 | s.deleted) & key_bytes);
            s.deleted = deleted >> 63;
        }

        // Out.
        Mask kept = live & ~(deleted | spaces);
        if (injected != 0) [[unlikely]] {
            std::size_t next = 0;
            do {
                const Mask upto = injected ^ (injected - 1);
                s.out = Isa::compress(s.out, written, kept & upto);
                kept &= ~upto;
                s.out = inject(s.out, in, *injections_[next++]);
                if (s.out == nullptr) {
                    return false;
                }
                injected &= injected - 1;
            } while (injected != 0);
        }
        s.out = Isa::compress(s.out, written, kept);
        return true;
    }

    // The bytes that a backslash before them escapes; `carry` for the first byte, in and out.
    // Within a run of backslashes every second one is escaped: subtracting a run's start from bits
    // at odd places tells which (Lemire and Langdale, simdjson).
    static Mask escaped_bytes(Mask backslashes, Mask& carry) noexcept {
        constexpr Mask kOdd = 0xAAAAAAAAAAAAAAAA;
        const Mask starters = backslashes & ~carry;
        const Mask behind = starters << 1;
        const Mask codes = ((behind | kOdd) - starters) ^ kOdd;
        const Mask escaped = codes ^ (backslashes | carry);
        const Mask escapes = codes & backslashes;
        carry = escapes >> 63;
        return escaped;
    }

    // Where an escape is not one of JSON's; inside of strings is where all backslashes must be.
    [[gnu::noinline]] Mask bad_escapes(const Byte* in, Block block, Mask escaped) noexcept {
        const Mask known =
            Isa::any_bit(Isa::look_up(kEscapeLetters, block), 1) & ~Isa::non_ascii(block);
        Mask bad = escaped & ~known;
        for (Mask unicode = escaped & Isa::equal(block, 'u'); unicode != 0;
             unicode &= unicode - 1) {
            const Byte* const backslash = in + Isa::first(unicode) - 1;
            if (backslash < unicode_end_) {
                continue;  // the second half of a pair
            }
            const Scan scan = scan_escape(backslash, end_);
            bad |= scan.code == ErrorCode::kOk ? 0 : 1;
            unicode_end_ = scan.at;
        }
        return bad;
    }

    // Follows the brackets of a block: for each byte, is it in an object, and are its keys renamed.
    // Notes where a __typename is to be injected. False: doubt.
    [[gnu::noinline]] bool nest(const Byte* in, Mask brackets, Mask opened, Mask curly,
                                Mask& objects, Mask& renamed, Mask& injected) noexcept {
        std::size_t injections = 0;
        for (; brackets != 0; brackets &= brackets - 1) {
            const Mask bit = brackets & (Mask{0} - brackets);
            const bool is_object = (curly & bit) != 0;
            if ((opened & bit) != 0) {
                if (depth_ == kMaxDepth || depth_ + 1 >= root_.max_depth) {
                    return false;
                }
                TypeIndex type = types_[depth_];
                if (type >= 0 && (nesting_ & 1) != 0) {
                    if (root_.types[type].fields.count == 0) {
                        type = kUntyped;
                    } else if (!member_type(in + Isa::first(bit), type)) {
                        return false;
                    }
                }
                ++depth_;
                nesting_ = nesting_ << 1 | (is_object ? 1 : 0);
                types_[depth_] = type;
                if (is_object && type >= 0 && root_.always_typename) {
                    injected |= bit;
                    injections_[injections++] = &root_.types[type];
                }
            } else {
                if (depth_ == 0 || ((nesting_ & 1) != 0) != is_object) {
                    return false;
                }
                // An empty object's __typename would leave its comma hanging.
                if (is_object && types_[depth_] >= 0 && is_behind_brace(in + Isa::first(bit))) {
                    return false;
                }
                --depth_;
                nesting_ >>= 1;
            }
            const Mask from_here = Mask{0} - bit;
            objects = (nesting_ & 1) != 0 ? objects | from_here : objects & ~from_here;
            renamed = types_[depth_] == kVerbatim ? renamed & ~from_here : renamed | from_here;
        }
        return true;
    }

    // The type of the value at `in`, a container, by the key before it. False: doubt.
    bool member_type(const Byte* in, TypeIndex& type) noexcept {
        const Byte* at = in - 1;
        while (at > row_ && is_whitespace(*at)) {
            --at;
        }
        if (*at != ':') {
            return false;
        }
        --at;
        while (at > row_ && is_whitespace(*at)) {
            --at;
        }
        const Byte* const key_end = at;
        if (*at != '"') {
            return false;
        }
        do {
            --at;
        } while (at > row_ && *at != '"');
        if (at <= row_) {
            return false;
        }
        const ChildType child =
            declared_type<Isa>(root_.types[type], {at + 1, key_end, false}, end_, scratch_);
        type = child.type;
        return child.code == ErrorCode::kOk;
    }

    bool is_behind_brace(const Byte* at) const noexcept {
        do {
            --at;
        } while (at > row_ && is_whitespace(*at));
        return *at == '{';
    }

    // Writes `"__typename":"T",`; null where there is no room for it and what is left of the row.
    Byte* inject(Byte* out, const Byte* in, const TypeView& type) noexcept {
        const Bytes member = type.typename_member;
        output_.cursor = out;
        if (ensure_room(output_, static_cast<std::size_t>(end_ - in) + member.size +
                                     kOutputSlack) != ErrorCode::kOk) {
            return nullptr;
        }
        out = output_.cursor;
        __builtin_memcpy(out, member.data, member.size);
        return out + member.size;
    }

    // Whether all that starts like a literal is one; takes their letters from the count, of which
    // nothing must be left in the end.
    bool literals_hold(State& s) noexcept {
        std::size_t letters = 0;
        bool hold = true;
        for (const std::uint32_t* literal = literals_; literal != s.literals; ++literal) {
            const Byte* const at = row_ + *literal;
            std::uint64_t word = 0;
            if (end_ - at >= 8) [[likely]] {
                __builtin_memcpy(&word, at, 8);
            } else {
                __builtin_memcpy(&word, at, static_cast<std::size_t>(end_ - at));
            }
            const auto four = static_cast<std::uint32_t>(word);
            const bool is_four = four == 0x65757274 || four == 0x6C6C756E;  // true, null
            const bool is_five = (word & 0xFFFFFFFFFF) == 0x65736C6166;     // false
            hold &= is_four | is_five;
            letters += is_five ? 5 : 4;
        }
        s.literals = literals_;
        s.letters -= letters;
        return hold;
    }

    const RootView& root_;
    Output& output_;
    Scratch& scratch_;
    const Byte* row_ = nullptr;
    const Byte* end_ = nullptr;
    const Byte* unicode_end_ = nullptr;
    std::uint32_t depth_ = 0;
    std::uint64_t nesting_ =
        0;  // a bit for each open container: is it an object; the innermost is 0
    TypeIndex types_[kMaxDepth + 1];
    const TypeView* injections_[64];
    std::uint32_t literals_[kLiterals];
};

template <class Isa, bool kRawKeys>
BatchStatus rewrite_all(const RootView& root, const Row* rows, std::size_t count, Output& output,
                        Scratch& scratch) noexcept {
    Rewriter<Isa, kRawKeys> rewriter(root, output, scratch);
    return for_each_row(rows, count, output, scratch, [&](Row row) -> RowStatus {
        const auto start = output.cursor - output.begin;
        if (rewriter.rewrite(row)) [[likely]] {
            return {ErrorCode::kOk, 0};
        }
        output.cursor = output.begin + start;
        return transform_value<Isa, kRawKeys>(root, root.row_type, row.data, row.data + row.size,
                                              output, scratch);
    });
}

}  // namespace
}  // namespace rowcast::kernels
