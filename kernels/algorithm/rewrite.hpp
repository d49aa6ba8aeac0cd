#pragma once

// A row, 64 bytes at a time, for scenario `all` and for what scenario `select` asks of it (see Product):
// every decision is a 64-bit mask with a bit for each byte, and nothing loops over fields.
//
//     row         {"user_id":17,"is_ok":true}       (a row's first byte is looked at beforehand)
//     quotes       1       1    1     1
//     strings      11111111     111111              prefix xor of the quotes
//     colons                1         1
//     keys         1            1                   opening quotes of an object not behind a colon
//     + strings            1          1             the carry of strings + keys: where keys end
//     key bytes    11111111     111111              strings that the carry ran through
//     deleted          1         1                  underscores of keys
//     output      {"userId":17,"isOk":true}         one byte-compress a block
//     skeleton    Ok       :17 ;k     :true}        another: all but strings' insides
//
// What a block must know of the one before it is a few bits of carry; nothing looks ahead. The
// grammar is checked on the skeleton, which is a fraction of the row (token_classes.hpp): 64 bytes
// of it at a time, and over the ends of rows.
//
// The rewriter only ever says "these rows are fine, and here they are" or "I doubt it". A doubtful
// row, whether wrong or merely unusual (escapes in keys, exponents, indentation, a row's own
// __typename), is transformed again by the walk over tokens, which knows everything and finds the
// exact place of an error. So what is accepted here must be valid, and nothing else matters.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/skeleton.hpp"
#include "kernels/algorithm/strings.hpp"
#include "kernels/algorithm/token_classes.hpp"
#include "kernels/algorithm/transform.hpp"
#include "kernels/algorithm/utf8.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// What is made of a row beside its judgement.
enum class Product : std::uint8_t {
    kCamel,     // the row, its keys in camelCase
    kRaw,       // the row, its keys as they are
    kMembers,   // where the keys of the root object are
    kStructure  // where all keys and brackets are, told to a follower (find_inside.hpp) as it goes
};

struct NoFollower {};

// What list_places() may store too much.
inline constexpr std::size_t kPlacesAtOnce = 16;

// Appends `base` + i for each bit i of the mask.
template <class Isa>
[[gnu::always_inline]] inline std::uint32_t* list_places(std::uint32_t* out, std::uint64_t mask,
                                                         std::uint32_t base) noexcept {
    if (Isa::count(mask) <= kPlacesAtOnce) [[likely]] {
        return Isa::list_bits(out, mask, base);
    }
    for (; mask != 0; mask &= mask - 1) {
        *out++ = base + static_cast<std::uint32_t>(Isa::first(mask));
    }
    return out;
}

template <class Isa, Product kProduct, class Follower = NoFollower>
class Rewriter {
  public:
    static constexpr std::uint32_t kMaxDepth = 63;  // below the root; deeper rows are doubtful

    using Mask = std::uint64_t;
    using Byte = std::uint8_t;
    using Block = typename Isa::Block;

    // `type` is the rows'; a follower stays the caller's.
    Rewriter(const RootView& root, TypeIndex type, Output& output, Scratch& scratch,
             Follower* follower = nullptr) noexcept
        : root_(root),
          type_(type),
          output_(output),
          scratch_(scratch),
          follower_(follower),
          deepest_(root.max_depth <= kMaxDepth ? root.max_depth - 1 : kMaxDepth) {}

    // Forgets the rows so far.
    void begin_group() noexcept {
        skeleton_.clear();
        doubt_ = 0;
    }

    // Whether the group is as long as it is good for.
    bool is_full() const noexcept { return skeleton_.size() > kGroupBytes; }

