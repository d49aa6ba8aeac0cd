#pragma once

// Tests of every kernel of every instruction set, against literals from the specification only.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/instruction_sets.hpp"
#include "kernels/status.hpp"
#include "kernels/table.hpp"
#include "tests/support/guarded_buffer.hpp"
#include "tests/support/required.hpp"
#include "tests/support/seed_expansion.hpp"

namespace rowcast::kernels {

// What a judging kernel is to say.
struct Verdict {
    ErrorCode code;
    std::size_t offset;
};

inline std::string set_name(const testing::TestParamInfo<const InstructionSet*>& info) {
    return std::string(info.param->name);
}

inline std::vector<const InstructionSet*> all_instruction_sets() {
    std::vector<const InstructionSet*> all;
    for (const InstructionSet& set : instruction_sets()) {
        all.push_back(&set);
    }
    return all;
}

class KernelTest : public testing::TestWithParam<const InstructionSet*> {
  protected:
    void SetUp() override {
        const std::string_view missing = missing_feature(*GetParam());
        if (!missing.empty()) {
            if (test::is_required(GetParam()->name)) {
                FAIL() << GetParam()->name << " is required, but this machine lacks " << missing;
            }
            GTEST_SKIP() << GetParam()->name << ": this machine lacks " << missing;
        }
    }

    static const KernelTable& table() { return *GetParam()->table; }

    // Calls `check` with the text where it ends at a guard page and where it starts behind one; the
    // page under it cannot be written to.
    template <class Check>
    void in_guarded_places(std::string_view text, Check check) {
        buffer_.make_writable();
        const auto at_end = buffer_.at_end(text);
        buffer_.make_read_only();
        check(at_end);
        buffer_.make_writable();
        const auto at_start = buffer_.at_start(text);
        buffer_.make_read_only();
        check(at_start);
    }

    // The same, cheaper: many texts in a row, writable.
    template <class Check>
    void at_both_guards(std::string_view text, Check check) {
        check(buffer_.at_end(text));
        check(buffer_.at_start(text));
    }

    // At every alignment modulo 64, with foreign bytes before and behind.
    template <class Check>
    void at_every_alignment(std::string_view text, char foreign, Check check) {
        for (std::size_t offset = 0; offset != 64; ++offset) {
            const auto place = buffer_.at_start(text.size() + 2 * 64);
            std::fill(place.begin(), place.end(), static_cast<std::uint8_t>(foreign));
            std::copy(text.begin(), text.end(),
                      place.begin() + static_cast<std::ptrdiff_t>(offset));
            check(std::span<const std::uint8_t>(place.subspan(offset, text.size())));
        }
    }

    test::GuardedBuffer buffer_{4096};
};

}  // namespace rowcast::kernels

#define ROWCAST_FOR_EACH_INSTRUCTION_SET(suite)                                             \
    INSTANTIATE_TEST_SUITE_P(Each, suite,                                                   \
                             testing::ValuesIn(::rowcast::kernels::all_instruction_sets()), \
                             ::rowcast::kernels::set_name)
