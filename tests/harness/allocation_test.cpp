#include "harness/measure/allocation.hpp"

#include <malloc.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

// Keeps the compiler from removing an allocation that nothing looks at.
template <class Pointer>
Pointer keep(Pointer pointer) {
    asm volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

bool is_sanitized() { return allocation_source().name == "sanitizer hooks"; }

class AllocationScopeTest : public testing::Test {
  protected:
    void SetUp() override {
        const AllocationSource source = allocation_source();
        if (!source.available) {
            ASSERT_FALSE(source.reason.empty());
            GTEST_SKIP() << source.reason;
        }
        EXPECT_FALSE(source.name.empty());
    }
};

TEST_F(AllocationScopeTest, CountsNothingWhereNothingHappens) {
    const AllocationScope scope;
    const AllocationCounts counts = scope.counts();
    EXPECT_EQ(counts.count, 0u);
    EXPECT_EQ(counts.bytes, 0u);
    EXPECT_EQ(counts.peak_live_bytes, 0u);
    EXPECT_EQ(counts.left_count, 0u);
    EXPECT_EQ(counts.left_bytes, 0u);
}

TEST_F(AllocationScopeTest, CountsRequestedBytesNotRoundedOnes) {
    const AllocationScope scope;
    void* block = keep(std::malloc(13));
    EXPECT_GE(malloc_usable_size(block), 13u);
    const AllocationCounts held = scope.counts();
    std::free(block);
    const AllocationCounts after = scope.counts();
    EXPECT_EQ(held.count, 1u);
    EXPECT_EQ(held.bytes, 13u);
    EXPECT_EQ(held.left_count, 1u);
    EXPECT_EQ(held.left_bytes, 13u);
    EXPECT_EQ(after.count, 1u);
    EXPECT_EQ(after.left_count, 0u);
    EXPECT_EQ(after.left_bytes, 0u);
    EXPECT_EQ(after.peak_live_bytes, 13u);
}

TEST_F(AllocationScopeTest, KeepsThePeakNotTheSum) {
    const AllocationScope scope;
    void* first = keep(std::malloc(100));
    void* second = keep(std::malloc(50));
    std::free(first);
    void* third = keep(std::malloc(60));
    std::free(second);
    std::free(third);
    const AllocationCounts counts = scope.counts();
    EXPECT_EQ(counts.count, 3u);
    EXPECT_EQ(counts.bytes, 210u);
    EXPECT_EQ(counts.peak_live_bytes, 150u);
}

TEST_F(AllocationScopeTest, CountsEveryMemberOfTheFamily) {
    std::array<void*, 8> blocks{};
    AllocationCounts counts;
    {
        const AllocationScope scope;
        blocks[0] = keep(std::malloc(1));
        blocks[1] = keep(std::calloc(3, 5));
        blocks[2] = keep(std::realloc(nullptr, 7));
        blocks[3] = keep(reallocarray(nullptr, 2, 11));
        blocks[4] = keep(std::aligned_alloc(64, 128));
        blocks[5] = keep(memalign(32, 17));
        ASSERT_EQ(posix_memalign(&blocks[6], 64, 19), 0);
        blocks[7] = keep(valloc(23));
        counts = scope.counts();
    }
    EXPECT_EQ(counts.count, 8u);
    EXPECT_EQ(counts.bytes, 1u + 15u + 7u + 22u + 128u + 17u + 19u + 23u);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks[4]) % 64, 0u);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks[6]) % 64, 0u);
    for (void* block : blocks) {
        std::free(block);
    }
}

struct alignas(128) Wide {
    std::array<unsigned char, 256> bytes;
};

TEST_F(AllocationScopeTest, CountsEveryOperatorNewOnce) {
    AllocationCounts counts;
    {
        const AllocationScope scope;
        int* single = keep(new int);
        auto* array = keep(new unsigned char[10]);
        auto* wide = keep(new Wide);
        auto* careful = keep(new (std::nothrow) std::array<char, 40>);
        delete single;
        delete[] array;
        delete wide;
        delete careful;
        counts = scope.counts();
    }
    EXPECT_EQ(counts.count, 4u);
    EXPECT_EQ(counts.bytes, sizeof(int) + 10u + sizeof(Wide) + 40u);
    EXPECT_EQ(counts.left_count, 0u);
}

TEST_F(AllocationScopeTest, TakesAReallocAsReplacingItsBlock) {
    const AllocationScope scope;
    void* block = keep(std::malloc(100));
    block = keep(std::realloc(block, 1'000'000));
    block = keep(std::realloc(block, 10));
    const AllocationCounts counts = scope.counts();
    std::free(block);
    EXPECT_EQ(counts.count, 3u);
    EXPECT_EQ(counts.bytes, 1'000'110u);
    EXPECT_EQ(counts.left_count, 1u);
    EXPECT_EQ(counts.left_bytes, 10u);
    // The sanitizers' realloc really holds both blocks for a moment.
    EXPECT_EQ(counts.peak_live_bytes, is_sanitized() ? 1'000'100u : 1'000'000u);
}

TEST_F(AllocationScopeTest, ReleasesWithAReallocToNothing) {
    const AllocationScope scope;
    void* block = keep(std::malloc(100));
    const std::size_t nothing = keep(std::size_t{0});
    void* result = std::realloc(block, nothing);
    const AllocationCounts counts = scope.counts();
    EXPECT_EQ(result, nullptr);
    EXPECT_EQ(counts.count, 1u);
    EXPECT_EQ(counts.left_count, 0u);
}

