#pragma once

// The masks of rewrite.hpp once more, but in three passes over a list of blocks: for scenario `all`, and
// for the keys of root objects, which scenario `select` asks for (pick.hpp).
//
// Rows are taken in groups, and a group's blocks are one list (row_blocks.hpp), so that no loop ends
// with a row. Three passes over it: strings and the places of brackets; the brackets, which say what
// each byte's container is; the output and the skeleton. What a block must know of the one before it
// is a few bits of carry; nothing looks ahead.
//
//     row         {"user_id":17,"is_ok":true}
//     inside        11111111     111111              first pass: strings, but their opening quotes
//     keys         1            1                   third pass: of an object, not behind a colon
//     + inside              1          1            the carry of inside + the bytes behind them
//     key bytes     11111111     111111              what the carry ran through
//     output      {"userId":17,"isOk":true}         one byte-compress a block
//     skeleton    Ok       :17 ;k     :true}        another: all but strings' insides
//
// In one pass, a block's way from its bytes to its output is a chain of some hundred cycles (compare,
// move to a general register, multiply without carry, move back, compress), and a CPU has room for two
// to four such chains at once: it is the length of that way, and not the number of instructions, that
// one pass costs. Between passes nothing waits. The price is a record of 64 bytes a block; for a lone
// short row rewrite.hpp is the faster (kernels/README.md has the figures).
//
// What is said of doubt in rewrite.hpp holds here too.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/rewrite.hpp"
#include "kernels/algorithm/row_blocks.hpp"
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

template <class Isa, Product kProduct>
class GroupRewriter {
  public:
    using Mask = std::uint64_t;
    using Byte = std::uint8_t;
    using Block = typename Isa::Block;
    static constexpr bool kFinds = kProduct == Product::kMembers;
    static_assert(kProduct != Product::kStructure);
    using Rows = RowBlocks<Isa, kFinds ? BlockPrefix::kPlace : BlockPrefix::kSize>;
    using GatheredRow = typename Rows::GatheredRow;
    using RowBlock = typename Rows::RowBlock;

    static constexpr std::size_t kLongestRow =
        1 + 64 * Rows::kBlocks;  // that find_members() can do

    GroupRewriter(const RootView& root, Output& output, Scratch& scratch) noexcept
        : root_(root),
          output_(output),
          scratch_(scratch),
          deepest_(root.max_depth <= kMaxDepth ? root.max_depth - 1 : kMaxDepth) {}

    // Takes as many of [first, end) as fit into a group; the first of those left. A row that no group
    // can do is left at once.
    const Row* gather(const Row* first, const Row* end) noexcept {
        const bool is_object = first->size != 0 && *first->data == '{';
        if constexpr (kFinds) {
            if (!is_object) {
                return first;
            }
        } else {
            make_prefix(is_object);
        }
        containers_[0] = {is_object ? kAll : 0, kFinds || root_.row_type != kVerbatim ? kAll : 0,
                          root_.row_type};
        rows_.clear({containers_[0].objects, containers_[0].renamed,
                     static_cast<std::uint32_t>(prefix_size_)});
        if (root_.max_depth != 0) {
            const Row* const last = prefix_size_ <= kLongestPrefix ? end : first + 1;
            while (first != last && rows_.add(*first)) {
                ++first;
            }
        }
        return first;
    }

    // Appends what is made of the gathered rows to the output, a comma before each but the request's
    // first. False: there is doubt.
    bool rewrite(bool is_first) noexcept {
        static_assert(!kFinds);
        State state = begin_group();
        for (;;) {
            scan();
            if (!nest() || !begin_output(is_first)) {
                return false;
            }
            is_first = false;
            if (!write(state)) {
                return false;
            }
            if (!rows_.has_more()) {
                return group_holds(state);
            }
            doubt_ |= skeleton_.judge();
            state.skeleton = skeleton_.end();
            rows_.next_part();
        }
    }

    // Finds the keys of the gathered rows. False: there is doubt.
    bool find_members() noexcept {
        static_assert(kFinds);
        State state = begin_group();
        scan();
        if (!nest()) {
            return false;
        }
        list_members(state);
        return group_holds(state);
    }

