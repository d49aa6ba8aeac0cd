#include "tests/fuzz/mutate.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "tests/fuzz/case_bytes.hpp"
#include "workloads/random.hpp"

namespace rowcast::fuzz {

namespace {

using namespace std::string_view_literals;
using workloads::Random;

constexpr std::size_t kBlock = 64;  // the widest of any instruction set

constexpr std::string_view kRowTokens[] = {"{",
                                           "}",
                                           "[",
                                           "]",
                                           ":",
                                           ",",
                                           "\"",
                                           "\\",
                                           "{}",
                                           "[]",
                                           "[[",
                                           "]]",
                                           "{\"",
                                           "\"}",
                                           "\":",
                                           "\",\"",
                                           "\"a\":",
                                           ",\"a_b\":",
                                           "\"_\":",
                                           "\"__\":",
                                           "\"__typename\":",
                                           "\"__typename\":\"X\",",
                                           "\"_Typename_\":",
                                           "\"\":",
                                           "{\"a\":{",
                                           "{\"a\":[",
                                           "true",
                                           "false",
                                           "null",
                                           "tru",
                                           "nul",
                                           "fals",
                                           "n",
                                           "t",
                                           "truefalse",
                                           "nulll",
                                           "0",
                                           "-0",
                                           "-",
                                           "1",
                                           "01",
                                           "00",
                                           "10",
                                           "-01",
                                           "0.0",
                                           ".",
                                           "1.",
                                           ".5",
                                           "1.5.5",
                                           "1e5",
                                           "1E+10",
                                           "1e400",
                                           "1e",
                                           "12345678901234567890",
                                           "_",
                                           "__",
                                           "_a",
                                           "a_",
                                           "_1",
                                           "_\xC3\xA9",
                                           "\\\\",
                                           "\\\"",
                                           "\\/",
                                           "\\n",
                                           "\\u0000",
                                           "\\u005f",
                                           "\\u0041",
                                           "\\ud83d",
                                           "\\ude00",
                                           "\\ud83d\\ude00",
                                           "\\u12",
                                           "\\x",
                                           " ",
                                           "\n",
                                           "\t",
                                           "\r",
                                           "  ",
                                           " : ",
                                           " , ",
                                           "\x00"sv,
                                           "\x01",
                                           "\x1F",
                                           "\x7F",
                                           "\x80",
                                           "\xBF",
                                           "\xC3\xA9",
                                           "\xC0\x80",
                                           "\xE2\x82\xAC",
                                           "\xE2\x82",
                                           "\xED\xA0\x80",
                                           "\xEF\xBB\xBF",
                                           "\xF0\x9F\x98\x80",
                                           "\xF0\x9F",
                                           "\xF4\x90\x80\x80",
                                           "\xFF"};
constexpr std::string_view kGraphqlTokens[] = {"{",
                                               "}",
                                               ":",
                                               ",",
                                               "#",
                                               "\n",
                                               "# }\n",
                                               " ",
                                               "{ a }",
                                               "{a{b}}",
                                               "a:",
                                               "b: a",
                                               "a a",
                                               "__typename",
                                               "t: __typename",
                                               "_",
                                               "__",
                                               "(",
                                               ")",
                                               "@",
                                               "...",
                                               "... on T",
                                               "$",
                                               "\"",
                                               "a_b",
                                               "aB",
                                               "1",
                                               "!",
                                               "\xEF\xBB\xBF",
                                               "\xC3\xA9",
                                               "\x00"sv,
                                               "id",
                                               "user_id"};
constexpr std::string_view kJsonPlanTokens[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "[]",
    "{}",
    "[[]]",
    "[\"\"]",
    "[\"a\"]",
    "[\"a\",\"b\"]",
    "\"a\"",
    "\"a.b\"",
    "\"a.b.c\"",
    ".",
    "..",
    "\"materialized_path\":",
    "\"alias\":",
    "{\"materialized_path\":\"a.b\",\"alias\":\"a.c\"}",
    "{\"materialized_path\":\"a\"}",
    "\"types\":",
    "\"fields\":",
    "\"type_name\":",
    "\"is_nested_object\":",
    "\"is_list\":",
    "true",
    "false",
    "null",
    "1",
    "1e999",
    "\"__typename\"",
    "\"User\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"a\":{\"type_name\":\"T\",\"is_nested_object\":true}",
    "\"T\":{\"fields\":{}},",
    "\xFF"};
constexpr std::string_view kNameTokens[] = {
    "_", "__", "a", "B", "\"", "\\", "\xFF", "\x1F", "\n", "\xC3\xA9", "\xED\xA0\x80", "\x00"sv};

std::string_view pick(Random& random, std::span<const std::string_view> tokens) {
    return tokens[random.below(tokens.size())];
}

std::size_t below(Random& random, std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(random.below(bound));
}

// Lengths near the borders of blocks, and small ones.
std::size_t run_length(Random& random) {
    if (random.chance(40)) {
        return 1 + below(random, 8);
    }
    return kBlock * (1 + below(random, random.chance(85) ? 2 : 12)) - 4 + below(random, 9);
}

std::string repeated(std::string_view pattern, std::size_t size) {
    std::string text;
    while (!pattern.empty() && text.size() < size) {
        text += pattern;
    }
    return text;
}

// What may stand in a string for a long time.
std::string string_run(Random& random) {
    constexpr std::string_view kPatterns[] = {"a",  "_",    "a_",   "_a",       "A",
                                              "9",  "\\\\", "\\\"", "\xC3\xA9", "\xE2\x82\xAC",
                                              "{[", ",:",   "\\n",  "\\u00e9",  "\xF0\x9F\x98\x80"};
    return repeated(pick(random, kPatterns), run_length(random));
}

// A span of the text, not too long.
std::pair<std::size_t, std::size_t> span_of(Random& random, std::string_view text,
                                            std::size_t longest = 200) {
    const std::size_t begin = below(random, text.size());
    const std::size_t size = std::min(text.size() - begin, std::min(longest, text.size()));
    return {begin, below(random, size + 1)};
}

// A string of the text with its quotes or without, or any span of it.
std::string_view borrow(Random& random, std::string_view text) {
    const std::size_t from = below(random, text.size());
    const std::size_t open = text.find('"', from);
    const std::size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos || random.chance(20)) {
        const auto [begin, size] = span_of(random, text, 40);
        return text.substr(begin, size);
    }
    return random.chance(50) ? text.substr(open, close + 1 - open)
                             : text.substr(open + 1, close - open - 1);
}

class Mutator {
  public:
    Mutator(Random& random, std::vector<std::string>& sections, Focus focus,
            ChangeBytes change_bytes)
        : random_(random), sections_(sections), focus_(focus), change_bytes_(change_bytes) {}

