// Rows whose size, depth or number of keys is extreme.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/cases/run_case.hpp"
#include "kernels/instruction_sets.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "tests/support/implementation_test.hpp"
#include "tests/support/small_stack.hpp"

namespace rowcast {
namespace {

using cases::Outcome;
using cases::TransformCase;

class Huge : public test::ImplementationTest {
  protected:
    // Not with EXPECT_EQ: it would print megabytes.
    static void expect_response(const TransformCase& transform, const std::string& expected) {
        const Outcome outcome = cases::run(implementation(), transform);
        ASSERT_EQ(outcome.kind, Outcome::Kind::kResponse) << outcome.message;
        Outcome right;
        right.bytes = expected;
        EXPECT_TRUE(cases::same_answer(outcome, right))
            << cases::describe_difference("answered", outcome, "expected", right);
    }

    static void expect_error(const TransformCase& transform, std::size_t byte, ErrorCode code) {
        const Outcome outcome = cases::run(implementation(), transform);
        ASSERT_EQ(outcome.kind, Outcome::Kind::kRowError);
        EXPECT_EQ(outcome.byte, byte);
        EXPECT_EQ(outcome.code, code);
    }

    static TransformCase bare(std::string row) {
        TransformCase transform;
        transform.single = true;
        transform.wrap = false;
        transform.rows = {std::move(row)};
        return transform;
    }
};
ROWCAST_FOR_EACH_IMPLEMENTATION(Huge);

TEST_P(Huge, AMillionBracketsDeep) {
    constexpr std::size_t kDepth = 1000000;
    TransformCase transform = bare(std::string(kDepth, '[') + std::string(kDepth, ']'));
    test::on_a_small_stack([&] {
        transform.max_depth = kDepth;
        expect_response(transform, transform.rows[0]);
        transform.max_depth = kDepth - 1;
        expect_error(transform, kDepth - 1, ErrorCode::kTooDeep);
        transform.max_depth = kDepth + 1;
        transform.rows[0].pop_back();
        expect_error(transform, 2 * kDepth - 1, ErrorCode::kExpectedCommaOrArrayEnd);
    });
}

TEST_P(Huge, AMillionObjectsDeepWithATypeAndASelection) {
    constexpr std::size_t kDepth = 1000000;
    std::string row;
    for (std::size_t i = 0; i != kDepth; ++i) {
        row += R"({"a_":)";
    }
    row += "1" + std::string(kDepth, '}');
    TransformCase transform = bare(row);
    transform.max_depth = kDepth;
    std::string expected;
    for (std::size_t i = 0; i != kDepth; ++i) {
        expected += R"({"a":)";
    }
    expected += "1" + std::string(kDepth, '}');
    test::on_a_small_stack([&] { expect_response(transform, expected); });
    transform.select = "{ a { a { a } } }";
    test::on_a_small_stack([&] { expect_response(transform, expected); });
    transform.schema =
        R"({"types":{"T":{"fields":{"a_":{"type_name":"T","is_nested_object":true}}}}})";
    transform.type = "T";
    transform.select.reset();
    std::string typed;
    for (std::size_t i = 0; i != kDepth; ++i) {
        typed += R"({"__typename":"T","a":)";
    }
    typed += "1" + std::string(kDepth, '}');
    test::on_a_small_stack([&] { expect_response(transform, typed); });
}

TEST_P(Huge, DepthIsCountedInArraysAndObjectsAlike) {
    for (const std::uint32_t limit : {0U, 1U, 2U, 7U, 62U, 63U, 64U, 65U, 128U}) {
        for (std::uint32_t depth = limit < 4 ? 0 : limit - 4; depth != limit + 3; ++depth) {
            for (const std::uint32_t first : {0U, 1U}) {  // 0: an array is the outermost
                std::string row;
                std::string closing;
                std::size_t too_deep = 0;  // the first bracket too many
                for (std::uint32_t i = 0; i != depth; ++i) {
                    const bool is_array = (i + first) % 2 == 0;
                    too_deep = i == limit ? row.size() : too_deep;
                    row += is_array ? "[" : "{\"a\":";
                    closing.insert(closing.begin(), is_array ? ']' : '}');
                }
                TransformCase transform = bare(row + "1" + closing);
                transform.max_depth = limit;
                transform.single = false;
                transform.rows.push_back(transform.rows[0]);
                for (const char* select : {"", "{ a { a } }", "{ other }"}) {
                    if (*select != '\0') {
                        transform.select = select;
                    }
                    const Outcome outcome = cases::run(implementation(), transform);
                    if (depth <= limit) {
                        EXPECT_EQ(outcome.kind, Outcome::Kind::kResponse) << limit;
                    } else {
                        ASSERT_EQ(outcome.kind, Outcome::Kind::kRowError) << limit;
                        EXPECT_EQ(outcome.code, ErrorCode::kTooDeep);
                        EXPECT_EQ(outcome.row, 0U);
                        EXPECT_EQ(outcome.byte, too_deep);
                    }
                }
            }
        }
    }
}

TEST_P(Huge, AHundredThousandKeysOfWhichTenThousandAreSelected) {
    constexpr std::size_t kKeys = 100000;
    std::string row = "{";
    std::string all = "{";
    for (std::size_t i = 0; i != kKeys; ++i) {
        const std::string number = std::to_string(i);
        row += (i == 0 ? "\"key_" : ",\"key_") + number + "_x\":" + number;
        all += (i == 0 ? "\"key" : ",\"key") + number + "X\":" + number;
    }
    TransformCase transform = bare(row + "}");
    expect_response(transform, all + "}");
    std::string select = "{";
    std::string selected = "{";
    for (std::size_t i = kKeys; i != 0; i -= 10) {
        const std::string number = std::to_string(i - 10);
        select += " key" + number + "X";
        selected += (i == kKeys ? "\"key" : ",\"key") + number + "X\":" + number;
    }
    transform.select = select + " }";
    expect_response(transform, selected + "}");
}

TEST_P(Huge, KeysOfAMegabyte) {
    std::string key;
    std::string camel;
    while (key.size() < 1000000) {
        key += key.empty() ? "word" : "_word";
        camel += camel.empty() ? "word" : "Word";
    }
    TransformCase transform = bare("{\"" + key + "\":1}");
    expect_response(transform, "{\"" + camel + "\":1}");
    transform.keys = KeyStyle::kRaw;
    expect_response(transform, "{\"" + key + "\":1}");
    transform.select = "{ k: " + key + " }";
    expect_response(transform, R"({"k":1})");
    // Told apart at the last byte.
    transform.select = "{ k: " + key + "s }";
    expect_response(transform, R"({"k":null})");
    // The same key escaped from its first character on.
    transform.select = "{ k: " + key + " }";
    transform.rows = {"{\"\\u0077" + key.substr(1) + "\":1}"};
    expect_response(transform, R"({"k":1})");
    transform.select.reset();
    transform.keys = KeyStyle::kCamel;
    expect_response(transform, "{\"" + camel + "\":1}");
}

TEST_P(Huge, StringsAndNumbersOfMegabytes) {
    const std::string plain = "\"" + std::string(3000000, 'x') + "\"";
    expect_response(bare(plain), plain);
    std::string mixed = "\"";
    while (mixed.size() < 3000000) {
        mixed += R"(\u00e9\\\"é€😀 plain text of some length )";
    }
    mixed += "\"";
    expect_response(bare(" " + mixed + " "), mixed);
    expect_error(bare(plain.substr(0, plain.size() - 1)), plain.size() - 1,
                 ErrorCode::kUnterminatedString);
    std::string number = "0.";
    number.append(1000000, '3');
    expect_response(bare(number), number);
}

TEST_P(Huge, MegabytesOfWhitespaceBetweenTokens) {
    const std::string gap(500000, ' ');
    expect_response(
        bare(gap + "{" + gap + "\"a\"" + gap + ":" + gap + "[" + gap + "]" + gap + "}" + gap),
        R"({"a":[]})");
    expect_error(bare(gap), gap.size(), ErrorCode::kExpectedValue);
}

TEST_P(Huge, AHundredThousandRows) {
    const auto plan = *[] {
        RootOptions root;
        root.type = "T";
        return Plan::compile({&root, 1}, nullptr);
    }();
    constexpr std::size_t kRows = 100000;
    std::vector<std::string> texts;
    std::string expected = R"({"data":{"data":[)";
    for (std::size_t i = 0; i != kRows; ++i) {
        const std::string number = std::to_string(i);
        texts.push_back("{\"row_number\": " + number + "}");
        expected +=
            (i == 0 ? R"({"__typename":"T","rowNumber":)" : R"(,{"__typename":"T","rowNumber":)") +
            number + "}";
    }
    expected += "]}}";
    Request request(implementation());
    Outcome right;
    right.bytes = expected;
    const Outcome outcome = cases::run(request, *plan, texts);
    EXPECT_TRUE(cases::same_answer(outcome, right))
        << cases::describe_difference("answered", outcome, "expected", right);
    texts[kRows - 2] = "{";
    const Outcome bad = cases::run(request, *plan, texts);
    EXPECT_EQ(bad.kind, Outcome::Kind::kRowError);
    EXPECT_EQ(bad.row, kRows - 2);
    EXPECT_EQ(bad.byte, 1U);
}

// The whole of an address range is the same few pages of blanks.
class Blanks {
  public:
    explicit Blanks(std::size_t size) : mapped_((size + kPiece - 1) / kPiece * kPiece) {
        const int file = memfd_create("blanks", 0);
        void* const range = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (file < 0 || ftruncate(file, kPiece) != 0 || range == MAP_FAILED) {
            std::abort();
        }
        data_ = static_cast<std::uint8_t*>(range);
        for (std::size_t at = 0; at != mapped_; at += kPiece) {
            const int protection = at == 0 ? PROT_READ | PROT_WRITE : PROT_READ;
            if (mmap(data_ + at, kPiece, protection, MAP_SHARED | MAP_FIXED, file, 0) ==
                MAP_FAILED) {
                std::abort();
            }
        }
        std::fill_n(data_, kPiece, std::uint8_t{' '});
        close(file);
    }
    ~Blanks() { munmap(data_, mapped_); }
    Blanks(const Blanks&) = delete;
    Blanks& operator=(const Blanks&) = delete;

