#pragma once

// What an engine needs of a plan: plain arrays, offsets and flags. pipeline/plan.cpp fills it; it
// stays valid and unchanged for as long as the plan lives, so any number of threads may read it.

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {

// An exact map from keys to 0..count-1. `hash_kind` says which bytes of a key the hash covers:
// its ends (cheap; chosen where they tell the keys apart well) or all of it. A table for which no
// seed gives short probes is searched by halves instead, so that no set of keys makes it slow.
enum class KeyHash : std::uint8_t { kEnds, kWhole, kSorted };

struct KeyRange {
    std::uint32_t offset;  // into KeyTableView::bytes
    std::uint32_t size;
    std::uint32_t value;  // what the look-up answers
};

struct KeyTableView {
    std::uint64_t filter[2];     // 128 bits: a key whose bit is clear is not in the table
    const std::uint32_t* slots;  // mask + 1 of them: 0 is free, else 1 + an index into `keys`
    const KeyRange* keys;        // `count`; sorted by size, then bytes, where hash_kind is kSorted
    const std::uint8_t* bytes;
    std::uint64_t seed;
    std::uint32_t mask;
    std::uint32_t count;
    KeyHash hash_kind;
};

inline constexpr std::int32_t kNotFound = -1;

// How the members of an object are treated: an index into RootView::types, or one of these.
using TypeIndex = std::int32_t;
inline constexpr TypeIndex kUntyped = -1;   // transformed, without __typename
inline constexpr TypeIndex kVerbatim = -2;  // a declared scalar: only whitespace goes

// A run of bytes ready to be written, such as `"__typename":"User",`. kOutputSlack bytes behind it
// may be read.
struct Bytes {
    const std::uint8_t* data;
    std::uint32_t size;
};

struct TypeView {
    Bytes typename_member;      // `"__typename":"User",` (a comma always follows)
    Bytes typename_value;       // `"User"`
    KeyTableView fields;        // declared names, literally
    const TypeIndex* children;  // per declared field: its type, or kVerbatim
};

// A selection set has two sides. Matching: which row keys are wanted, by their camelCase form;
// equal names under several aliases share one slot. Writing: the entries, in selection order.
using NodeIndex = std::int32_t;
inline constexpr NodeIndex kWhole = -1;  // no sub-selection: the value is kept whole

struct MatchNode {
    KeyTableView keys;          // camelCase form to slot
    const NodeIndex* children;  // per slot: the union of its sub-selections, or kWhole
    std::uint32_t slot_count;
};

struct SelectedEntry {
    Bytes key;            // `"alias":`
    std::uint32_t slot;   // of the parallel match node
    NodeIndex selection;  // an OutputNode, or kWhole
    bool is_typename;     // in a typed object: the type's name
};

struct OutputNode {
    const SelectedEntry* entries;
    std::uint32_t entry_count;
    bool names_typename;  // some entry writes the member `__typename` itself
};

// One root field of a response.
struct RootView {
    std::uint64_t id;  // no other root of this process, now or earlier, has it
    const TypeView* types;
    const MatchNode* match_nodes;    // [0] is the row's, where has_selection
    const OutputNode* output_nodes;  // likewise
    std::uint32_t match_node_count;  // likewise
    TypeIndex row_type;
    std::uint32_t max_depth;
    bool has_selection;
    bool raw_keys;         // keys: raw
    bool always_typename;  // typename: always
    bool omit_missing;
};

// One row: `size` readable bytes; nothing is read beyond them.
struct Row {
    const std::uint8_t* data;
    std::size_t size;
};

}  // namespace rowcast::kernels