    void once() {
        const std::size_t section = choose_section();
        if (section == kOptions) {
            options();
        } else if (random_.chance(25)) {
            bytes(sections_[section]);
        } else if (random_.chance(15)) {
            lend(sections_[section]);
        } else if (section >= kFirstRow && random_.chance(4)) {
            rows(section);
        } else {
            text(sections_[section], tokens_of(section));
        }
    }

  private:
    std::size_t choose_section() {
        if (random_.chance(8)) {
            return kOptions;
        }
        const bool has_rows = sections_.size() > kFirstRow;
        if (focus_ == Focus::kRows && has_rows && !random_.chance(12)) {
            return kFirstRow + below(random_, sections_.size() - kFirstRow);
        }
        if (random_.chance(15)) {
            return random_.chance(50) ? kField : kType;
        }
        return random_.chance(focus_ == Focus::kRows ? 60 : 40) ? kSchema : kSelection;
    }

    std::span<const std::string_view> tokens_of(std::size_t section) const {
        if (section >= kFirstRow) {
            return kRowTokens;
        }
        if (section == kField || section == kType) {
            return kNameTokens;
        }
        const bool graphql =
            section == kSelection && sections_[kOptions].find('g') != std::string::npos;
        return graphql ? std::span<const std::string_view>(kGraphqlTokens)
                       : std::span<const std::string_view>(kJsonPlanTokens);
    }

