#include "pipeline/arena.hpp"

#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

using kernels::ErrorCode;

class ArenaTest : public testing::Test {
  protected:
    std::uint8_t* take(std::size_t bytes) {
        ErrorCode code = ErrorCode::kOk;
        auto* const block =
            static_cast<std::uint8_t*>(kernels::allocate(arena_.scratch(), bytes, &code));
        EXPECT_NE(block, nullptr);
        return block;
    }

    MemoryLimit limit_;
    Arena arena_{limit_};
};

TEST_F(ArenaTest, ServesSmallNeedsFromWithinItself) {
    take(16);
    take(300);
    EXPECT_EQ(arena_.capacity(), 0U);
    EXPECT_EQ(limit_.held(), 0U);
}

TEST_F(ArenaTest, HasExactlyWhatIsReservedWhereItWasLess) {
    ASSERT_TRUE(arena_.reserve(0));
    EXPECT_EQ(arena_.capacity(), 0U);
    take(100);
    ASSERT_TRUE(arena_.reserve(10000));
    EXPECT_EQ(arena_.capacity(), 10000U);
    take(5000);
    take(4900);
    EXPECT_EQ(arena_.capacity(), 10000U) << "in one chunk";
    ASSERT_TRUE(arena_.reserve(20000));
    EXPECT_EQ(arena_.capacity(), 20000U);
    ASSERT_TRUE(arena_.reserve(10000));
    EXPECT_EQ(arena_.capacity(), 20000U);
    EXPECT_EQ(limit_.held(), 20000U);
    MemoryLimit tight{5000};
    Arena limited(tight);
    EXPECT_FALSE(limited.reserve(6000));
    EXPECT_EQ(tight.held(), 0U);
}

TEST_F(ArenaTest, AlignsEveryBlock) {
    for (std::size_t bytes = 0; bytes < 3000; bytes += 7) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(take(bytes)) % kernels::kScratchAlignment, 0U);
    }
}

TEST_F(ArenaTest, NeverMovesNorOverlapsWhatIsInUse) {
    struct Block {
        std::uint8_t* at;
        std::size_t size;
        std::uint8_t fill;
    };
    std::vector<Block> blocks;
    for (std::size_t i = 0; i != 2000; ++i) {
        const std::size_t size = 1 + i * 37 % 900 + (i % 100 == 0 ? 20000 : 0);
        const auto fill = static_cast<std::uint8_t>(i * 31 + 1);
        blocks.push_back({take(size), size, fill});
        std::memset(blocks.back().at, fill, size);
    }
    for (const Block& block : blocks) {
        for (std::size_t i = 0; i != block.size; ++i) {
            ASSERT_EQ(block.at[i], block.fill);
        }
    }
}

TEST_F(ArenaTest, KeepsItsChunksWhenReset) {
    take(100000);
    take(5000);
    const std::size_t capacity = arena_.capacity();
    EXPECT_GE(capacity, 105000U);
    for (int i = 0; i != 10; ++i) {
        arena_.reset();
        take(100000);
        take(5000);
        EXPECT_EQ(arena_.capacity(), capacity);
    }
}

TEST_F(ArenaTest, GivesMemoryBackToItsMarks) {
    take(64);
    const auto mark = kernels::mark(arena_.scratch());
    std::uint8_t* const first = take(50000);
    kernels::rewind(arena_.scratch(), mark);
    const std::size_t capacity = arena_.capacity();
    for (int i = 0; i != 1000; ++i) {
        EXPECT_EQ(take(50000), first);
        kernels::rewind(arena_.scratch(), mark);
    }
    EXPECT_EQ(arena_.capacity(), capacity);
}

TEST_F(ArenaTest, FindsALargeFreeChunkBehindSmallerOnes) {
    for (const std::size_t bytes : {4000U, 8000U, 100000U, 4000U}) {
        take(bytes);
    }
    const std::size_t capacity = arena_.capacity();
    arena_.reset();
    take(100000);
    take(4000);
    take(4000);
    EXPECT_EQ(arena_.capacity(), capacity);
}

TEST_F(ArenaTest, TrimsAllButWhatIsBuiltIn) {
    take(100000);
    EXPECT_GT(limit_.held(), 0U);
    const std::size_t most = arena_.capacity();
    arena_.trim();
    EXPECT_EQ(arena_.capacity(), 0U);
    EXPECT_EQ(limit_.held(), 0U);
    EXPECT_EQ(arena_.high_water(), most);
    take(1000);
    EXPECT_EQ(arena_.high_water(), most);
}

TEST(ArenaLimit, IsObeyedAndReported) {
    MemoryLimit limit(10000);
    Arena arena(limit);
    ErrorCode code = ErrorCode::kOk;
    EXPECT_EQ(kernels::allocate(arena.scratch(), 20000, &code), nullptr);
    EXPECT_EQ(code, ErrorCode::kRequestTooLarge);
    EXPECT_EQ(limit.held(), 0U);
    code = ErrorCode::kOk;
    EXPECT_NE(kernels::allocate(arena.scratch(), 6000, &code), nullptr);
    EXPECT_EQ(code, ErrorCode::kOk);
    // A generous chunk does not fit any more; what is needed does.
    EXPECT_NE(kernels::allocate(arena.scratch(), 3000, &code), nullptr);
    EXPECT_LE(limit.held(), 10000U);
    EXPECT_EQ(kernels::allocate(arena.scratch(), 3000, &code), nullptr);
    EXPECT_EQ(code, ErrorCode::kRequestTooLarge);
}

TEST(ArenaLimit, MemoryThatTheMachineLacksIsAnError) {
    MemoryLimit limit;
    Arena arena(limit);
    ErrorCode code = ErrorCode::kOk;
    EXPECT_EQ(kernels::allocate(arena.scratch(), std::size_t{1} << 62, &code), nullptr);
    EXPECT_EQ(code, ErrorCode::kOutOfMemory);
    EXPECT_EQ(limit.held(), 0U);
}

TEST(MemoryLimitTest, TakesUpToItsLimitAndNotAByteMore) {
    MemoryLimit limit(100);
    EXPECT_TRUE(limit.take(60));
    EXPECT_FALSE(limit.take(41));
    EXPECT_EQ(limit.held(), 60U);
    EXPECT_TRUE(limit.take(40));
    EXPECT_FALSE(limit.take(1));
    EXPECT_FALSE(limit.take(MemoryLimit::kUnlimited));
    limit.give_back(100);
    EXPECT_TRUE(limit.take(100));
}

}  // namespace
}  // namespace rowcast
