#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/plan_view.hpp"
#include "pipeline/plan.hpp"

namespace rowcast::bench {

// Seeded inputs for the small kernels. Each maker gives several of one shape, so that a cell does
// not teach the branch predictor one of them: a power of two of them, for a mask to choose with.
using Bytes = std::vector<std::uint8_t>;
using Inputs = std::vector<Bytes>;

// The sizes that kernels are measured at, in bytes; quick: those that the design promises times for,
// and few others.
struct KernelSizes {
    std::vector<std::size_t> scans;
    std::vector<std::size_t> camel;    // keys
    std::vector<std::size_t> numbers;  // texts
    std::vector<std::size_t> lookups;  // fields, not bytes
    std::vector<std::size_t> blocks;   // of memory
};
KernelSizes kernel_sizes(bool quick);

enum class Content : std::uint8_t {
    kLetters,     // a-z and blanks
    kEscapes,     // every tenth byte, on average, is one that a JSON string must escape
    kMixedUtf8,   // characters of one to four bytes
    kWhitespace,  // blanks and line ends
    kSnakeCase,   // words of 3 to 8 letters, joined by underscores
    kDigits,      // an integer, or from 8 bytes on a decimal
    kTrue,
    kFalse,
};

// `size` bytes each; kMixedUtf8 is filled up with letters where no character fits.
Inputs make_inputs(Content content, std::size_t size);

// As above, with `last` as the last byte.
Inputs make_inputs_ending(Content content, std::size_t size, std::uint8_t last);

// Field names as schemas have them, all different.
std::vector<std::string> make_field_names(std::size_t count);

// Keys to look up, a power of two of them: names that are among the fields, or names like them
// that are not.
std::vector<std::string> make_keys(const std::vector<std::string>& fields, bool hits);

// The look-up table of a compiled plan whose row type has these fields.
class FieldTable {
  public:
    explicit FieldTable(const std::vector<std::string>& fields);  // throws std::runtime_error

    const kernels::KeyTableView& view() const noexcept { return *view_; }
    std::size_t memory_bytes() const noexcept;

  private:
    std::shared_ptr<const Plan> plan_;
    const kernels::KeyTableView* view_ = nullptr;
};

}  // namespace rowcast::bench