TEST_F(AllocationScopeTest, CountsOnlyWhatSucceeds) {
    if (is_sanitized()) {
        GTEST_SKIP() << "a sanitizer ends the program on an absurd size";
    }
    const std::size_t huge = keep(std::numeric_limits<std::size_t>::max() / 2);
    const AllocationScope scope;
    void* block = keep(std::malloc(100));
    EXPECT_EQ(keep(std::malloc(huge)), nullptr);
    EXPECT_EQ(keep(std::calloc(huge, 3)), nullptr);
    EXPECT_EQ(keep(reallocarray(nullptr, huge, 3)), nullptr);
    void* grown = keep(std::realloc(keep(block), huge));
    const AllocationCounts counts = scope.counts();
    ASSERT_EQ(grown, nullptr);  // so the old block is still ours
    EXPECT_EQ(counts.count, 1u);
    EXPECT_EQ(counts.bytes, 100u);
    EXPECT_EQ(counts.left_count, 1u);
    EXPECT_EQ(counts.left_bytes, 100u);
    std::free(block);
}

TEST_F(AllocationScopeTest, LeavesOlderBlocksAlone) {
    void* older = keep(std::malloc(500));
    const AllocationScope scope;
    std::free(older);
    void* younger = keep(std::malloc(20));
    const AllocationCounts counts = scope.counts();
    std::free(younger);
    EXPECT_EQ(counts.count, 1u);
    EXPECT_EQ(counts.left_count, 1u);
    EXPECT_EQ(counts.left_bytes, 20u);
    EXPECT_EQ(counts.peak_live_bytes, 20u);
}

TEST_F(AllocationScopeTest, CountsAZeroSizedRequest) {
    const AllocationScope scope;
    void* block = keep(std::malloc(keep(std::size_t{0})));
    const AllocationCounts counts = scope.counts();
    std::free(block);
    EXPECT_EQ(counts.count, 1u);
    // A sanitizer's run-time library asks itself for one byte.
    EXPECT_LE(counts.bytes, is_sanitized() ? 1u : 0u);
}

TEST_F(AllocationScopeTest, StartsAfreshEachTime) {
    for (int round = 0; round < 3; ++round) {
        const AllocationScope scope;
        void* block = keep(std::malloc(8));
        EXPECT_EQ(scope.counts().count, 1u);
        std::free(block);
    }
}

TEST_F(AllocationScopeTest, IsAlone) {
    const AllocationScope scope;
    EXPECT_THROW(AllocationScope(), std::logic_error);
}

TEST_F(AllocationScopeTest, CountsManyBlocks) {
    constexpr std::size_t kBlocks = 300'000;
    std::vector<void*> blocks(kBlocks);
    AllocationCounts held;
    AllocationCounts after;
    {
        const AllocationScope scope;
        for (std::size_t index = 0; index < kBlocks; ++index) {
            blocks[index] = keep(std::malloc(index % 64 + 1));
        }
        held = scope.counts();
        for (void* block : blocks) {
            std::free(block);
        }
        // Freed addresses come back: their old entries must not stand in the way.
        for (std::size_t index = 0; index < kBlocks; ++index) {
            std::free(keep(std::malloc(24)));
        }
        after = scope.counts();
    }
    EXPECT_EQ(held.count, kBlocks);
    EXPECT_EQ(held.left_count, kBlocks);
    EXPECT_EQ(held.peak_live_bytes, held.bytes);
    EXPECT_EQ(after.count, 2 * kBlocks);
    EXPECT_EQ(after.left_count, 0u);
    EXPECT_EQ(after.left_bytes, 0u);
    EXPECT_EQ(after.peak_live_bytes, held.bytes);
}

TEST_F(AllocationScopeTest, CountsAllThreads) {
    constexpr int kThreads = 4;
    constexpr int kRounds = 20'000;
    AllocationCounts counts;
    std::uint64_t threads_own = 0;
    const auto churn = [](int rounds) {
        for (int round = 0; round < rounds; ++round) {
            void* block = keep(std::malloc(32));
            block = keep(std::realloc(block, 48));
            std::free(block);
        }
    };
    {
        // What starting and joining the threads takes by itself.
        const AllocationScope scope;
        std::vector<std::thread> threads;
        threads.reserve(kThreads);
        for (int index = 0; index < kThreads; ++index) {
            threads.emplace_back(churn, 0);
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        threads_own = scope.counts().count;
    }
    {
        const AllocationScope scope;
        std::vector<std::thread> threads;
        threads.reserve(kThreads);
        for (int index = 0; index < kThreads; ++index) {
            threads.emplace_back(churn, kRounds);
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        counts = scope.counts();
    }
    // The C library may keep a thread's own memory for the next thread.
    constexpr std::uint64_t kExpected = std::uint64_t{2} * kThreads * kRounds;
    EXPECT_GE(counts.count, kExpected);
    EXPECT_LE(counts.count, kExpected + threads_own);
}

TEST_F(AllocationScopeTest, SeesWhatTheStandardLibraryDoes) {
    const AllocationScope scope;
    const std::string text(1'000, 'x');
    const auto shared = std::make_shared<int>(1);
    const AllocationCounts counts = scope.counts();
    EXPECT_EQ(counts.count, 2u);
    EXPECT_GE(counts.bytes, 1'001u);
}

}  // namespace
}  // namespace rowcast::measure
