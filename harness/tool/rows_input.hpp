#pragma once

// Rows from files or standard input, a batch at a time: the files stay mapped, and nothing is kept
// per row but one batch of views.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/tool/mapped_file.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::tool {

enum class InputFormat {
    kNdjson,  // a row a line; a line of zero length is none; the last line needs no LF
    kFile,    // a row a file, whatever it holds
};

// Rows of a batch: as many as stay in the cache, or enough to share out among threads.
inline constexpr std::size_t kBatchRows = 1024;
inline constexpr std::size_t kLargeBatchRows = 65536;

class RowsInput {
  public:
    // Opens all of `paths`; without any, standard input. Throws Stop for one that cannot be read.
    RowsInput(const std::vector<std::string>& paths, InputFormat format);

    std::size_t total_bytes() const noexcept;
    std::size_t estimate_rows() const noexcept;  // from the first kilobytes of each file

    // The next rows, at most so many, none at the end. Valid until the next call.
    std::span<const kernels::Row> next_batch(std::size_t most_rows);

  private:
    std::vector<MappedFile> files_;
    InputFormat format_;
    std::size_t file_ = 0;      // the next row starts in this one,
    std::size_t position_ = 0;  // here
    std::vector<kernels::Row> batch_;
};

// The row a line: the bytes from `position` up to the next LF, or the end. Advances `position`.
std::string_view next_line(std::string_view text, std::size_t& position) noexcept;

}  // namespace rowcast::tool