    void options() {
        std::string& text = sections_[kOptions];
        if (random_.chance(20)) {
            std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
            if (random_.chance(80)) {
                text += std::to_string(below(random_, random_.chance(80) ? 9 : 140));
            }
            return;
        }
        const char letter = kOptionLetters[below(random_, kOptionLetters.size())];
        if (std::erase(text, letter) == 0) {
            text += letter;
        }
    }

    // Bytes as libFuzzer changes them.
    void bytes(std::string& text) {
        if (change_bytes_ == nullptr) {
            return;
        }
        const std::size_t size = text.size();
        text.resize(std::max<std::size_t>(size + 64, 64));
        text.resize(change_bytes_(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
    }

    // Something of another section, such as a row's key for the selection.
    void lend(std::string& text) {
        const std::string& other = sections_[kType + below(random_, sections_.size() - kType)];
        const std::string borrowed(borrow(random_, other));
        text.insert(below(random_, text.size() + 1), borrowed);
    }

    void rows(std::size_t section) {
        const auto at = sections_.begin() + static_cast<std::ptrdiff_t>(section);
        if (random_.chance(50) && sections_.size() > kFirstRow + 1) {
            sections_.erase(at);
        } else {
            const std::string copy = *at;
            sections_.insert(at, copy);
        }
    }

    void text(std::string& text, std::span<const std::string_view> tokens) {
        const std::size_t at = place(text);
        switch (random_.below(14)) {
            case 0:
            case 1:
            case 2:
                text.insert(at, pick(random_, tokens));
                break;
            case 3: {  // over what is there
                const std::string_view token = pick(random_, tokens);
                text.replace(at, std::min(token.size(), text.size() - at), token);
                break;
            }
            case 4: {  // one token behind itself or in a list, to the limits of what counts them
                std::string token(pick(random_, tokens));
                token += random_.chance(50) ? "," : "";
                text.insert(at, repeated(token, run_length(random_)));
                break;
            }
            case 5: {
                const auto [begin, size] = span_of(random_, text);
                const std::string copy = text.substr(begin, size);
                text.insert(at, random_.chance(70) ? copy : repeated(copy, run_length(random_)));
                break;
            }
            case 6: {
                const auto [begin, size] = span_of(random_, text);
                text.erase(begin, size);
                break;
            }
            case 7:
                if (random_.chance(50)) {
                    text.resize(at);
                } else {
                    text.erase(0, at);
                }
                break;
            case 8: {
                constexpr std::string_view kBlanks[] = {" ", "\n", "\t", "\r", " \n"};
                text.insert(at, repeated(pick(random_, kBlanks),
                                         random_.chance(60) ? 1 : run_length(random_)));
                break;
            }
            case 9:
                text.insert(at, string_run(random_));
                break;
            case 10:
                add_elements(text, at);
                break;
            case 11:
                shift(text);
                break;
            case 12:
                if (at != text.size()) {
                    text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^
                                                 (1U << random_.below(8)));
                }
                break;
            default: {
                const auto [begin, size] = span_of(random_, text, 20);
                std::reverse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                             text.begin() + static_cast<std::ptrdiff_t>(begin + size));
                break;
            }
        }
    }