    // Adds a row to the group and appends what is made of it to the output, which has room for the
    // row's size. False: there is doubt. The rest of the truth is in group_holds().
    [[gnu::always_inline]] bool rewrite(Row row) noexcept {
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
        begin_ = begin;
        end_ = end;
        unicode_end_ = begin;
        depth_ = 0;
        containers_[0] = {is_object ? kAll : 0, type_ == kVerbatim ? 0 : kAll, type_};
        escaped_ = 0;

        State state{};
        state.out = output_.cursor;
        if constexpr (kFinds) {
            if (!is_object) {
                return false;
            }
            state.places = places_;
            if constexpr (kProduct == Product::kStructure) {
                follower_->begin_row({begin, static_cast<std::size_t>(end - begin)});
            }
        } else {
            *state.out++ = *begin;
            if (is_object && type_ >= 0 && root_.always_typename) {
                state.out = inject(state.out, begin, root_.types[type_]);
                if (state.out == nullptr) {
                    return false;
                }
            }
        }
        state.skeleton = skeleton_.end();
        *state.skeleton++ = is_object ? kRootObject : kRootArray;
        state.least = Isa::fill(0xFF);
        state.objects = containers_[0].objects;
        state.renamed = containers_[0].renamed;

        const Byte* in = begin + 1;
        for (;;) {
            const bool is_last = end - in <= kSegmentBytes;
            const Byte* const last = is_last ? end - (end - in - 1) % 64 - 1 : in + kSegmentBytes;
            state.non_ascii = non_ascii_;
            for (; in != last; in += 64) {
                if (!step<false>(state, in, 64)) {
                    return false;
                }
            }
            if (is_last && !step<true>(state, in, static_cast<std::size_t>(end - in))) {
                return false;
            }
            if (!end_segment(state)) {
                return false;
            }
            if (is_last) {
                break;
            }
        }
        output_.cursor = state.out;
        place_count_ = static_cast<std::size_t>(state.places - places_);
        is_squeezed_ = state.spaces == 0;
        return (state.in_string | depth_ | doubt_) == 0;
    }

    // Of the last row: its end without whitespace, whether there is none between its tokens, and for
    // kMembers where its keys' opening quotes are.
    const Byte* end() const noexcept { return end_; }
    bool is_squeezed() const noexcept { return is_squeezed_; }
    std::uint32_t* members() noexcept { return places_; }
    std::size_t member_count() const noexcept { return place_count_; }

    // Whether all rows since begin_group() are valid.
    bool group_holds() noexcept { return (doubt_ | skeleton_.judge_to_end()) == 0; }

  private:
    static constexpr Mask kAll = ~Mask{0};
    // The skeleton is judged when a group has more than this.
    static constexpr std::ptrdiff_t kGroupBytes = 1024;
    // What is done between two looks at how much has gathered.
    static constexpr std::ptrdiff_t kSegmentBlocks = 32;
    static constexpr std::ptrdiff_t kSegmentBytes = kSegmentBlocks * 64;
    static constexpr bool kFinds = kProduct == Product::kMembers || kProduct == Product::kStructure;
    // Of a root object; one with more members is doubtful, and so is a block with more of them than
    // are listed at once: 13 where it is valid: "":1,
    static constexpr std::size_t kMembers = 1024;
    static constexpr std::size_t kPlaces =
        kProduct == Product::kMembers     ? kMembers + kPlacesAtOnce * (kSegmentBlocks + 2)
        : kProduct == Product::kStructure ? 64 * (kSegmentBlocks + 1) + kPlacesAtOnce
                                          : 1;

    struct State {
        Byte* out;
        Byte* skeleton;
        std::uint32_t* places;   // the list's end
        const Byte** non_ascii;  // likewise
        Block least;             // of all blocks, byte by byte
        Mask doubt;              // not 0: give up
        Mask in_string;          // all ones inside a string
        Mask objects;            // all ones in an object, else 0
        Mask renamed;            // 0 in a verbatim value, else all ones; kMembers: in the root
        Mask spaces;             // not 0: there is one between tokens
        // 0 or 1, of the next block's first byte:
        Mask value_due;     // a value starts there, behind a colon
        Mask in_key;        // it belongs to a key begun before it
        Mask sequence_due;  // it may continue a UTF-8 sequence
    };

