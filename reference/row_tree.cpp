#include "reference/row_tree.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "reference/row_text.hpp"

namespace rowcast::reference {

namespace {

using Json = ::nlohmann::json;

[[noreturn]] void disagree(const char* what) {
    std::fprintf(stderr, "rowcast: the nlohmann reference contradicts itself: %s\n", what);
    std::abort();
}

void require(bool agrees, const char* what) {
    if (!agrees) {
        disagree(what);
    }
}

// nlohmann refuses numbers that overflow a double, which are valid JSON. Any number that might is
// hidden from it. (A double takes 308 digits before the point.)
bool may_overflow(std::string_view number) {
    return number.size() > 300 || number.find_first_of("eE") != std::string_view::npos;
}

std::string_view text_of(std::string_view row, const Token& token) {
    return row.substr(token.offset, token.size);
}

// The row with each number that may overflow replaced by 0 and blanks. Empty where there is none.
std::string hide_numbers(std::string_view row, std::span<const Token> tokens) {
    std::string hidden;
    for (const Token& token : tokens) {
        if (token.kind == TokenKind::kNumber && may_overflow(text_of(row, token))) {
            if (hidden.empty()) {
                hidden.assign(row);
            }
            hidden.replace(token.offset, token.size, token.size, ' ');
            hidden[token.offset] = '0';
        }
    }
    return hidden;
}

// nlohmann writes the locale's decimal point where the row has '.'.
bool same_number(std::string_view number, std::string_view spelling) {
    if (number.size() != spelling.size()) {
        return false;
    }
    for (std::size_t i = 0; i < number.size(); ++i) {
        if (number[i] != spelling[i] && number[i] != '.') {
            return false;
        }
    }
    return true;
}

// The handler of nlohmann's events. Each takes the next token and compares.
class TreeBuilder {
  public:
    TreeBuilder(std::string_view row, std::span<const Token> tokens, std::vector<Node>& nodes)
        : row_(row), tokens_(tokens), nodes_(nodes) {}

    bool null() { return scalar(TokenKind::kLiteral) == "null" || differs("null"); }

    bool boolean(bool value) {
        return scalar(TokenKind::kLiteral) == (value ? "true" : "false") || differs("a boolean");
    }

    bool number_integer(Json::number_integer_t value) { return integer(value); }
    bool number_unsigned(Json::number_unsigned_t value) { return integer(value); }

    bool number_float(Json::number_float_t /*value*/, const Json::string_t& spelling) {
        return same_number(scalar(TokenKind::kNumber), spelling) || differs("a number");
    }

    bool string(const Json::string_t& value) {
        return decode_string(scalar(TokenKind::kString)) == value || differs("a string");
    }

    bool key(const Json::string_t& value) {
        key_ = take(TokenKind::kKey);
        return decode_string(key_) == value || differs("a key");
    }

    bool start_object(std::size_t /*elements*/) {
        return open(TokenKind::kObjectBegin, NodeKind::kObject);
    }
    bool start_array(std::size_t /*elements*/) {
        return open(TokenKind::kArrayBegin, NodeKind::kArray);
    }
    bool end_object() { return close(TokenKind::kObjectEnd); }
    bool end_array() { return close(TokenKind::kArrayEnd); }

    static bool binary(const Json::binary_t& /*value*/) { return differs("binary data"); }

    static bool parse_error(std::size_t /*position*/, const std::string& /*last_token*/,
                            const Json::exception& error) {
        return differs(error.what());
    }

    bool finished() const { return next_ == tokens_.size() && open_.empty(); }

  private:
    static bool differs(const char* what) { disagree(what); }

    std::string_view take(TokenKind kind) {
        require(next_ < tokens_.size(), "more events than tokens");
        const Token& token = tokens_[next_++];
        require(token.kind == kind, "an event of another kind than the token");
        return text_of(row_, token);
    }

    void add(NodeKind kind, std::string_view text) {
        const auto behind = static_cast<std::uint32_t>(nodes_.size() + 1);
        nodes_.push_back({kind, behind, key_, text});
        key_ = {};
    }

    std::string_view scalar(TokenKind kind) {
        const std::string_view text = take(kind);
        add(NodeKind::kScalar, text);
        return text;
    }

    template <class Integer>
    bool integer(Integer value) {
        const std::string_view text = scalar(TokenKind::kNumber);
        if (may_overflow(text)) {
            return value == 0 || differs("a hidden number");
        }
        Integer own{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), own);
        const bool whole = error == std::errc() && end == text.data() + text.size();
        return (whole && own == value) || differs("an integer");
    }

    bool open(TokenKind token, NodeKind kind) {
        take(token);
        open_.push_back(nodes_.size());
        add(kind, {});
        return true;
    }

    bool close(TokenKind token) {
        take(token);
        nodes_[open_.back()].end = static_cast<std::uint32_t>(nodes_.size());
        open_.pop_back();
        return true;
    }

    std::string_view row_;
    std::span<const Token> tokens_;
    std::vector<Node>& nodes_;
    std::size_t next_ = 0;           // token
    std::string_view key_;           // of the value to come
    std::vector<std::size_t> open_;  // containers that are not closed yet
};

}  // namespace

void RowTree::build(std::string_view row, std::span<const Token> tokens) {
    nodes_.clear();
    const std::string hidden = hide_numbers(row, tokens);
    const std::string_view text = hidden.empty() ? row : std::string_view(hidden);
    TreeBuilder builder(row, tokens, nodes_);
    const bool parsed = Json::sax_parse(text.data(), text.data() + text.size(), &builder);
    require(parsed && builder.finished(), "nlohmann found no whole row");
}

}  // namespace rowcast::reference
