#include "reference/row_check.hpp"

#include <cstddef>
#include <optional>

namespace rowcast::reference {

namespace {

struct Fault {
    ErrorCode code;
    std::size_t offset;
};

using Verdict = std::optional<Fault>;  // nothing: no fault

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

int hex_value(char byte) {
    if (is_digit(byte)) {
        return byte - '0';
    }
    if (byte >= 'a' && byte <= 'f') {
        return byte - 'a' + 10;
    }
    if (byte >= 'A' && byte <= 'F') {
        return byte - 'A' + 10;
    }
    return -1;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

class Checker {
  public:
    Checker(std::string_view row, std::uint32_t max_depth, std::vector<Token>& tokens)
        : row_(row), max_depth_(max_depth), tokens_(tokens) {}

    Verdict check();

  private:
    // What the grammar asks for next.
    enum class Expected : std::uint8_t {
        kValue,
        kValueOrArrayEnd,
        kKey,
        kKeyOrObjectEnd,
        kColon,
        kAfterValue,
    };

    bool at_end() const { return at_ == row_.size(); }
    bool at_digit() const { return !at_end() && is_digit(row_[at_]); }
    Fault fault(ErrorCode code) const { return {code, at_}; }
    void add(TokenKind kind, std::size_t from) {
        tokens_.push_back(
            {kind, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(at_ - from)});
    }

    Verdict step();
    Verdict value(ErrorCode otherwise);
    Verdict key(ErrorCode otherwise);
    Verdict after_value();
    Verdict open(TokenKind kind);
    void close(TokenKind kind);
    Verdict literal(std::string_view word);
    Verdict number();
    Verdict digits();
    Verdict string();
    Verdict escape();
    Verdict utf8();
    Verdict hex4(std::size_t from, std::uint32_t& unit) const;

    std::string_view row_;
    std::uint32_t max_depth_;
    std::vector<Token>& tokens_;
    std::size_t at_ = 0;
    Expected expected_ = Expected::kValue;
    std::vector<TokenKind> open_;  // the brackets around `at_`
};

Verdict Checker::check() {
    for (;;) {
        while (!at_end() && is_blank(row_[at_])) {
            ++at_;
        }
        if (at_end() && expected_ == Expected::kAfterValue && open_.empty()) {
            return std::nullopt;
        }
        if (const Verdict verdict = step()) {
            return verdict;
        }
    }
}

// One token, comma or colon. At the row's end `row_[at_]` is never looked at: what is missing there
// is what was expected.
Verdict Checker::step() {
    switch (expected_) {
        case Expected::kValue:
            return value(ErrorCode::kExpectedValue);
        case Expected::kValueOrArrayEnd:
            if (!at_end() && row_[at_] == ']') {
                close(TokenKind::kArrayEnd);
                return std::nullopt;
            }
            return value(ErrorCode::kExpectedValueOrArrayEnd);
        case Expected::kKey:
            return key(ErrorCode::kExpectedKey);
        case Expected::kKeyOrObjectEnd:
            if (!at_end() && row_[at_] == '}') {
                close(TokenKind::kObjectEnd);
                return std::nullopt;
            }
            return key(ErrorCode::kExpectedKeyOrObjectEnd);
        case Expected::kColon:
            if (at_end() || row_[at_] != ':') {
                return fault(ErrorCode::kExpectedColon);
            }
            ++at_;
            expected_ = Expected::kValue;
            return std::nullopt;
        case Expected::kAfterValue:
            return after_value();
    }
    return std::nullopt;
}

Verdict Checker::value(ErrorCode otherwise) {
    if (at_end()) {
        return fault(otherwise);
    }
    const std::size_t from = at_;
    const char first = row_[at_];
    if (first == '{') {
        return open(TokenKind::kObjectBegin);
    }
    if (first == '[') {
        return open(TokenKind::kArrayBegin);
    }
    Verdict verdict;
    TokenKind kind = TokenKind::kLiteral;
    if (first == '"') {
        kind = TokenKind::kString;
        verdict = string();
    } else if (first == '-' || is_digit(first)) {
        kind = TokenKind::kNumber;
        verdict = number();
    } else if (first == 't') {
        verdict = literal("true");
    } else if (first == 'f') {
        verdict = literal("false");
    } else if (first == 'n') {
        verdict = literal("null");
    } else {
        return fault(otherwise);
    }
    if (!verdict) {
        add(kind, from);
        expected_ = Expected::kAfterValue;
    }
    return verdict;
}

Verdict Checker::key(ErrorCode otherwise) {
    if (at_end() || row_[at_] != '"') {
        return fault(otherwise);
    }
    const std::size_t from = at_;
    const Verdict verdict = string();
    if (!verdict) {
        add(TokenKind::kKey, from);
        expected_ = Expected::kColon;
    }
    return verdict;
}

Verdict Checker::after_value() {
    if (open_.empty()) {
        return fault(ErrorCode::kExpectedEnd);
    }
    const char byte = at_end() ? '\0' : row_[at_];
    if (open_.back() == TokenKind::kObjectBegin) {
        if (byte == '}') {
            close(TokenKind::kObjectEnd);
            return std::nullopt;
        }
        if (byte != ',') {
            return fault(ErrorCode::kExpectedCommaOrObjectEnd);
        }
        expected_ = Expected::kKey;
    } else {
        if (byte == ']') {
            close(TokenKind::kArrayEnd);
            return std::nullopt;
        }
        if (byte != ',') {
            return fault(ErrorCode::kExpectedCommaOrArrayEnd);
        }
        expected_ = Expected::kValue;
    }
    ++at_;
    return std::nullopt;
}

Verdict Checker::open(TokenKind kind) {
    if (open_.size() >= max_depth_) {
        return fault(ErrorCode::kTooDeep);
    }
    open_.push_back(kind);
    ++at_;
    add(kind, at_ - 1);
    expected_ =
        kind == TokenKind::kObjectBegin ? Expected::kKeyOrObjectEnd : Expected::kValueOrArrayEnd;
    return std::nullopt;
}

void Checker::close(TokenKind kind) {
    open_.pop_back();
    ++at_;
    add(kind, at_ - 1);
    expected_ = Expected::kAfterValue;
}

Verdict Checker::literal(std::string_view word) {
    for (const char letter : word) {
        if (at_end() || row_[at_] != letter) {
            return fault(ErrorCode::kBadLiteral);
        }
        ++at_;
    }
    return std::nullopt;
}

// Ends where the number ends; whether that is a place to end is for the next step to say. So the 1
// of `01` is found to be no comma.
Verdict Checker::number() {
    if (row_[at_] == '-') {
        ++at_;
    }
    if (!at_end() && row_[at_] == '0') {
        ++at_;
    } else if (const Verdict verdict = digits()) {
        return verdict;
    }
    if (!at_end() && row_[at_] == '.') {
        ++at_;
        if (const Verdict verdict = digits()) {
            return verdict;
        }
    }
    if (!at_end() && (row_[at_] == 'e' || row_[at_] == 'E')) {
        ++at_;
        if (!at_end() && (row_[at_] == '+' || row_[at_] == '-')) {
            ++at_;
        }
        if (const Verdict verdict = digits()) {
            return verdict;
        }
    }
    return std::nullopt;
}

Verdict Checker::digits() {
    if (!at_digit()) {
        return fault(ErrorCode::kExpectedDigit);
    }
    while (at_digit()) {
        ++at_;
    }
    return std::nullopt;
}

Verdict Checker::string() {
    ++at_;  // the opening quote
    for (;;) {
        if (at_end()) {
            return fault(ErrorCode::kUnterminatedString);
        }
        const auto byte = static_cast<unsigned char>(row_[at_]);
        Verdict verdict;
        if (byte == '"') {
            ++at_;
            return std::nullopt;
        }
        if (byte < 0x20) {
            verdict = fault(ErrorCode::kControlInString);
        } else if (byte == '\\') {
            verdict = escape();
        } else if (byte < 0x80) {
            ++at_;
        } else {
            verdict = utf8();
        }
        if (verdict) {
            return verdict;
        }
    }
}

// Rule 10: a surrogate that stands alone is reported at its own backslash, whatever stands where
// its other half should be. Other faults of an escape are reported at the byte that is wrong.
Verdict Checker::escape() {
    const std::size_t backslash = at_;
    if (backslash + 1 == row_.size()) {
        return Fault{ErrorCode::kUnterminatedString, row_.size()};
    }
    if (row_[backslash + 1] != 'u') {
        constexpr std::string_view kSimple = "\"\\/bfnrt";
        if (kSimple.find(row_[backslash + 1]) == std::string_view::npos) {
            return Fault{ErrorCode::kBadEscape, backslash + 1};
        }
        at_ += 2;
        return std::nullopt;
    }
    std::uint32_t unit = 0;
    if (const Verdict verdict = hex4(backslash + 2, unit)) {
        return verdict;
    }
    at_ += 6;
    if (is_low_surrogate(unit)) {
        return Fault{ErrorCode::kLoneSurrogate, backslash};
    }
    if (is_high_surrogate(unit)) {
        std::uint32_t next = 0;
        if (row_.substr(at_, 2) != "\\u" || hex4(at_ + 2, next) || !is_low_surrogate(next)) {
            return Fault{ErrorCode::kLoneSurrogate, backslash};
        }
        at_ += 6;
    }
    return std::nullopt;
}

Verdict Checker::hex4(std::size_t from, std::uint32_t& unit) const {
    for (std::size_t i = from; i < from + 4; ++i) {
        if (i >= row_.size()) {
            return Fault{ErrorCode::kUnterminatedString, row_.size()};
        }
        const int digit = hex_value(row_[i]);
        if (digit < 0) {
            return Fault{ErrorCode::kBadHexDigit, i};
        }
        unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return std::nullopt;
}

// One sequence of two to four bytes. It is decoded and the code point judged, rather than the bytes
// compared with the ranges of the Unicode standard's table 3-7: the same set, said in another way.
// An ill-formed sequence is one fault at its first byte, and so is one that the row's end cuts.
Verdict Checker::utf8() {
    const Fault ill_formed = fault(ErrorCode::kBadUtf8);
    const auto first = static_cast<unsigned char>(row_[at_]);
    std::size_t size = 0;
    std::uint32_t code_point = 0;
    std::uint32_t smallest = 0;  // what needs this many bytes
    if ((first & 0xE0) == 0xC0) {
        size = 2;
        code_point = first & 0x1F;
        smallest = 0x80;
    } else if ((first & 0xF0) == 0xE0) {
        size = 3;
        code_point = first & 0x0F;
        smallest = 0x800;
    } else if ((first & 0xF8) == 0xF0) {
        size = 4;
        code_point = first & 0x07;
        smallest = 0x10000;
    } else {
        return ill_formed;
    }
    if (row_.size() - at_ < size) {
        return ill_formed;
    }
    for (std::size_t i = 1; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(row_[at_ + i]);
        if ((byte & 0xC0) != 0x80) {
            return ill_formed;
        }
        code_point = code_point << 6 | (byte & 0x3F);
    }
    const bool is_surrogate = is_high_surrogate(code_point) || is_low_surrogate(code_point);
    if (code_point < smallest || code_point > 0x10FFFF || is_surrogate) {
        return ill_formed;
    }
    at_ += size;
    return std::nullopt;
}

}  // namespace

kernels::RowStatus check_row(std::string_view row, std::uint32_t max_depth,
                             std::vector<Token>& tokens) {
    tokens.clear();
    if (const Verdict verdict = Checker(row, max_depth, tokens).check()) {
        return {verdict->code, static_cast<std::uint32_t>(verdict->offset)};
    }
    return {ErrorCode::kOk, 0};
}

}  // namespace rowcast::reference
