#pragma once

// Tests of selections over rows in batches, as the vector sets find them: whatever a row is, the answer
// is the walk's.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/plan.hpp"
#include "tests/kernels/kernel_test.hpp"
#include "tests/support/guarded_buffer.hpp"
#include "tests/support/guarded_memory.hpp"

namespace rowcast::kernels {

struct Answer {
    std::string response;
    std::size_t row;
    ErrorCode code;
    std::size_t offset;

    bool operator==(const Answer&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Answer& answer) {
    return out << answer.response << " row " << answer.row << " byte " << answer.offset;
}

// Memory that is enough and does not grow.
struct Enough {
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(1 << 20);
    std::vector<std::uint8_t> more = std::vector<std::uint8_t>(1 << 20);
    Output output{bytes.data(), bytes.data(), bytes.data() + bytes.size(),
                  [](Output*, std::size_t) noexcept { return ErrorCode::kOutOfMemory; }};
    Memo memo;
    Scratch scratch{more.data(), more.data() + more.size(), nullptr,
                    [](Scratch*, std::size_t, ErrorCode* code) noexcept -> void* {
                        *code = ErrorCode::kOutOfMemory;
                        return nullptr;
                    },
                    &memo};
};

inline std::vector<Row> rows_of(const std::vector<std::string>& texts) {
    std::vector<Row> rows;
    for (const std::string& text : texts) {
        rows.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    return rows;
}

class SelectionTest : public KernelTest {
  protected:
    // Of rows of which the last one ends at a guard page.
    Answer answer_of(const KernelTable& table, const std::vector<std::string>& rows) {
        std::vector<Row> views = rows_of(rows);
        views.back().data = last_row_.at_end(rows.back()).data();
        memory_.output.cursor = memory_.output.begin;
        const ScratchMark unused = mark(memory_.scratch);
        const BatchStatus status = table.transform_select_camel(
            plan_->roots()[0].view, views.data(), views.size(), memory_.output, memory_.scratch);
        rewind(memory_.scratch, unused);
        const bool is_good = status.status.code == ErrorCode::kOk;
        return {is_good ? std::string(memory_.output.begin, memory_.output.cursor) : "", status.row,
                status.status.code, status.status.offset};
    }
    Answer answer_of(const std::vector<std::string>& rows) { return answer_of(table(), rows); }
    Answer walks_answer(const std::vector<std::string>& rows) {
        return answer_of(*instruction_sets().back().table, rows);
    }

    // One growth or allocation after the other fails: that is said, until there is none left to fail.
    void expect_memory_to_run_out(const std::vector<std::string>& texts) {
        const std::vector<Row> rows = rows_of(texts);
        const std::string expected = walks_answer(texts).response;
        for (const bool is_output : {true, false}) {
            for (std::size_t failing = 1;; ++failing) {
                test::GuardedOutput output;
                test::GuardedScratch scratch;
                if (is_output) {
                    output.fail_growth(failing);
                } else {
                    scratch.fail_allocation(failing);
                }
                const BatchStatus status =
                    table().transform_select_camel(plan().roots()[0].view, rows.data(), rows.size(),
                                                   output.output(), scratch.scratch());
                if (status.status.code == ErrorCode::kOk) {
                    EXPECT_GT(failing, 1U);
                    EXPECT_EQ(output.bytes(), expected);
                    break;
                }
                ASSERT_EQ(status.status.code, ErrorCode::kOutOfMemory);
            }
        }
    }

    // Brackets, quotes, colons and commas, and bytes that look like brackets at a glance, in the place
    // of each byte of a row.
    void expect_the_walks_answer_whichever_byte_is_changed(const std::string& good) {
        constexpr std::string_view kBytes =
            "{}[]\",: \\yY_\x7F"
            "0n";
        for (std::size_t at = 0; at != good.size(); ++at) {
            for (const char byte : kBytes) {
                std::string changed = good;
                changed[at] = byte;
                const std::vector<std::string> rows = {good, good, changed};
                ASSERT_EQ(answer_of(rows), walks_answer(rows)) << changed;
            }
        }
    }

    void expect_the_walks_answer_wherever_it_is_cut_or_doubled(const std::string& good) {
        for (std::size_t at = 0; at != good.size(); ++at) {
            for (const std::string& row :
                 {good.substr(0, at), good.substr(at), good.substr(0, at) + good.substr(at / 2)}) {
                const std::vector<std::string> rows = {good, row};
                ASSERT_EQ(answer_of(rows), walks_answer(rows)) << row;
            }
        }
    }

    const Plan& plan() const { return *plan_; }
    // From now on; the plan before it is gone.
    void use(const RootOptions& root, std::string_view schema) {
        plan_ = *Plan::compile({&root, 1}, *Schema::parse(schema));
    }

  private:
    std::shared_ptr<const Plan> plan_;
    test::GuardedBuffer last_row_{1 << 20};
    Enough memory_;
};

}  // namespace rowcast::kernels