    // `size` is 64 but for the row's last block.
    template <bool kLast>
    [[gnu::always_inline]] bool step(State& s, const Byte* in, std::size_t size) noexcept {
        const Block block = kLast ? Isa::load_some(in, size) : Isa::load(in);

        // Strings: `inside` is all of them but their opening quotes.
        Mask quotes = Isa::equal(block, '"');
        const Mask backslashes = Isa::equal(block, '\\');
        if ((backslashes | escaped_) != 0) [[unlikely]] {
            quotes &= ~escapes(in, block, backslashes);
        }
        const Mask strings = Isa::prefix_xor(quotes) ^ s.in_string;
        s.in_string = static_cast<Mask>(static_cast<std::int64_t>(strings) >> 63);
        const Mask inside = strings ^ quotes;
        const Mask outside = kLast ? ~inside & kAll >> (64 - size) : ~inside;

        s.least = Isa::least(s.least, block);
        const Mask non_ascii = Isa::non_ascii(block);
        *s.non_ascii = in;
        s.non_ascii += (non_ascii | s.sequence_due) != 0;
        s.sequence_due = non_ascii >> 63;

        const Mask colons = Isa::equal_in(outside, block, ':');
        Mask values_due = colons << 1 | s.value_due;
        s.value_due = colons >> 63;
        Mask deleted = Isa::equal_in(outside, block, ' ');
        s.spaces |= deleted;
        if (deleted != 0) [[unlikely]] {
            // Spaces stand behind ',' and ':', one at a time.
            const Block previous = before<kLast>(in, block, size);
            s.doubt |= Isa::different_in(Isa::different_in(deleted, previous, ','), previous, ':');
            const Mask spaced = values_due & deleted;
            values_due |= spaced << 1;
            s.value_due |= spaced >> 63;
        }

        Mask objects = s.objects;
        Mask renamed = s.renamed;
        Mask injected = 0;
        // The root's closer is left alone.
        const Mask brackets =
            Isa::brackets_in(kLast ? outside & (kAll >> (64 - size)) >> 1 : outside, block);
        if (brackets != 0) [[unlikely]] {
            const Nesting nesting = nest(in, block, brackets, objects, renamed);
            if (nesting.refused) {
                return false;
            }
            objects = nesting.objects;
            renamed = nesting.renamed;
            injected = nesting.injected;
            s.objects = nesting.in_object;
            s.renamed = containers_[depth_].renamed;
        }

        const Mask keys = quotes & strings & objects & ~values_due;
        s.skeleton = Isa::compress(s.skeleton, Isa::mark(block, keys, objects), outside & ~deleted);

        if constexpr (kFinds) {
            const Mask found = kProduct == Product::kStructure ? keys | brackets : keys & renamed;
            if (kProduct == Product::kMembers && Isa::count(found) > kPlacesAtOnce) [[unlikely]] {
                return false;
            }
            s.places = list_places<Isa>(s.places, found, static_cast<std::uint32_t>(in - begin_));
            return true;
        } else {
            return write<kLast>(s, in, size, block, strings, backslashes, keys, deleted, renamed,
                                injected);
        }
    }

    // The block that starts one byte before `in`.
    template <bool kLast>
    [[gnu::always_inline]] static Block before(const Byte* in, Block block,
                                               std::size_t size) noexcept {
        return kLast ? Isa::load_some_before(in, block, size) : Isa::load(in - 1);
    }

