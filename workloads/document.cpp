#include "workloads/document.hpp"

#include <utility>

namespace rowcast::workloads {

std::string_view layout_name(Layout layout) noexcept {
    return layout == Layout::kCompact ? "compact" : "jsonb";
}

std::optional<Layout> parse_layout(std::string_view name) noexcept {
    for (const Layout layout : kLayouts) {
        if (name == layout_name(layout)) {
            return layout;
        }
    }
    return std::nullopt;
}

Document::Document(const Document& other) : text(other.text), rows(other.rows) {
    rebase(other.text.data());
}

// A string that moves keeps its address if it is on the heap, and leaves its source's own buffer
// (the old address of a short string) in place: so the old address is read before the move.
Document::Document(Document&& other) noexcept { *this = std::move(other); }

Document& Document::operator=(const Document& other) {
    if (this != &other) {
        *this = Document(other);
    }
    return *this;
}

Document& Document::operator=(Document&& other) noexcept {
    if (this != &other) {
        const char* const from = other.text.data();
        text = std::move(other.text);
        rows = std::move(other.rows);
        other.text.clear();
        other.rows.clear();
        rebase(from);
    }
    return *this;
}

void Document::rebase(const char* from) noexcept {
    if (text.data() == from) {
        return;
    }
    for (std::string_view& row : rows) {
        row = {text.data() + (row.data() - from), row.size()};
    }
}

std::size_t Document::row_bytes() const noexcept {
    std::size_t bytes = 0;
    for (const std::string_view row : rows) {
        bytes += row.size();
    }
    return bytes;
}

Document split_rows(std::string ndjson) {
    Document document;
    document.text = std::move(ndjson);
    const std::string_view text = document.text;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos) {
            end = text.size();
        }
        if (end > begin) {
            document.rows.push_back(text.substr(begin, end - begin));
        }
        begin = end + 1;
    }
    return document;
}

}  // namespace rowcast::workloads
