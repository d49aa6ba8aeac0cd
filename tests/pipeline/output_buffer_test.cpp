#include "pipeline/output_buffer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

using kernels::ErrorCode;

// An allocator over a vector that moves at every resize and can be told to fail.
struct VectorAllocator {
    std::vector<std::uint8_t> memory;
    std::vector<std::uint8_t> before;
    std::size_t calls = 0;
    std::size_t extra = 0;
    bool fail = false;
    bool lie = false;  // succeeds, but gives less than wanted

    OutputAllocator allocator() {
        return {this, [](void* context, std::uint8_t** data, std::size_t used, std::size_t wanted,
                         std::size_t* capacity) {
                    auto& self = *static_cast<VectorAllocator*>(context);
                    ++self.calls;
                    if (self.fail) {
                        return false;
                    }
                    self.before.swap(self.memory);
                    self.memory.assign(wanted + self.extra, 0xEE);
                    std::copy_n(self.before.begin(), used, self.memory.begin());
                    *data = self.memory.empty() ? nullptr : self.memory.data();
                    *capacity = self.lie ? wanted - 1 : self.memory.size();
                    return true;
                }};
    }
};

TEST(OutputBufferTest, StartsEmptyAndHoldsNothing) {
    MemoryLimit limit;
    const OutputBuffer buffer(limit, heap_output_allocator());
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer.capacity(), 0U);
    EXPECT_EQ(buffer.bytes(), "");
}

TEST(OutputBufferTest, GrowsAndKeepsItsBytes) {
    MemoryLimit limit;
    OutputBuffer buffer(limit, heap_output_allocator());
    std::string expected;
    for (int i = 0; i != 3000; ++i) {
        const std::string piece = std::to_string(i) + ",";
        ASSERT_EQ(buffer.append(piece), ErrorCode::kOk);
        expected += piece;
    }
    EXPECT_EQ(buffer.bytes(), expected);
    EXPECT_EQ(limit.held(), buffer.capacity());
    // Geometric growth: a few steps for thousands of appends.
    EXPECT_LE(buffer.growths(), 30U);
}

TEST(OutputBufferTest, ReservesExactlyAndThenGrowsNoMore) {
    MemoryLimit limit;
    OutputBuffer buffer(limit, heap_output_allocator());
    ASSERT_EQ(buffer.reserve(1000), ErrorCode::kOk);
    EXPECT_EQ(buffer.capacity(), 1000U);
    ASSERT_EQ(buffer.append(std::string(1000, 'x')), ErrorCode::kOk);
    EXPECT_EQ(buffer.growths(), 1U);
    ASSERT_EQ(buffer.reserve(10), ErrorCode::kOk);
    EXPECT_EQ(buffer.capacity(), 1000U);
}

TEST(OutputBufferTest, KeepsItsCapacityWhenClearedAndGivesItBackWhenTrimmed) {
    MemoryLimit limit;
    OutputBuffer buffer(limit, heap_output_allocator());
    ASSERT_EQ(buffer.append(std::string(5000, 'x')), ErrorCode::kOk);
    const std::size_t capacity = buffer.capacity();
    buffer.truncate(3);
    EXPECT_EQ(buffer.bytes(), "xxx");
    buffer.clear();
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer.capacity(), capacity);
    buffer.trim();
    EXPECT_EQ(buffer.capacity(), 0U);
    EXPECT_EQ(limit.held(), 0U);
    EXPECT_EQ(buffer.high_water(), capacity);
    EXPECT_EQ(buffer.append("again"), ErrorCode::kOk);
    EXPECT_EQ(buffer.bytes(), "again");
}

TEST(OutputBufferTest, ObeysTheLimitDownToTheLastByte) {
    MemoryLimit limit(1000);
    OutputBuffer buffer(limit, heap_output_allocator());
    ASSERT_EQ(buffer.append(std::string(900, 'x')), ErrorCode::kOk);
    // Half as much again is too much, but what is needed fits.
    ASSERT_EQ(buffer.append(std::string(100, 'y')), ErrorCode::kOk);
    EXPECT_EQ(buffer.append("z"), ErrorCode::kRequestTooLarge);
    EXPECT_EQ(buffer.bytes(), std::string(900, 'x') + std::string(100, 'y'));
    EXPECT_EQ(buffer.reserve(2000), ErrorCode::kRequestTooLarge);
}

TEST(OutputBufferTest, RefusesRoomThatNoNumberCanSay) {
    MemoryLimit limit;
    OutputBuffer buffer(limit, heap_output_allocator());
    ASSERT_EQ(buffer.append("x"), ErrorCode::kOk);
    EXPECT_NE(kernels::ensure_room(buffer.output(), ~std::size_t{0}), ErrorCode::kOk);
    EXPECT_EQ(buffer.bytes(), "x");
}

TEST(OutputBufferTest, WritesIntoTheCallersMemory) {
    VectorAllocator own;
    own.extra = 7;
    MemoryLimit limit;
    {
        OutputBuffer buffer(limit, own.allocator());
        for (int i = 0; i != 100; ++i) {
            ASSERT_EQ(buffer.append("0123456789"), ErrorCode::kOk);
        }
        EXPECT_EQ(buffer.bytes().data(), reinterpret_cast<const char*>(own.memory.data()));
        std::string expected;
        for (int i = 0; i != 100; ++i) {
            expected += "0123456789";
        }
        EXPECT_EQ(buffer.bytes(), expected);
        own.extra = 0;
    }
    EXPECT_TRUE(own.memory.empty()) << "not given back";
}

TEST(OutputBufferTest, ReportsAnAllocatorThatFailsAndKeepsWhatIsThere) {
    VectorAllocator own;
    MemoryLimit limit;
    OutputBuffer buffer(limit, own.allocator());
    ASSERT_EQ(buffer.append("kept"), ErrorCode::kOk);
    const std::size_t held = limit.held();
    own.fail = true;
    EXPECT_EQ(buffer.append(std::string(1000, 'x')), ErrorCode::kOutOfMemory);
    EXPECT_EQ(buffer.bytes(), "kept");
    EXPECT_EQ(limit.held(), held);
    own.fail = false;
    EXPECT_EQ(buffer.append("!"), ErrorCode::kOk);
    EXPECT_EQ(buffer.bytes(), "kept!");
}

}  // namespace
}  // namespace rowcast
