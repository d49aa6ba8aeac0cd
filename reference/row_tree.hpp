#pragma once

// A row as a tree: members in the row's order, duplicates kept, each key, string and number with
// its bytes in the row. nlohmann's SAX parser says what the tree is; its events carry no positions,
// so the bytes come from the tokens that check_row() noted, which are consumed in the order of
// events.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "reference/row_check.hpp"

namespace rowcast::reference {

enum class NodeKind : std::uint8_t { kObject, kArray, kScalar };

struct Node {
    NodeKind kind;
    std::uint32_t end;  // the index behind the node's last descendant: its next sibling's, if any
    std::string_view key;   // of an object's member, with quotes, as the row spells it
    std::string_view text;  // of a scalar
};

class RowTree {
  public:
    // Parses a row that check_row() found valid and gave these tokens for; the row must outlive the
    // tree's use. Replaces what the tree held. Throws std::bad_alloc.
    //
    // What nlohmann reads (structure, decoded keys and strings, numbers, literals) is compared with
    // the tokens. A difference means that the judge itself is wrong: it says so on standard error
    // and aborts, rather than judge others.
    void build(std::string_view row, std::span<const Token> tokens);

    // The nodes in the order of the row, parents first; [0] is the row. A container's children are
    // at its index + 1, at that node's `end`, and so on until the container's own `end`. The tree
    // is flat so that no depth of nesting, in use or in destruction, needs the machine's stack.
    const Node& operator[](std::size_t index) const { return nodes_[index]; }
    std::size_t size() const { return nodes_.size(); }

  private:
    std::vector<Node> nodes_;
};

}  // namespace rowcast::reference
