// GraphQL's syntax for selection sets (https://spec.graphql.org/October2021/#sec-Selection-Sets), as
// far as rowcast goes: fields, aliases, nesting. The nesting is a stack of open sets.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/selection.hpp"
#include "pipeline/selection_builder.hpp"
#include "pipeline/text_position.hpp"

namespace rowcast {

namespace {

bool is_name_start(char c) noexcept {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_part(char c) noexcept { return is_name_start(c) || (c >= '0' && c <= '9'); }

class SelectionSetParser {
  public:
    SelectionSetParser(std::string_view text, KeyStyle keys, NamePool& names)
        : text_(text), builder_(keys, names, &temporary_), open_(&temporary_) {}

    Result<Selection> parse() {
        skip_ignored();
        if (!take('{')) {
            return error_here("'{' expected: a selection set such as { id name }");
        }
        open_.push_back({SelectionBuilder::kRow, true});
        while (!open_.empty()) {
            skip_ignored();
            if (std::optional<PlanError> error = take('}') ? close_set() : parse_field()) {
                return *error;
            }
        }
        skip_ignored();
        if (at_ != text_.size()) {
            return error_here("the selection's end expected");
        }
        return builder_.finish();
    }

  private:
    struct OpenSet {
        std::int32_t set;
        bool is_empty;  // as written, even where it merges into one that is not
    };

    std::optional<PlanError> close_set() {
        if (open_.back().is_empty) {
            --at_;
            return error_here("an empty selection set: at least one field expected");
        }
        open_.pop_back();
        return std::nullopt;
    }

    std::optional<PlanError> parse_field() {
        const std::size_t start = at_;
        std::string_view name = take_name();
        if (name.empty()) {
            return error_here(what_instead_of_a_field());
        }
        std::optional<std::string_view> alias;
        skip_ignored();
        if (take(':')) {
            skip_ignored();
            alias = name;
            name = take_name();
            if (name.empty()) {
                return error_here("a field's name expected behind the alias");
            }
            skip_ignored();
        }
        if (peek('(')) {
            return error_here("arguments are not supported");
        }
        if (peek('@')) {
            return error_here("directives are not supported");
        }
        const bool has_selection = take('{');
        open_.back().is_empty = false;
        const Result<std::int32_t> inside =
            builder_.add(open_.back().set, name, alias, has_selection);
        if (!inside) {
            return error_at(start, inside.error().message);
        }
        if (has_selection) {
            open_.push_back({*inside, true});
        }
        return std::nullopt;
    }

    std::string what_instead_of_a_field() const {
        if (at_ == text_.size()) {
            return "'}' expected: the selection set is not closed";
        }
        if (text_.substr(at_).starts_with("...")) {
            return "fragments are not supported";
        }
        if (peek('{')) {
            return "a field's name expected before its selection set";
        }
        return "a field's name or '}' expected";
    }

    // Whitespace, line ends, commas, comments and the byte order mark mean nothing in GraphQL.
    void skip_ignored() {
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        while (at_ != text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
                ++at_;
            } else if (c == '#') {
                at_ = std::min(text_.find_first_of("\n\r", at_), text_.size());
            } else if (text_.substr(at_).starts_with(kByteOrderMark)) {
                at_ += kByteOrderMark.size();
            } else {
                return;
            }
        }
    }

    bool peek(char c) const noexcept { return at_ != text_.size() && text_[at_] == c; }

    bool take(char c) noexcept {
        const bool is_there = peek(c);
        at_ += is_there ? 1 : 0;
        return is_there;
    }

    std::string_view take_name() noexcept {
        const std::size_t start = at_;
        if (at_ != text_.size() && is_name_start(text_[at_])) {
            while (at_ != text_.size() && is_name_part(text_[at_])) {
                ++at_;
            }
        }
        return text_.substr(start, at_ - start);
    }

    PlanError error_at(std::size_t offset, const std::string& what) const {
        return {"selection, " + text_position(text_, offset) + ": " + what};
    }
    PlanError error_here(const std::string& what) const { return error_at(at_, what); }

    std::string_view text_;
    std::size_t at_ = 0;
    std::array<std::byte, 4096> first_bytes_;  // enough for most selections
    std::pmr::monotonic_buffer_resource temporary_{first_bytes_.data(), first_bytes_.size()};
    SelectionBuilder builder_;
    std::pmr::vector<OpenSet> open_;
};

}  // namespace

Result<Selection> parse_selection_set(std::string_view text, KeyStyle keys, NamePool& names) {
    return SelectionSetParser(text, keys, names).parse();
}

}  // namespace rowcast
