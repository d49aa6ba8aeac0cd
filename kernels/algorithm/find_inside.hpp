#pragma once

// Where the members lie that a selection looks for inside of members: the rewriter (rewrite.hpp) lists
// the places of a row's keys and brackets, and this follows them.
//
//     row         {"id":7,"first_name":"Ann","posts":[{"n":1},{"n":2}],"credit":2.5}
//     places       ^      ^                  ^       ^^^    ^ ^^    ^^ ^
//     expected     id     first_name         posts     n       n       credit
//     slots        -      1                  2         0       0       0
//     selection   { credit first_name posts { n } }
//
// A value ends before the comma of the next key, or at its object's closing brace. A container that
// the selection does not look into is passed by counting brackets.
//
// What it is given is not judged yet, but for its brackets, which close only what is open: so places
// are compared before they are used, and what looks odd is doubt. Elements that are neither objects nor
// arrays, in a list that is looked into, are doubt too.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/expected_keys.hpp"
#include "kernels/algorithm/select.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

template <class Isa>
class InsideFinder {
  public:
    using Byte = std::uint8_t;

    static constexpr std::size_t kFrames = 64;  // a row's containers must not be deeper

    InsideFinder(const RootView& root, Scratch& scratch) noexcept
        : root_(root),
          scratch_(scratch),
          known_(recall<InsideKeys>(root, *scratch.memo)),
          expected_per_node_(kExpectedInside /
                             (root.match_node_count < kNodes ? root.match_node_count : kNodes)) {}

    // Starts with an object that has no whitespace around it.
    void begin_row(Row row) noexcept {
        row_ = row;
        wrong_ = 0;
        skipped_ = 0;
        top_ = frames_;
        root_object_ = {0, static_cast<std::uint32_t>(row.size), root_.row_type, nullptr, nullptr};
        failed_ = !enter(*top_, root_object_, 0, 0, true);
    }

    // Goes on with the row. False: doubt, or no memory.
    bool follow(const std::uint32_t* each, const std::uint32_t* const end) noexcept {
        if (failed_) [[unlikely]] {
            return false;
        }
        Frame* top = top_;
        std::size_t skipped = skipped_;
        for (; each != end; ++each) {
            const std::uint32_t place = *each;
            const Byte* const at = row_.data + place;
            if (skipped != 0) {
                skipped += depth_change(*at);
            } else if (*at == '"') {
                end_member(*top->current, place - 1 - (at[-1] == ' ' ? 1U : 0U));
                if (!begin_member(*top, at)) {
                    return false;
                }
            } else if (depth_change(*at) == 1 ? !open(top, place, skipped) : !close(top, place)) {
                return false;
            }
        }
        top_ = top;
        skipped_ = skipped;
        return true;
    }

    // The whole row, its slots filled; null where there is doubt. Good until scratch memory is rewound.
    const Found* end_row() noexcept {
        end_member(*top_->current, static_cast<std::uint32_t>(row_.size - 1));
        return (wrong_ >> 31) == 0 ? &root_object_ : nullptr;
    }

  private:
    // Of rows, and of all objects inside of them.
    static constexpr std::uint32_t kExpectedOfRow = 64;
    static constexpr std::uint32_t kExpectedInside = 112;
    static constexpr std::uint32_t kNodes = 8;  // that have any; keys of others are looked up

    // What is known of a node's objects.
    struct Learnt {
        TypeIndex type;
        std::uint32_t count;
    };

    // What is known of the root's rows.
    struct InsideKeys {
        Learnt learnt[kNodes];
        ExpectedKey keys[kExpectedOfRow + kExpectedInside];

        void forget() noexcept {
            for (Learnt& each : learnt) {
                each = {kUntyped, 0};
            }
        }
    };

    struct Frame {
        Found* container;
        Found* slots;           // of an object; null in an array
        Found* current;         // an object's latest member, an array's latest element
        ExpectedKey* expected;  // an object's members
        std::uint32_t known;    // so many of them
        std::uint32_t room;     // for so many
        std::uint32_t member;   // the next one's number
        NodeIndex node;
        NodeIndex inside;  // what looks into the latest member
    };

    // 0 for a quote. Some bytes that are no brackets are listed as such, and are told apart by the same
    // bits as in the rewriter, so that there is one opinion of what is open.
    static std::size_t depth_change(Byte byte) noexcept {
        const std::size_t is_bracket = byte >> 6 & 1;
        const std::size_t is_closing = ~byte >> 1 & 1;
        return is_bracket - 2 * (is_bracket & is_closing);
    }

