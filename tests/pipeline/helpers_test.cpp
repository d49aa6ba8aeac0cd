#include "pipeline/helpers.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

namespace rowcast {
namespace {

// oneTBB would run no more threads than there are processors.
class HelpersTest : public testing::Test {
    tbb::global_control more_{tbb::global_control::max_allowed_parallelism, 8};
};

struct Shares {
    std::atomic<unsigned> runs[8] = {};
    std::thread::id caller = std::this_thread::get_id();
    std::atomic<bool> first_by_caller{false};
};

void count(void* context, std::size_t share) noexcept {
    auto& shares = *static_cast<Shares*>(context);
    ++shares.runs[share];
    if (share == 0) {
        shares.first_by_caller = std::this_thread::get_id() == shares.caller;
    }
}

TEST_F(HelpersTest, RunEveryShareOnceAndTheFirstByTheCaller) {
    for (const std::size_t threads : {1U, 2U, 5U, 8U}) {
        Helpers helpers(threads);
        ASSERT_EQ(helpers.threads(), threads);
        for (int time = 0; time != 50; ++time) {
            Shares shares;
            helpers.run(count, &shares);
            EXPECT_TRUE(shares.first_by_caller);
            for (std::size_t share = 0; share != 8; ++share) {
                EXPECT_EQ(shares.runs[share], share < threads ? 1U : 0U);
            }
        }
    }
}

TEST_F(HelpersTest, WorkAtTheSameTime) {
    Helpers helpers(3);
    std::atomic<unsigned> present{0};
    // Each share but the caller's is begun only by a thread that is free: so the first one waits
    // for the others, which is forbidden to real work.
    helpers.run(
        [](void* context, std::size_t /*share*/) noexcept {
            auto& met = *static_cast<std::atomic<unsigned>*>(context);
            ++met;
            const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
            while (met < 3 && std::chrono::steady_clock::now() < end) {
                std::this_thread::yield();
            }
            if (met < 3) {
                met = 100;
            }
        },
        &present);
    EXPECT_EQ(present, 3U);
}

TEST_F(HelpersTest, AreNoMoreThanAllowed) {
    const tbb::global_control fewer(tbb::global_control::max_allowed_parallelism, 2);
    EXPECT_EQ(Helpers(5).threads(), 2U);
    EXPECT_EQ(Helpers(0).threads(), 2U);
    EXPECT_EQ(Helpers(1).threads(), 1U);
    EXPECT_EQ(Helpers::unsupported_reason(0), nullptr);
}

}  // namespace
}  // namespace rowcast
