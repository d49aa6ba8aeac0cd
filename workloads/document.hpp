#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowcast::workloads {

// How PostgreSQL spells a row.
enum class Layout : std::uint8_t {
    kCompact,  // row_to_json: no spaces, members in the columns' order
    kJsonb,    // jsonb::text: a space after ':' and ',', members by key length, then key bytes
};

inline constexpr Layout kLayouts[] = {Layout::kCompact, Layout::kJsonb};

std::string_view layout_name(Layout layout) noexcept;  // "compact", "jsonb"
std::optional<Layout> parse_layout(std::string_view name) noexcept;

// One request's input: NDJSON text, and its rows as views into it, without their '\n'.
//
// Copies and moves keep the views right: a short string holds its bytes in itself, so that they
// change their address with it.
struct Document {
    std::string text;
    std::vector<std::string_view> rows;

    Document() = default;
    Document(const Document& other);
    Document(Document&& other) noexcept;
    Document& operator=(const Document& other);
    Document& operator=(Document&& other) noexcept;
    ~Document() = default;

    // The sum of the rows' sizes: what a request reads.
    std::size_t row_bytes() const noexcept;

  private:
    void rebase(const char* from) noexcept;
};

// A document of the lines of `ndjson`: LF ends a line, the last one needs none, a CR before it
// belongs to the row, a zero-length line is no row.
Document split_rows(std::string ndjson);

}  // namespace rowcast::workloads
