#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cases/transform_case.hpp"
#include "kernels/plan_view.hpp"
#include "pipeline/error.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/request.hpp"
#include "pipeline/result.hpp"

namespace rowcast::cases {

// What became of a request.
struct Outcome {
    enum class Kind : std::uint8_t {
        kResponse,   // `bytes`
        kRowError,   // `code`, `row`, `byte`
        kPlanError,  // `message`
        kMisuse,     // the implementation broke its contract; `message`
    };

    Kind kind = Kind::kResponse;
    std::string bytes;
    ErrorCode code = ErrorCode::kOk;
    std::size_t row = 0;
    std::size_t byte = 0;
    std::string message;
};

// The same response, or an error at the same row and byte. Messages are not compared.
bool same_answer(const Outcome& a, const Outcome& b) noexcept;

// In words, on one line, with bytes escaped where they do not print.
std::string describe(const Outcome& outcome);

// What differs: the first differing byte with what stands around it, or the two verdicts.
std::string describe_difference(std::string_view a_name, const Outcome& a, std::string_view b_name,
                                const Outcome& b);

// The case's plan.
Result<std::shared_ptr<const Plan>> compile(const TransformCase& transform_case);

// Each row in a heap block of exactly its size, so that AddressSanitizer sees a read beyond it.
class RowCopies {
  public:
    explicit RowCopies(std::span<const std::string> rows);

    std::span<const kernels::Row> rows() const noexcept { return rows_; }
    bool unchanged(std::span<const std::string> rows) const noexcept;

  private:
    std::vector<std::unique_ptr<std::uint8_t[]>> blocks_;
    std::vector<kernels::Row> rows_;
};

// Runs a compiled case with a request object that may have served others before.
Outcome run(Request& request, const Plan& plan, std::span<const std::string> rows);

// Compiles and runs a case with a request object of its own.
Outcome run(const Implementation& implementation, const TransformCase& transform_case);

}  // namespace rowcast::cases