    // Members or elements where there are some already: one with a long string, or many of a kind.
    void add_elements(std::string& text, std::size_t at) {
        const std::size_t opener = text.find_first_of("{[,", at);
        if (opener == std::string::npos) {
            return;
        }
        constexpr std::string_view kElements[] = {"n",  "t",  "null", "true", "false",
                                                  "0",  "-1", "0.5",  "1e1",  "\"\"",
                                                  "{}", "[]", "\"_\""};
        const std::string key = random_.chance(40) ? "\"a_b\":" : "";
        const std::string run = "\"" + string_run(random_) + "\"";
        if (random_.chance(50)) {
            const std::string element = key + std::string(pick(random_, kElements)) + ",";
            text.insert(opener + 1, repeated(element, run_length(random_)));
        } else {
            text.insert(opener + 1, run + (random_.chance(70) ? ":0," : ","));
        }
    }

    // Moves all that is in a container by up to a block.
    void shift(std::string& text) {
        const std::size_t size = 1 + below(random_, kBlock);
        const std::size_t opener = text.find_first_of("{[");
        if (opener == std::string::npos || random_.chance(20)) {
            text.insert(0, size, ' ');
        } else if (text[opener] == '{') {
            text.insert(opener + 1, "\"" + std::string(size, 'k') + "\":0,");
        } else {
            text.insert(opener + 1, "\"" + std::string(size, 'k') + "\",");
        }
    }

    // Anywhere, but often where a block ends or begins.
    std::size_t place(const std::string& text) {
        const std::size_t blocks = text.size() / kBlock;
        if (blocks != 0 && random_.chance(40)) {
            const std::size_t at = kBlock * (1 + below(random_, blocks));
            return std::min(text.size(), at - 3 + below(random_, 6));
        }
        return below(random_, text.size() + 1);
    }

    Random& random_;
    std::vector<std::string>& sections_;
    Focus focus_;
    ChangeBytes change_bytes_;
};

// Takes rows, then ends of the longest texts, away.
std::string fit(std::vector<std::string> sections, std::size_t limit) {
    std::string bytes = join(sections);
    while (bytes.size() > limit) {
        const std::size_t excess = bytes.size() - limit;
        const auto longest =
            std::max_element(sections.begin(), sections.end(),
                             [](const auto& a, const auto& b) { return a.size() < b.size(); });
        if (longest->empty()) {
            bytes.resize(limit);
            return bytes;
        }
        longest->resize(longest->size() - std::min(excess, longest->size()));
        bytes = join(sections);
    }
    return bytes;
}

}  // namespace

std::string mutate(std::string_view bytes, std::size_t limit, std::uint64_t seed, Focus focus,
                   ChangeBytes change_bytes) {
    Random random(seed);
    std::vector<std::string> sections = split(bytes);
    if (sections.size() < kFirstRow) {
        sections.resize(kFirstRow);
    }
    if (focus == Focus::kPlan) {
        sections.resize(kFirstRow);
    } else if (sections.size() == kFirstRow) {
        sections.emplace_back("{}");
    }
    Mutator mutator(random, sections, focus, change_bytes);
    const std::size_t times = 1 + below(random, random.chance(70) ? 2 : 5);
    for (std::size_t i = 0; i != times; ++i) {
        mutator.once();
    }
    return fit(std::move(sections), limit);
}

std::string cross_over(std::string_view a, std::string_view b, std::size_t limit,
                       std::uint64_t seed) {
    Random random(seed);
    std::vector<std::string> result = split(a);
    const std::vector<std::string> other = split(b);
    const std::size_t plain = std::min({result.size(), other.size(), std::size_t{kFirstRow}});
    if (random.chance(50)) {  // a schema and a selection mean most together
        std::copy_n(other.begin(), plain, result.begin());
    }
    if (other.size() > kFirstRow && result.size() > kFirstRow) {
        const std::string& from = other[kFirstRow + below(random, other.size() - kFirstRow)];
        std::string& into = result[kFirstRow + below(random, result.size() - kFirstRow)];
        if (random.chance(30)) {
            result.push_back(from);
        } else {
            into = into.substr(0, below(random, into.size() + 1)) +
                   from.substr(below(random, from.size() + 1));
        }
    }
    return fit(std::move(result), limit);
}

}  // namespace rowcast::fuzz