    // The output's part of a step.
    template <bool kLast>
    [[gnu::always_inline]] bool write(State& s, const Byte* in, std::size_t size, Block block,
                                      Mask strings, Mask backslashes, Mask keys, Mask deleted,
                                      Mask renamed, Mask injected) noexcept {
        const Mask continued = s.in_key;
        const Mask opened = keys | continued;
        Mask key_bytes = strings & ~(strings + opened);
        s.in_key = key_bytes >> 63;
        s.doubt |= backslashes & key_bytes;

        Block written = block;
        if constexpr (kProduct == Product::kCamel) {
            key_bytes &= renamed;
            Mask underscores = Isa::equal_in(key_bytes, block, '_');
            if ((underscores & (opened << 1 | continued)) != 0) [[unlikely]] {
                const Mask kept = leading_underscores(in, underscores & (opened << 1 | continued));
                if ((kept & (underscores >> 1 | Mask{1} << 63)) != 0) {
                    return false;  // with a second one it may be __typename
                }
                underscores &= ~kept;
                key_bytes &= ~(kept << 1);
            }
            deleted |= underscores;
            written =
                Isa::upper_behind_underscore(before<kLast>(in, block, size), block, key_bytes);
        } else if ((Isa::equal_in(key_bytes, block, '_') & (opened << 1 | continued)) != 0)
            [[unlikely]] {
            return false;
        }

        Mask kept = kLast ? ~deleted & kAll >> (64 - size) : ~deleted;
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

    // Judges what has gathered, where that is much.
    [[gnu::always_inline]] bool end_segment(State& s) noexcept {
        skeleton_.set_end(s.skeleton);
        doubt_ |= s.doubt | Isa::controls(s.least);
        Block errors = Isa::fill(0);
        for (const Byte* const* each = non_ascii_; each != s.non_ascii; ++each) {
            const Byte* const in = *each;
            const Block before = in == begin_ + 1 ? Isa::fill(0) : Isa::load(in - 64);
            const auto left = static_cast<std::size_t>(end_ - in);
            const Block block = left < 64 ? Isa::load_some(in, left) : Isa::load(in);
            errors = Isa::either(errors, utf8_errors<Isa>(before, block));
        }
        if (is_full()) [[unlikely]] {
            doubt_ |= skeleton_.judge();
            s.skeleton = skeleton_.end();
        }
        if constexpr (kProduct == Product::kMembers) {
            if (s.places > places_ + kMembers) [[unlikely]] {
                return false;
            }
        } else if constexpr (kProduct == Product::kStructure) {
            const std::uint32_t* const places_end = s.places;
            s.places = places_;
            if (!follower_->follow(places_, places_end)) [[unlikely]] {
                return false;
            }
        }
        return Isa::is_zero(errors);
    }

    // The bytes that a backslash before them escapes. Within a run of backslashes every second one
    // is escaped: subtracting a run's start from bits at odd places tells which (Lemire and
    // Langdale, simdjson).
    [[gnu::noinline]] Mask escapes(const Byte* in, Block block, Mask backslashes) noexcept {
        constexpr Mask kOdd = 0xAAAAAAAAAAAAAAAA;
        const Mask starters = backslashes & ~escaped_;
        const Mask behind = starters << 1;
        const Mask codes = ((behind | kOdd) - starters) ^ kOdd;
        const Mask escaped = codes ^ (backslashes | escaped_);
        escaped_ = (codes & backslashes) >> 63;
        const Block known =
            Isa::both(Isa::look_up_high(kEscapeHigh, block), Isa::look_up_low(kEscapeLow, block));
        doubt_ |= escaped & Isa::equal(known, 0);
        for (Mask unicode = escaped & Isa::equal(block, 'u'); unicode != 0;
             unicode &= unicode - 1) {
            const Byte* const backslash = in + Isa::first(unicode) - 1;
            if (backslash < unicode_end_) {
                continue;  // the second half of a pair
            }
            const Scan scan = scan_escape(backslash, end_);
            doubt_ |= scan.code == ErrorCode::kOk ? 0 : 1;
            unicode_end_ = scan.at;
        }
        return escaped;
    }

    // Of these bytes of keys, those that a key starts with.
    [[gnu::noinline]] static Mask leading_underscores(const Byte* in, Mask candidates) noexcept {
        Mask leading = 0;
        for (; candidates != 0; candidates &= candidates - 1) {
            const Byte* const at = in + Isa::first(candidates);
            leading |= at[-1] == '"' ? candidates & (Mask{0} - candidates) : 0;
        }
        return leading;
    }

    struct Container {
        Mask objects;  // all ones: it is an object
        Mask renamed;  // as in State
        TypeIndex type;
    };

    struct Nesting {
        Mask objects;    // for each byte: the container that it stands in is an object
        Mask renamed;    // as in State
        Mask injected;   // a __typename is due behind it
        Mask in_object;  // as `objects`, behind the block
        bool refused;    // there is doubt
    };

    // Follows the brackets of a block, of which there are some.
    [[gnu::noinline]] Nesting nest(const Byte* in, Block block, Mask brackets, Mask objects,
                                   Mask renamed) noexcept {
        constexpr Nesting kRefused{0, 0, 0, 0, true};
        const Mask curly = Isa::any_bit(block, '{' ^ '[');
        const Mask opened = Isa::any_bit(block, '{' & ~'}');
        Container* top = containers_ + depth_;
        const Container* const deepest = containers_ + deepest_;
        Mask injected = 0;
        std::size_t injections = 0;
        do {
            const Mask bit = brackets & (Mask{0} - brackets);
            brackets ^= bit;
            const Mask is_object = (curly & bit) != 0 ? kAll : 0;
            if ((opened & bit) != 0) {
                if (top == deepest) {
                    return kRefused;
                }
                TypeIndex type = kFinds ? kUntyped : top->type;
                if (type >= 0 && top->objects != 0) {
                    if (root_.types[type].fields.count == 0) {
                        type = kUntyped;
                    } else if (!member_type(in + Isa::first(bit), type)) {
                        return kRefused;
                    }
                }
                ++top;
                *top = {is_object, !kFinds && type != kVerbatim ? kAll : 0, type};
                if (is_object != 0 && type >= 0 && root_.always_typename) {
                    injected |= bit;
                    injections_[injections++] = &root_.types[type];
                }
            } else {
                // An empty object's __typename would leave its comma hanging.
                if (top == containers_ || top->objects != is_object ||
                    (!kFinds && top->type >= 0 && is_object != 0 &&
                     (in + Isa::first(bit))[-1] == '{')) {
                    return kRefused;
                }
                --top;
            }
            const Mask behind = (Mask{0} - bit) << 1;
            objects = (objects & ~behind) | (behind & top->objects);
            renamed = (renamed & ~behind) | (behind & top->renamed);
        } while (brackets != 0);
        depth_ = static_cast<std::uint64_t>(top - containers_);
        return {objects, renamed, injected, top->objects, false};
    }

    // The type of the value at `in`, a container, by the key before it. False: doubt.
    bool member_type(const Byte* in, TypeIndex& type) noexcept {
        const Byte* at = in - 1;
        at -= *at == ' ';
        if (at - begin_ < 3 || *at != ':' || at[-1] != '"') {
            return false;
        }
        const Byte* const key_end = at - 1;
        at = key_end - 1;
        while (at > begin_ && *at != '"') {
            --at;
        }
        if (at == begin_) {
            return false;
        }
        const ChildType child =
            declared_type<Isa>(root_.types[type], {at + 1, key_end, false}, end_, scratch_);
        type = child.type;
        return child.code == ErrorCode::kOk;
    }

    // Writes `"__typename":"T",`; null where there is no room for it and what is left of the row.
    [[gnu::always_inline]] Byte* inject(Byte* out, const Byte* in, const TypeView& type) noexcept {
        const Bytes member = type.typename_member;
        const std::size_t room = static_cast<std::size_t>(end_ - in) + member.size + kOutputSlack;
        if (ensure_room(output_, out, room) != ErrorCode::kOk) [[unlikely]] {
            return nullptr;
        }
        Isa::store(out, Isa::load(member.data));
        if (member.size > 64) [[unlikely]] {
            __builtin_memcpy(out, member.data, member.size);
        }
        return out + member.size;
    }

    const RootView& root_;
    TypeIndex type_;  // of the rows
    Output& output_;
    Scratch& scratch_;
    Follower* follower_;
    std::size_t deepest_;  // container that may be opened; meaningless where max_depth is 0

    // The row.
    const Byte* begin_ = nullptr;
    const Byte* end_ = nullptr;
    const Byte* unicode_end_ = nullptr;  // of the last \u escape that was judged
    Mask escaped_ = 0;                   // 1: the next block's first byte is escaped
    std::uint64_t depth_ = 0;
    Container containers_[kMaxDepth + 1];
    const TypeView* injections_[64];
    const Byte* non_ascii_[kSegmentBlocks + 2];  // blocks to be looked at

    bool is_squeezed_ = false;
    std::size_t place_count_ = 0;
    std::uint32_t places_[kPlaces];

    // The group.
    Mask doubt_ = 0;
    Skeleton<Isa, kGroupBytes + kSegmentBytes> skeleton_;
};

// Makes room for a row of the output, and writes the comma before it.
[[gnu::always_inline]] inline ErrorCode begin_row(Output& output, Row row, bool is_first) noexcept {
    const ErrorCode full = ensure_room(output, row.size + 1 + kOutputSlack);
    if (full == ErrorCode::kOk) [[likely]] {
        *output.cursor = ',';
        output.cursor += is_first ? 0 : 1;
    }
    return full;
}

// What became of the rows that a group would be made of.
struct Tried {
    std::size_t rows;  // so many were taken; 0: no group can do the first one
    bool holds;        // what was appended is right
};

// Rows of a batch in groups, in the hope that nothing is wrong or unusual: `attempt` takes some rows and
// appends what they become to the output, a comma before each but the request's first. A group in doubt
// is done again row by row, and a row in doubt goes to `transform`, which tells what is wrong.
template <class Attempt, class Transform>
[[gnu::always_inline]] inline BatchStatus do_groups(const Row* rows, std::size_t count,
                                                    Output& output, Scratch& scratch,
                                                    Attempt attempt, Transform transform) noexcept {
    std::size_t done = 0;
    while (done != count) {
        const auto start = output.cursor - output.begin;
        const Tried tried = attempt(rows + done, rows + count, done == 0);
        if (tried.holds) [[likely]] {
            done += tried.rows;
            continue;
        }

        output.cursor = output.begin + start;
        const std::size_t next = done + (tried.rows == 0 ? 1 : tried.rows);
        for (; done != next; ++done) {
            const Row* const row = rows + done;
            const auto row_start = output.cursor - output.begin;
            if (tried.rows > 1 && attempt(row, row + 1, done == 0).holds) {
                continue;
            }
            output.cursor = output.begin + row_start;
            const ErrorCode full = begin_row(output, *row, done == 0);
            if (full != ErrorCode::kOk) {
                return {done, {full, 0}};
            }
            const ScratchMark unused = mark(scratch);
            const RowStatus status = transform(*row);
            rewind(scratch, unused);
            if (status.code != ErrorCode::kOk) {
                return {done, status};
            }
        }
    }
    return {count, {ErrorCode::kOk, 0}};
}

// The same with a rewriter's groups: `attempt` appends a row to its group and to the output, or refuses.
template <class Rewriter, class Attempt, class Transform>
[[gnu::always_inline]] inline BatchStatus rewrite_rows(Rewriter& rewriter, const Row* rows,
                                                       std::size_t count, Output& output,
                                                       Scratch& scratch, Attempt attempt,
                                                       Transform transform) noexcept {
    const auto attempt_group = [&](const Row* first, const Row* end, bool is_first) -> Tried {
        const Row* row = first;
        bool holds = true;
        rewriter.begin_group();
        do {
            holds = begin_row(output, *row, is_first && row == first) == ErrorCode::kOk &&
                    attempt(*row);
            ++row;
        } while (holds && row != end && !rewriter.is_full());
        return {static_cast<std::size_t>(row - first), holds && rewriter.group_holds()};
    };
    return do_groups(rows, count, output, scratch, attempt_group, transform);
}

template <class Isa, bool kRawKeys>
BatchStatus rewrite_all(const RootView& root, const Row* rows, std::size_t count, Output& output,
                        Scratch& scratch) noexcept {
    Rewriter<Isa, kRawKeys ? Product::kRaw : Product::kCamel> rewriter(root, root.row_type, output,
                                                                       scratch);
    return rewrite_rows(
        rewriter, rows, count, output, scratch, [&](Row row) { return rewriter.rewrite(row); },
        [&](Row row) {
            return transform_value<Isa, kRawKeys>(root, root.row_type, row.data,
                                                  row.data + row.size, output, scratch);
        });
}

}  // namespace
}  // namespace rowcast::kernels
