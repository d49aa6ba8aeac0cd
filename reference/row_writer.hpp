#pragma once

// Transforms a tree and writes it (semantics rules 2 to 8).

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "pipeline/error.hpp"
#include "pipeline/implementation.hpp"
#include "reference/plan_rules.hpp"
#include "reference/row_tree.hpp"

namespace rowcast::reference {

// Thrown when the output has no room and gets none. It never leaves the reference.
struct OutputFailure {
    ErrorCode code;
};

class RowWriter {
  public:
    // Appends to `output`. The plan and the output outlive the writer.
    RowWriter(const Root& root, kernels::Output& output);

    // Writes one transformed row. O(size of the tree and of what is written), times a logarithm for
    // look-ups. No recursion on the machine's stack. Throws OutputFailure and std::bad_alloc.
    void write_row(const RowTree& tree);

    // Writes the bytes as they are. Throws OutputFailure.
    void append(std::string_view bytes);

  private:
    // An array or object that is being written.
    struct Frame {
        enum class Form : std::uint8_t { kArray, kVerbatimObject, kWholeObject, kSelectedObject };
        Form form;
        bool has_member = false;  // the next one needs a comma
        Treatment treatment;      // of the object; of each element
        std::size_t next;         // node; in a selected object the index of a field
        std::size_t end;
        std::size_t winners;  // in a selected object: where its part of winners_ begins
    };

    void begin_value(std::size_t node, const Treatment& treatment);
    void begin_object(std::size_t node, Frame frame);
    void find_winners(std::size_t node, const Treatment& treatment,
                      const SelectionRules& selection);
    void step();
    void write_member(Frame& frame);
    void write_selected(Frame& frame);
    void end_value();
    void append_comma(Frame& frame);
    void append_key(Frame& frame, std::string_view key);

    const Root& root_;
    PlanRules rules_;
    kernels::Output& output_;
    const RowTree* tree_ = nullptr;
    std::vector<Frame> frames_;
    // For each slot of each selected object that is being written, the member that answers it:
    // its node, or kNoMember.
    std::vector<std::size_t> winners_;
};

}  // namespace rowcast::reference
