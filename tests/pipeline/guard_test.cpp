// Whole rows at guard pages, through every implementation: nothing is read beyond a row or before
// it, and nothing in it is written, wherever it ends and however it is aligned.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/cases/run_case.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/request.hpp"
#include "reference/nlohmann.hpp"
#include "tests/support/guarded_buffer.hpp"
#include "tests/support/implementation_test.hpp"
#include "tests/support/seed_expansion.hpp"

namespace rowcast {
namespace {

using namespace std::string_literals;

// Every type of token, with the short and the long, the plain and the escaped.
const std::vector<std::string>& tokens() {
    static const std::vector<std::string> kTokens = {
        "true",
        "false",
        "null",
        "0",
        "-12",
        "3.25e-17",
        "123456789012345678901234567890",
        "\"\"",
        "\"abc\"",
        "\"" + std::string(70, 'x') + "\"",
        R"("\"\\\/\b\f\n\r\t")",
        R"("\u00e9\uD83D\uDE00\u0000")",
        "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
        "\"" + test::repeated("\xE2\x82\xAC", 63) + "\"",
        "\"" + std::string(40, '\\') + "\"",
        "[]",
        "[1,[2,[3]]]",
        "{}",
        R"({"a_b":{"c_d":[]}})",
        R"({"user\u005fname":1,"__typename":2})",
        R"({"user_posts":[{"id":1,"post_title":"x"},null],"extra_data":{"r_k":1}})",
        "{\"" + test::repeated("long_key_", 80) + "\":1}",
    };
    return kTokens;
}

std::vector<std::shared_ptr<const Plan>> plans() {
    const auto schema = *Schema::parse(
        R"({"types":{"User":{"fields":{
            "user_posts":{"type_name":"Post","is_nested_object":true},
            "extra_data":{"type_name":"JSON"}}}}})");
    std::vector<std::shared_ptr<const Plan>> result;
    for (const KeyStyle keys : {KeyStyle::kCamel, KeyStyle::kRaw}) {
        for (const bool select : {false, true}) {
            RootOptions root;
            root.type = "User";
            root.keys = keys;
            if (select) {
                root.select = "{ value { aB userName } userPosts { post_title } a_b { cD } first }";
            }
            result.push_back(*Plan::compile({&root, 1}, schema));
        }
    }
    return result;
}

class Guard : public test::ImplementationTest {
  protected:
    cases::Outcome run(const Plan& plan, std::span<const std::uint8_t> place) {
        const kernels::Row row{place.data(), place.size()};
        cases::Outcome outcome;
        if (request_.run(plan, {&row, 1})) {
            outcome.bytes = request_.response();
        } else {
            outcome.kind = cases::Outcome::Kind::kRowError;
            outcome.row = request_.error().row;
            outcome.byte = request_.error().byte;
        }
        return outcome;
    }

    // What the row gives from ordinary memory.
    cases::Outcome expected(const Plan& plan, const std::string& text) {
        return cases::run(request_, plan, {&text, 1});
    }

    Request request_{implementation()};
    test::GuardedBuffer buffer_{8192};
};
ROWCAST_FOR_EACH_IMPLEMENTATION(Guard);

// The rows that a token is put into; %: the token.
constexpr std::string_view kRows[] = {
    "%",
    " % ",
    "[%]",
    R"({"value":%})",
    R"({"value": % , "user_posts": %})",
    R"({"first":1,"a_b":%,"__typename":%})",
};

std::string fill(std::string_view form, const std::string& token) {
    std::string text;
    for (const char c : form) {
        text += c == '%' ? token : std::string(1, c);
    }
    return text;
}

TEST_P(Guard, TruncatesEveryTokenAtEveryPlaceBeforeAGuardPage) {
    for (const auto& plan : plans()) {
        for (const std::string& token : tokens()) {
            for (const std::string_view form : kRows) {
                const std::string text = fill(form, token);
                for (std::size_t size = 0; size <= text.size(); ++size) {
                    const std::string cut = text.substr(0, size);
                    const cases::Outcome outcome = expected(*plan, cut);
                    const auto place = buffer_.at_end(std::string_view(cut));
                    ASSERT_TRUE(cases::same_answer(run(*plan, place), outcome))
                        << cut << "\n"
                        << cases::describe(outcome);
                    const auto start = buffer_.at_start(std::string_view(cut));
                    ASSERT_TRUE(cases::same_answer(run(*plan, start), outcome)) << cut;
                }
            }
        }
    }
}

TEST_P(Guard, DoesNotWriteToARow) {
    for (const auto& plan : plans()) {
        for (const std::string& token : tokens()) {
            const std::string text = fill(kRows[4], token);
            const cases::Outcome outcome = expected(*plan, text);
            buffer_.make_writable();
            const auto place = buffer_.at_end(std::string_view(text));
            buffer_.make_read_only();
            EXPECT_TRUE(cases::same_answer(run(*plan, place), outcome)) << text;
        }
    }
    buffer_.make_writable();
}

TEST_P(Guard, AnswersTheSameAtEveryAlignmentWhateverStandsAround) {
    for (const auto& plan : plans()) {
        for (const std::string& token : tokens()) {
            const std::string text = fill(kRows[5], token);
            const cases::Outcome outcome = expected(*plan, text);
            for (const char foreign : {'"', '0', '\x80', '}'}) {
                for (std::size_t offset = 0; offset != 64; ++offset) {
                    const auto around = buffer_.at_start(text.size() + 128);
                    std::fill(around.begin(), around.end(), static_cast<std::uint8_t>(foreign));
                    std::copy(text.begin(), text.end(),
                              around.begin() + static_cast<std::ptrdiff_t>(offset));
                    ASSERT_TRUE(cases::same_answer(run(*plan, around.subspan(offset, text.size())),
                                                   outcome))
                        << text << " at " << offset;
                }
            }
        }
    }
}

TEST_P(Guard, AnswersTheSameWhateverLengthPrecedesAToken) {
    const auto plan = plans()[0];
    for (const std::string& token : tokens()) {
        for (std::size_t before = 0; before <= 140; ++before) {
            const std::string text = "[\"" + std::string(before, 'x') + "\"," + token + "," +
                                     std::string(before, ' ') + token + "]";
            const cases::Outcome outcome = cases::run(request_, *plan, {&text, 1});
            ASSERT_EQ(outcome.kind, cases::Outcome::Kind::kResponse) << text;
            Request reference(reference::nlohmann());
            ASSERT_TRUE(cases::same_answer(outcome, cases::run(reference, *plan, {&text, 1})))
                << text;
            ASSERT_TRUE(
                cases::same_answer(run(*plan, buffer_.at_end(std::string_view(text))), outcome));
        }
    }
}

}  // namespace
}  // namespace rowcast