    // What find_members() found of each row: it without whitespace around it; where its keys' opening
    // quotes are, and behind those an element for the caller's use; and whether there is no whitespace
    // between any row's tokens.
    Row row(std::size_t index) const noexcept {
        const GatheredRow& gathered = rows_.row(index);
        return {gathered.begin, static_cast<std::size_t>(gathered.end - gathered.begin)};
    }
    std::uint32_t* members(std::size_t index) noexcept { return places_ + member_ends_[index]; }
    std::size_t member_count(std::size_t index) const noexcept {
        return member_ends_[index + 1] - member_ends_[index] - 1;
    }
    bool is_squeezed() const noexcept { return is_squeezed_; }

  private:
    static constexpr Mask kAll = ~Mask{0};
    static constexpr std::uint32_t kMaxDepth = 63;  // below the root; deeper rows are doubtful
    static constexpr std::size_t kBlocks = Rows::kBlocks;
    static constexpr std::size_t kLongestPrefix = 64;  // of rows that share a group
    static constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};
    static constexpr std::size_t kInjections = 10 * kBlocks;  // an object of an array: {"":1},

    // Carried from block to block by the third pass.
    struct State {
        Byte* out;
        Byte* skeleton;
        const TypeView* const* injection;
        const std::uint32_t* injected;  // where the next __typename is due
        Mask doubt;                     // not 0: give up
        Mask spaces;                    // not 0: there is one between tokens
        // 0 or 1, of the next block's first byte:
        Mask in_key;  // it belongs to a key begun before it
        Mask spaced;  // there is a colon and a space before it
    };

    // What write() needs of the group, in registers.
    struct Constants {
        Block prefix;
        Byte mark;
    };

    // `,{"__typename":"T",`
    void make_prefix(bool is_object) noexcept {
        prefix_[0] = ',';
        prefix_[1] = is_object ? '{' : '[';
        prefix_size_ = 2;
        if (is_object && root_.row_type >= 0 && root_.always_typename) {
            const Bytes member = root_.types[root_.row_type].typename_member;
            prefix_size_ += member.size;
            Isa::store(prefix_ + 2, Isa::load(member.data));
        }
    }

    [[gnu::always_inline]] State begin_group() noexcept {
        row_mark_ = *rows_.row(0).begin == '{' ? kRootObject : kRootArray;
        row_ = 0;
        top_ = containers_;
        escape_row_ = 0;
        unicode_end_ = rows_.row(0).begin;
        escaped_ = 0;
        in_string_ = 0;
        least_ = Isa::fill(0xFF);
        doubt_ = 0;
        skeleton_.clear();
        return State{};
    }

    // The first pass finds strings and brackets. It is one by itself because it takes long from a
    // block's bytes to its strings: a CPU works on many blocks at once where little is done with each.
    [[gnu::always_inline]] void scan() noexcept {
        Block least = least_;
        Mask in_string = in_string_;
        Mask non_ascii = 0;
        Mask doubt = 0;
        Mask bracketed = 0;
        Mask* brackets = bracket_masks_;
        escaped_end_ = escaped_blocks_;
        RowBlock* const end = rows_.block(rows_.block_count());
        for (RowBlock* at = rows_.block(0); at != end; ++at) {
            const Byte* const in = at->bytes();
            prefetch(*at);
            const Block block = Isa::load(in);
            Mask quotes = Isa::equal(block, '"');
            if ((Isa::any_equal(block, '\\') | escaped_) != 0) [[unlikely]] {
                quotes &= ~escapes(at, block, Isa::equal(block, '\\'));
            }
            const Mask strings = Isa::prefix_xor(quotes) ^ in_string;
            in_string = static_cast<Mask>(static_cast<std::int64_t>(strings) >> 63);
            const Mask inside = strings ^ quotes;
            at->inside = inside;
            at->openings = strings & quotes;
            doubt |= at->last & inside;  // a row ends outside of strings
            least = Isa::least(least, block);
            const Mask found = Isa::brackets_in(~(inside | at->last) & at->valid, block);
            *brackets++ = found;
            bracketed = Isa::append_any(bracketed, found);
            non_ascii = Isa::append_any(non_ascii,
                                        Isa::any_non_ascii(Isa::either(block, Isa::load(in - 1))));
        }
        least_ = least;
        in_string_ = in_string;
        doubt_ |= doubt;
        check_utf8(non_ascii);
        list_brackets(bracketed);
    }

    // A bit of `bracketed` stands for a block that has brackets; the lowest one is the last block's.
    [[gnu::always_inline]] void list_brackets(Mask bracketed) noexcept {
        std::uint32_t* out = brackets_;
        const std::size_t last = rows_.block_count() - 1;
        while (bracketed != 0) {
            const std::size_t bit = Isa::last(bracketed);
            bracketed ^= Mask{1} << bit;
            const std::size_t index = last - bit;
            out = list_places<Isa>(out, bracket_masks_[index],
                                   static_cast<std::uint32_t>(64 * index));
        }
        brackets_end_ = out;
    }

    // What will be scanned next but one, if the rows lie one behind the other.
    [[gnu::always_inline]] static void prefetch(const RowBlock& at) noexcept {
        __builtin_prefetch(reinterpret_cast<const void*>(at.address + 2 * 64 * kBlocks));
    }

    [[gnu::always_inline]] void check_utf8(Mask non_ascii) noexcept {
        Block errors = Isa::fill(0);
        const RowBlock* const last = rows_.block(rows_.block_count() - 1);
        for (; non_ascii != 0; non_ascii &= non_ascii - 1) {
            const RowBlock* const at = last - Isa::first(non_ascii);
            errors = Isa::either(
                errors, utf8_errors<Isa>(Isa::load(at[-1].bytes()), Isa::load(at->bytes())));
        }
        doubt_ |= Isa::is_zero(errors) ? 0 : 1;
    }

    // Makes room for what the blocks become. The request's first row has no comma before it.
    [[gnu::always_inline]] bool begin_output(bool is_first) noexcept {
        const std::size_t room = 64 * rows_.block_count() + prefix_size_ * rows_.row_count() +
                                 injected_bytes_ + kOutputSlack;
        if (ensure_room(output_, room) != ErrorCode::kOk) {
            return false;
        }
        const bool begins = rows_.row(0).first == 0;  // not so in a later part
        if (begins && (is_first || prefix_size_ > kLongestPrefix)) {
            write_first_prefix(is_first);
        }
        return true;
    }

    // Before the first row of a request or of rows with a long prefix.
    [[gnu::noinline]] void write_first_prefix(bool is_first) noexcept {
        const std::size_t skipped = is_first ? 1 : 0;  // the comma
        Byte* const out = output_.cursor;
        Isa::store(out, Isa::load(prefix_ + skipped));
        output_.cursor = out + prefix_size_ - skipped;
        if (prefix_size_ > kLongestPrefix) {
            const Bytes member = root_.types[root_.row_type].typename_member;
            __builtin_memcpy(output_.cursor - member.size, member.data, member.size);
        }
        rows_.drop_first_prefix();
    }

    // The third pass makes the output and the skeleton.
    [[gnu::always_inline]] bool write(State& state) noexcept {
        const Constants constants{Isa::load(prefix_), row_mark_};
        State s = state;
        s.out = output_.cursor;
        s.skeleton = skeleton_.end();
        s.injected = injected_;
        s.injection = injections_;
        *injected_end_ = kNoPlace;
        RowBlock* const end = rows_.block(rows_.block_count());
        std::uint32_t place = 0;
        for (RowBlock* at = rows_.block(0); at != end; ++at, place += 64) {
            if (!step(s, constants, *at, place)) {
                return false;
            }
        }
        state = s;
        output_.cursor = s.out;
        skeleton_.set_end(s.skeleton);
        return !has_escaped_keys();
    }

    [[gnu::always_inline]] bool step(State& s, const Constants& constants, RowBlock& at,
                                     std::uint32_t place) noexcept {
        const Block block = Isa::load(at.bytes());
        const Block previous = Isa::load(at.bytes() - 1);
        const Mask inside = at.inside;
        const Tokens tokens = add_to_skeleton(s, at, block, previous, constants.mark);

        // The carry of a key's first byte runs to behind its closing quote.
        const Mask key_starts = tokens.keys << 1 | s.in_key;
        const Mask key_bytes = inside & ~(inside + key_starts);
        s.in_key = (key_bytes | tokens.keys) >> 63;
        at.openings = key_bytes;  // for has_escaped_keys()
        Isa::store(s.out, constants.prefix);
        s.out += at.prefix;
        return write_block(s, place, block, previous, key_bytes & at.renamed, key_starts,
                           at.valid & ~tokens.spaces);
    }

    struct Tokens {
        Mask keys;    // their opening quotes
        Mask spaces;  // between tokens
    };

    [[gnu::always_inline]] Tokens add_to_skeleton(State& s, const RowBlock& at, Block block,
                                                  Block previous, Byte mark) noexcept {
        const Mask outside = ~at.inside & at.valid;
        // A string of an object is a key if no colon is before it.
        Mask keys = Isa::different_in(at.openings & at.objects, previous, ':');
        Mask skipped = 0;
        const Mask spaces = Isa::equal_in(outside, block, ' ');
        if ((spaces | s.spaced) != 0) [[unlikely]] {
            // They stand behind ',' and ':', one at a time.
            const Mask behind_others = Isa::different_in(spaces, previous, ':');
            s.doubt |= Isa::different_in(behind_others, previous, ',');
            const Mask behind_colons = spaces & ~behind_others;
            keys &= ~(behind_colons << 1 | s.spaced);
            s.spaced = behind_colons >> 63;
            skipped = spaces;
            if constexpr (kFinds) {
                s.spaces |= spaces;
            }
        }
        *s.skeleton = mark;
        s.skeleton += at.starts;
        s.skeleton =
            Isa::compress(s.skeleton, Isa::mark(block, keys, at.objects), outside & ~skipped);
        return {keys, skipped};
    }

    // Instead of write(), the third pass lists the keys of root objects, and makes the skeleton.
    [[gnu::always_inline]] void list_members(State& state) noexcept {
        State s = state;
        s.skeleton = skeleton_.end();
        std::uint32_t* places = places_;
        std::uint32_t* end_of_row = member_ends_;
        *end_of_row = 0;
        const RowBlock* const end = rows_.block(rows_.block_count());
        for (const RowBlock* at = rows_.block(0); at != end; ++at) {
            const Tokens tokens = add_to_skeleton(s, *at, Isa::load(at->bytes()),
                                                  Isa::load(at->bytes() - 1), kRootObject);
            places = list_places<Isa>(places, (tokens.keys & at->renamed) | at->last, at->prefix);
            end_of_row += at->starts;
            *end_of_row = static_cast<std::uint32_t>(places - places_);
        }
        state = s;
        skeleton_.set_end(s.skeleton);
        is_squeezed_ = s.spaces == 0;
    }

    // Whether a backslash stands in a key.
    [[gnu::always_inline]] bool has_escaped_keys() const noexcept {
        Mask found = 0;
        for (RowBlock* const* each = escaped_blocks_; each != escaped_end_; ++each) {
            found |= Isa::equal_in((*each)->openings, Isa::load((*each)->bytes()), '\\');
        }
        return found != 0;
    }

    // The output's part of a step. `key_starts` are the bytes behind the opening quotes of keys, and
    // of a key that goes on from the block before the first.
    [[gnu::always_inline]] bool write_block(State& s, std::uint32_t place, Block block,
                                            Block previous, Mask key_bytes, Mask key_starts,
                                            Mask kept) noexcept {
        Mask underscores = Isa::equal_in(key_bytes, block, '_');
        if ((underscores & key_starts) != 0) [[unlikely]] {
            if constexpr (kProduct == Product::kRaw) {
                return false;  // it may be __typename
            }
            const Mask leading = Isa::equal_in(underscores & key_starts, previous, '"');
            if ((leading & (underscores >> 1 | Mask{1} << 63)) != 0) {
                return false;  // with a second one it may be __typename
            }
            underscores &= ~leading;
            key_bytes &= ~(leading << 1);
        }
        if constexpr (kProduct == Product::kCamel) {
            kept &= ~underscores;
            block = Isa::upper_behind_underscore(previous, block, key_bytes);
        }
        while (*s.injected < place + 64)
            [[unlikely]] {
                const Mask upto = ~Mask{0} >> (63 - *s.injected++ % 64);
                s.out = Isa::compress(s.out, block, kept & upto);
                kept &= ~upto;
                const Bytes member = (*s.injection++)->typename_member;
                s.out = append(s.out, member.data, member.size);
            }
        s.out = Isa::compress(s.out, block, kept);
        return true;
    }

    // Whole blocks may be read and stored. No call of memcpy: it would cost the loop around this its
    // registers.
    [[gnu::always_inline]] static Byte* append(Byte* out, const Byte* from,
                                               std::size_t size) noexcept {
        std::size_t done = 0;
        do {
            Isa::store(out + done, Isa::load(from + done));
            done += 64;
        } while (done < size);
        return out + size;
    }

    [[gnu::always_inline]] bool group_holds(const State& s) noexcept {
        const Mask doubt = skeleton_.judge_to_end();
        return (doubt | doubt_ | s.doubt | Isa::controls(least_)) == 0 && top_ == containers_;
    }

    // The bytes that a backslash before them escapes. Within a run of backslashes every second one
    // is escaped: subtracting a run's start from bits at odd places tells which (Lemire and
    // Langdale, simdjson).
    [[gnu::noinline]] Mask escapes(RowBlock* at, Block block, Mask backslashes) noexcept {
        constexpr Mask kOdd = 0xAAAAAAAAAAAAAAAA;
        *escaped_end_++ = at;
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
            judge_unicode(static_cast<std::size_t>(at - rows_.block(0)), Isa::first(unicode));
        }
        return escaped;
    }

    // Judges the \u escape whose `u` stands at a byte of a block, unless it is the second of a pair.
    void judge_unicode(std::size_t index, std::size_t byte) noexcept {
        while (escape_row_ + 1 != rows_.row_count() && rows_.row(escape_row_ + 1).first <= index) {
            ++escape_row_;
            unicode_end_ = rows_.row(escape_row_).begin;
        }
        const GatheredRow& row = rows_.row(escape_row_);
        const Byte* const backslash = Rows::origin(row, index, byte) - 1;
        if (backslash >= unicode_end_ && backslash < row.end) {
            const Scan scan = scan_escape(backslash, row.end);
            doubt_ |= scan.code == ErrorCode::kOk ? 0 : 1;
            unicode_end_ = scan.at;
        }
    }

    struct Container {
        Mask objects;  // all ones: it is an object
        Mask renamed;  // likewise: its keys are
        TypeIndex type;
    };

    // The second pass follows the brackets. What their containers are is written to the blocks, where
    // it is not what it is outside of all brackets.
    [[gnu::always_inline]] bool nest() noexcept {
        Container* top = top_;
        const Container* const deepest = containers_ + deepest_;
        std::size_t current = 0;  // the block up to which all is written
        injected_bytes_ = 0;
        injected_end_ = injected_;
        enter_blocks(*top, 0, 0);
        for (const std::uint32_t* each = brackets_; each != brackets_end_; ++each) {
            const std::uint32_t place = *each;
            const std::size_t index = place / 64;
            RowBlock& at = *rows_.block(index);
            if (index != current) {
                enter_blocks(*top, current + 1, index);
                current = index;
                if (!enter_row(index, top == containers_)) {
                    return false;
                }
            }
            const Byte* const bracket = at.bytes() + place % 64;
            const Mask bit = Mask{1} << place % 64;
            const Mask is_object = (*bracket & ('{' ^ '[')) != 0 ? kAll : 0;
            if ((*bracket & ('{' & ~'}')) != 0) {
                if (top == deepest || !open(*top, top + 1, is_object, place)) {
                    return false;
                }
                ++top;
            } else {
                // An empty object's __typename would leave its comma hanging.
                if (top == containers_ || top->objects != is_object ||
                    (!kFinds && top->type >= 0 && is_object != 0 && bracket[-1] == '{')) {
                    return false;
                }
                --top;
            }
            const Mask behind = (Mask{0} - bit) << 1;
            at.objects = (at.objects & ~behind) | (behind & top->objects);
            at.renamed = (at.renamed & ~behind) | (behind & top->renamed);
        }
        enter_blocks(*top, current + 1, rows_.block_count() - 1);
        top_ = top;
        return true;
    }

    // Blocks first to last start inside of a container.
    [[gnu::always_inline]] void enter_blocks(const Container& container, std::size_t first,
                                             std::size_t last) noexcept {
        if ((container.objects ^ containers_[0].objects) |
            (container.renamed ^ containers_[0].renamed)) [[unlikely]] {
            for (std::size_t index = first; index <= last && index < kBlocks; ++index) {
                rows_.block(index)->objects = container.objects;
                rows_.block(index)->renamed = container.renamed;
            }
        }
    }

    // A container opens inside of another.
    [[gnu::always_inline]] bool open(const Container& outer, Container* inner, Mask is_object,
                                     std::uint32_t place) noexcept {
        if constexpr (kFinds) {
            *inner = {is_object, 0, kUntyped};
            return true;
        }
        TypeIndex type = outer.type;
        if (type >= 0 && outer.objects != 0) {
            if (root_.types[type].fields.count == 0) {
                type = kUntyped;
            } else if (!member_type(place, type)) {
                return false;
            }
        }
        *inner = {is_object, type != kVerbatim ? kAll : 0, type};
        if (is_object != 0 && type >= 0 && root_.always_typename) {
            if (injected_end_ == injected_ + kInjections) {
                return false;
            }
            injections_[injected_end_ - injected_] = &root_.types[type];
            *injected_end_++ = place;
            injected_bytes_ += root_.types[type].typename_member.size;
        }
        return true;
    }

    // Goes on to the row that a block belongs to. False: one before it is not closed.
    [[gnu::always_inline]] bool enter_row(std::size_t index, bool is_closed) noexcept {
        if (row_ + 1 == rows_.row_count() || rows_.row(row_ + 1).first > index) {
            return true;
        }
        do {
            ++row_;
        } while (row_ + 1 != rows_.row_count() && rows_.row(row_ + 1).first <= index);
        return is_closed;
    }

    // The type of the value at `place`, a container, by the key before it. False: doubt.
    bool member_type(std::uint32_t place, TypeIndex& type) noexcept {
        const GatheredRow& row = rows_.row(row_);
        const Byte* at = Rows::origin(row, place / 64, place % 64) - 1;
        at -= *at == ' ';
        if (at - row.begin < 3 || *at != ':' || at[-1] != '"') {
            return false;
        }
        const Byte* const key_end = at - 1;
        at = key_end - 1;
        while (at > row.begin && *at != '"') {
            --at;
        }
        if (at == row.begin) {
            return false;
        }
        const ChildType child =
            declared_type<Isa>(root_.types[type], {at + 1, key_end, false}, row.end, scratch_);
        type = child.type;
        return child.code == ErrorCode::kOk;
    }

    const RootView& root_;
    Output& output_;
    Scratch& scratch_;
    std::size_t deepest_;  // container that may be opened; meaningless where max_depth is 0
    Rows rows_;

    // Carried from one part of a group to the next.
    Mask doubt_ = 0;
    Mask escaped_ = 0;    // 1: the next block's first byte is escaped
    Mask in_string_ = 0;  // all ones: the next block starts inside a string
    Block least_{};       // of all blocks, byte by byte
    std::size_t escape_row_ = 0;
    const Byte* unicode_end_ = nullptr;  // of the last \u escape that was judged
    std::size_t row_ = 0;                // where the last bracket stood
    Container* top_ = nullptr;
    Container containers_[kMaxDepth + 1];

    // What one pass leaves for the next.
    RowBlock** escaped_end_ = nullptr;
    RowBlock* escaped_blocks_[kBlocks];  // those with backslashes
    Mask bracket_masks_[kBlocks];
    std::uint32_t* brackets_end_ = nullptr;
    std::uint32_t brackets_[64 * kBlocks + kPlacesAtOnce];
    std::uint32_t* injected_end_ = nullptr;
    std::size_t injected_bytes_ = 0;
    std::uint32_t injected_[kInjections + 1];  // behind which places a __typename is due
    const TypeView* injections_[kInjections];  // and whose

    // kFinds: the keys' places, all rows' in one list, and where in it each row's end.
    bool is_squeezed_ = false;
    std::uint32_t member_ends_[kBlocks + 1];
    std::uint32_t places_[kFinds ? 64 * kBlocks + kPlacesAtOnce : 1];

    Byte row_mark_ = 0;
    std::size_t prefix_size_ = 0;
    Byte prefix_[2 + 64];  // of each row's output

    Skeleton<Isa, 65 * kBlocks> skeleton_;
};

template <class Isa, bool kRawKeys>
BatchStatus rewrite_groups(const RootView& root, const Row* rows, std::size_t count, Output& output,
                           Scratch& scratch) noexcept {
    constexpr std::size_t kWorthAList = 1024;  // bytes of a lone row
    if (count == 1 && rows[0].size <= kWorthAList) {
        return rewrite_all<Isa, kRawKeys>(root, rows, count, output, scratch);
    }
    GroupRewriter<Isa, kRawKeys ? Product::kRaw : Product::kCamel> rewriter(root, output, scratch);
    return do_groups(
        rows, count, output, scratch,
        [&](const Row* first, const Row* end, bool is_first) -> Tried {
            const auto gathered = static_cast<std::size_t>(rewriter.gather(first, end) - first);
            return {gathered, gathered != 0 && rewriter.rewrite(is_first)};
        },
        [&](Row row) {
            return transform_value<Isa, kRawKeys>(root, root.row_type, row.data,
                                                  row.data + row.size, output, scratch);
        });
}

}  // namespace
}  // namespace rowcast::kernels
