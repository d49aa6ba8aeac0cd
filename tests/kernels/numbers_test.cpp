// Numbers and literals (RFC 8259, sections 3 and 6).

#include <string>

#include "tests/kernels/kernel_test.hpp"

namespace rowcast::kernels {
namespace {

struct ScalarCase {
    std::string text;
    Verdict verdict;
};

constexpr Verdict good(std::size_t length) { return {ErrorCode::kOk, length}; }
constexpr Verdict digit_expected(std::size_t offset) { return {ErrorCode::kExpectedDigit, offset}; }
constexpr Verdict bad_literal(std::size_t offset) { return {ErrorCode::kBadLiteral, offset}; }

const std::vector<ScalarCase>& number_cases() {
    static const std::vector<ScalarCase> kCases = {
        {"0", good(1)},
        {"-0", good(2)},
        {"7", good(1)},
        {"10", good(2)},
        {"-12", good(3)},
        {"1234567890123456789012345678901234567890", good(40)},
        {"0.5", good(3)},
        {"-0.0", good(4)},
        {"1.25", good(4)},
        {"1e5", good(3)},
        {"1E5", good(3)},
        {"1e+05", good(5)},
        {"1e-5", good(4)},
        {"0e0", good(3)},
        {"-1.5E-10", good(8)},
        {"1e400", good(5)},
        // What follows is not judged.
        {"01", good(1)},
        {"-01", good(2)},
        {"1x", good(1)},
        {"1.5.6", good(3)},
        {"1e5e", good(3)},
        {"1-2", good(1)},
        {"0x10", good(1)},
        // Errors.
        {"-", digit_expected(1)},
        {"-x", digit_expected(1)},
        {"--1", digit_expected(1)},
        {"-.5", digit_expected(1)},
        {"1.", digit_expected(2)},
        {"1.e5", digit_expected(2)},
        {"0.x", digit_expected(2)},
        {"1e", digit_expected(2)},
        {"1e+", digit_expected(3)},
        {"1E-x", digit_expected(3)},
        {"1.5e", digit_expected(4)},
        {"1e+-5", digit_expected(3)},
    };
    return kCases;
}

const std::vector<ScalarCase>& literal_cases() {
    static const std::vector<ScalarCase> kCases = {
        {"true", good(4)},        {"false", good(5)},        {"null", good(4)},
        {"truex", good(4)},       {"nullnull", good(4)},     {"t", bad_literal(1)},
        {"tru", bad_literal(3)},  {"trux", bad_literal(3)},  {"tRue", bad_literal(1)},
        {"fals", bad_literal(4)}, {"falsy", bad_literal(4)}, {"f", bad_literal(1)},
        {"n", bad_literal(1)},    {"nul", bad_literal(3)},   {"nil", bad_literal(1)},
        {"nulL", bad_literal(3)},
    };
    return kCases;
}

class Scalars : public KernelTest {
  protected:
    using Judge = RowStatus (*)(const std::uint8_t*, std::size_t) noexcept;

    void expect(Judge judge, const std::string& text, Verdict verdict) {
        at_both_guards(text, [&](std::span<const std::uint8_t> place) {
            const RowStatus status = judge(place.data(), place.size());
            ASSERT_EQ(status.code, verdict.code) << text;
            ASSERT_EQ(status.offset, verdict.offset) << text;
        });
    }

    void expect_all(Judge judge, const std::vector<ScalarCase>& seeds) {
        for (const ScalarCase& seed : seeds) {
            for (const char foreign : {'0', '.', 'e', 'l', '\xFF'}) {
                at_every_alignment(seed.text, foreign, [&](std::span<const std::uint8_t> place) {
                    const RowStatus status = judge(place.data(), place.size());
                    ASSERT_EQ(status.code, seed.verdict.code) << seed.text;
                    ASSERT_EQ(status.offset, seed.verdict.offset) << seed.text;
                });
            }
            expect(judge, seed.text, seed.verdict);
            // Behind it stands what may stand behind a value.
            for (const std::string_view behind : {",", "]", "}", " ", "\n"}) {
                for (std::size_t size = 1; size != 80; ++size) {
                    if (seed.verdict.offset < seed.text.size() ||
                        seed.verdict.code == ErrorCode::kOk) {
                        expect(judge, seed.text + test::repeated(behind, size), seed.verdict);
                    }
                }
            }
        }
    }
};
ROWCAST_FOR_EACH_INSTRUCTION_SET(Scalars);

TEST_P(Scalars, NumbersAreJudgedAtEveryAlignmentAndEnd) {
    expect_all(table().validate_number, number_cases());
}

TEST_P(Scalars, LiteralsAreJudgedAtEveryAlignmentAndEnd) {
    expect_all(table().validate_literal, literal_cases());
}

TEST_P(Scalars, LongNumbersAreJudgedWhole) {
    for (std::size_t digits = 1; digits != 300; ++digits) {
        const std::string run = test::repeated("1234567890", digits);
        expect(table().validate_number, run, good(digits));
        expect(table().validate_number, "-" + run, good(digits + 1));
        expect(table().validate_number, "0." + run, good(digits + 2));
        expect(table().validate_number, "0." + run + "e" + run, good(2 * digits + 3));
        expect(table().validate_number, run + ".", digit_expected(digits + 1));
        expect(table().validate_number, run + ".x", digit_expected(digits + 1));
        expect(table().validate_number, run + "e", digit_expected(digits + 1));
        expect(table().validate_number, run + "e+", digit_expected(digits + 2));
        expect(table().validate_number, run + "/", good(digits));
        expect(table().validate_number, run + ":", good(digits));
    }
}

}  // namespace
}  // namespace rowcast::kernels