    // Makes a frame of a container that is looked into, whose opening bracket stands at `place`.
    [[gnu::always_inline]] bool enter(Frame& frame, Found& container, NodeIndex node,
                                      std::uint32_t place, bool is_object) noexcept {
        frame.container = &container;
        frame.node = node;
        container.inside = nullptr;
        if (!is_object) {
            frame.slots = nullptr;
            frame.current = nullptr;
            return true;
        }
        ErrorCode code = ErrorCode::kOk;
        Found* const slots = allocate_slots(root_.match_nodes[node], scratch_, &code);
        if (slots == nullptr) {
            return false;
        }
        container.inside = slots;
        frame.slots = slots;
        // Ends right behind the bracket, as far as end_member() knows.
        ignored_.begin = place - 1;
        frame.current = &ignored_;
        frame.member = 0;
        frame.known = 0;
        frame.expected = known_.keys;
        frame.room = 0;
        if (static_cast<std::uint32_t>(node) < kNodes) {
            const Learnt& learnt = known_.learnt[node];
            frame.room = kExpectedOfRow;
            if (node != 0) {
                frame.room = expected_per_node_;
                frame.expected +=
                    kExpectedOfRow + static_cast<std::uint32_t>(node - 1) * expected_per_node_;
            }
            frame.known = learnt.type == container.type ? learnt.count : 0;
        }
        return true;
    }

    // A member's value ends before `place`.
    [[gnu::always_inline]] void end_member(Found& member, std::uint32_t place) noexcept {
        member.end = place;
        // Has its highest bit if there is nothing between, or 2 GiB: doubt.
        wrong_ |= place - 1 - member.begin;
    }

    [[gnu::always_inline]] bool begin_member(Frame& top, const Byte* key) noexcept {
        const ExpectedKey* known = top.expected;
        if (top.member < top.known && mismatch<Isa>(known[top.member], key, row_.data + row_.size,
                                                    row_.size < 64) == 0) [[likely]] {
            known += top.member;
        } else {
            known = look_up(top, key);
            if (known == nullptr) {
                return false;
            }
        }
        ++top.member;
        const Byte* begin = key + known->size;
        begin += *begin == ' ' ? 1 : 0;
        top.current = known->slot == kNotFound ? &ignored_ : top.slots + known->slot;
        top.current->begin = static_cast<std::uint32_t>(begin - row_.data);
        top.current->type = known->type;
        top.inside = known->inside;
        return true;
    }

    // What is to be known of a key; from now on it is expected there, unless that is too far behind.
    // Null: doubt.
    [[gnu::noinline]] const ExpectedKey* look_up(Frame& top, const Byte* key) noexcept {
        const TypeIndex type = top.container->type;
        if (!look_up_key<Isa>(root_, top.node, type, key, row_.data + row_.size, scratch_,
                              latest_)) {
            return nullptr;
        }
        if (top.member < top.room && top.member <= top.known) {
            top.expected[top.member] = latest_;
            if (top.member == top.known) {
                ++top.known;
                known_.learnt[top.node] = {type, top.known};
            }
        }
        return &latest_;
    }

    [[gnu::always_inline]] bool open(Frame*& top, std::uint32_t place,
                                     std::size_t& skipped) noexcept {
        const Byte* const at = row_.data + place;
        const bool is_object = (*at & ('{' ^ '[')) != 0;
        NodeIndex node = top->node;
        if (top->slots != nullptr) {
            if (place != top->current->begin) {
                return false;
            }
            node = top->current->type == kVerbatim ? kWhole : top->inside;
            if (node == kWhole) {
                skipped = 1;
                return true;
            }
        } else if (!add_element(*top, place)) {
            return false;
        }
        if (!is_object && !is_container_or(at[1], ']')) {
            return false;
        }
        Found& container = *top->current;
        ++top;
        return enter(*top, container, node, place, is_object);
    }

    // An array gets one element more. False: there is no memory.
    [[gnu::always_inline]] bool add_element(Frame& top, std::uint32_t place) noexcept {
        ErrorCode code = ErrorCode::kOk;
        auto* const element = static_cast<Found*>(allocate(scratch_, sizeof(Found), &code));
        if (element == nullptr) {
            return false;
        }
        element->begin = place;
        element->type = top.container->type;
        element->next = nullptr;
        (top.current == nullptr ? top.container->inside : top.current->next) = element;
        top.current = element;
        return true;
    }

    [[gnu::always_inline]] bool close(Frame*& top, std::uint32_t place) noexcept {
        if (top->slots != nullptr) {
            end_member(*top->current, place);
        }
        top->container->end = place + 1;
        --top;
        if (top->slots != nullptr) {
            return true;
        }
        const Byte* next = row_.data + place + 1;
        if (*next == ',') {
            ++next;
            next += *next == ' ' ? 1 : 0;
            return is_container_or(*next, '{');
        }
        return *next == ']';
    }

    static bool is_container_or(Byte byte, Byte other) noexcept {
        return byte == '{' || byte == '[' || byte == other;
    }

    const RootView& root_;
    Scratch& scratch_;
    InsideKeys& known_;
    std::uint32_t expected_per_node_;

    // The row.
    Row row_{};
    bool failed_ = false;
    std::uint32_t wrong_ = 0;  // its highest bit: some member has no value
    std::size_t skipped_ = 0;  // containers that are open and not looked into
    Found root_object_{};
    Found ignored_{};  // members that are not selected
    Frame* top_ = nullptr;
    Frame frames_[kFrames];

    ExpectedKey latest_;  // that was looked up
};

}  // namespace
}  // namespace rowcast::kernels