    const std::uint8_t* data() const noexcept { return data_; }

  private:
    static constexpr std::size_t kPiece = std::size_t{1} << 22U;

    std::size_t mapped_;
    std::uint8_t* data_;
};

// The longest row there may be. Only implementations that ship: the reference is too slow for it.
TEST(LongestRow, IsJudgedToItsLastByte) {
#if defined(ROWCAST_TEST_SLOW_BUILD)
    GTEST_SKIP() << "too slow in an instrumented or unoptimised build";
#endif
    constexpr std::size_t kLongest = std::numeric_limits<std::uint32_t>::max();
    const Blanks blanks(kLongest);
    for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
        if (!kernels::missing_feature(set).empty()) {
            continue;
        }
        const Implementation* const implementation = find_implementation(set.name);
        ASSERT_NE(implementation, nullptr);
        RootOptions root;
        const auto plan = *Plan::compile({&root, 1}, nullptr);
        Request request(*implementation);
        const kernels::Row row{blanks.data(), kLongest};
        EXPECT_FALSE(request.run(*plan, {&row, 1}));
        EXPECT_EQ(request.error().code, ErrorCode::kExpectedValue);
        EXPECT_EQ(request.error().byte, kLongest) << set.name;
    }
}

}  // namespace
}  // namespace rowcast
