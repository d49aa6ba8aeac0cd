#include "pipeline/row_chunks.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

const std::uint8_t kBytes[1000] = {};

std::vector<kernels::Row> rows_of(const std::vector<std::size_t>& sizes) {
    std::vector<kernels::Row> rows;
    for (const std::size_t size : sizes) {
        rows.push_back({kBytes, size});
    }
    return rows;
}

std::size_t total(std::span<const kernels::Row> rows) {
    std::size_t bytes = 0;
    for (const kernels::Row& row : rows) {
        bytes += row.size;
    }
    return bytes;
}

constexpr std::size_t kNotTheFirst = static_cast<std::size_t>(-1);

// Of the chunks in their order, as one thread at the front takes them.
std::vector<std::size_t> rows_a_chunk(std::span<const kernels::Row> rows, std::size_t chunk_bytes,
                                      std::size_t threads) {
    RowChunks chunks(threads);
    chunks.cut(rows, total(rows), chunk_bytes);
    const std::size_t most = chunks.most_wanted();
    chunks.join();
    std::vector<std::size_t> counts;
    RowChunks::Chunk chunk;
    std::size_t next = 0;
    while (chunks.take(counts.size(), chunk)) {
        EXPECT_EQ(chunk.index, counts.size());
        EXPECT_EQ(chunk.first_row, next);
        EXPECT_EQ(chunk.rows.data(), rows.data() + next);
        EXPECT_EQ(chunk.bytes, total(chunk.rows));
        EXPECT_LE(chunk.bytes - chunk.rows.back().size, most);
        next += chunk.rows.size();
        counts.push_back(chunk.rows.size());
    }
    EXPECT_EQ(next, rows.size()) << "every row, once, in order";
    EXPECT_EQ(chunks.count(), counts.size());
    return counts;
}

// The numbers of all chunks left, as threads take them that are not at the front.
std::vector<std::size_t> taken_elsewhere(RowChunks& chunks) {
    std::vector<std::size_t> numbers;
    RowChunks::Chunk chunk;
    while (chunks.take(kNotTheFirst, chunk)) {
        numbers.push_back(chunk.index);
    }
    return numbers;
}

TEST(RowChunks, HoldTheFewestRowsOfTheWantedSize) {
    const auto rows = rows_of(std::vector<std::size_t>(1000, 30));
    const auto counts = rows_a_chunk(rows, 100, 1);
    EXPECT_EQ(counts.front(), 4U);
    EXPECT_EQ(counts[100], 4U);
}

TEST(RowChunks, BecomeSmallTowardsTheEnd) {
    const auto rows = rows_of(std::vector<std::size_t>(1000, 10));
    const auto counts = rows_a_chunk(rows, 800, 4);
    EXPECT_EQ(counts.front(), 80U);
    EXPECT_LE(counts.back(), 10U);
    EXPECT_TRUE(std::is_sorted(counts.rbegin(), counts.rend()));
}

TEST(RowChunks, TakeRowsOfAnySize) {
    EXPECT_EQ(rows_a_chunk(rows_of({500}), 100, 2), (std::vector<std::size_t>{1}));
    EXPECT_EQ(rows_a_chunk(rows_of({1000, 0, 0, 1000, 1}), 100, 2),
              (std::vector<std::size_t>{1, 3, 1}));
    EXPECT_EQ(rows_a_chunk(rows_of({0, 0}), 8, 2).size(), 1U);
    EXPECT_TRUE(rows_a_chunk({}, 100, 2).empty());
}

TEST(RowChunks, AreTakenFromBothEndsOfALot) {
    const auto rows = rows_of(std::vector<std::size_t>(12, 100));
    RowChunks chunks(3);
    chunks.cut(rows, total(rows), 100);
    chunks.join();
    RowChunks::Chunk chunk;
    ASSERT_TRUE(chunks.take(0, chunk));
    EXPECT_EQ(chunk.index, 0U);
    ASSERT_TRUE(chunks.take(0, chunk)) << "that one is taken already";
    EXPECT_EQ(chunk.index, RowChunks::kLotOfEach - 1);
    ASSERT_TRUE(chunks.take(1, chunk));
    EXPECT_EQ(chunk.index, 1U);
    ASSERT_TRUE(chunks.take(2, chunk)) << "the lot's only one is its first, too";
    EXPECT_EQ(chunk.index, 2U);
    chunks.join();
    EXPECT_EQ(taken_elsewhere(chunks), (std::vector<std::size_t>{11, 10, 9, 8, 7, 6, 5, 4}))
        << "two threads, twice as many";
    EXPECT_EQ(chunks.count(), 12U);
}

TEST(RowChunks, EndWhereTheyAreStopped) {
    const auto rows = rows_of(std::vector<std::size_t>(12, 100));
    RowChunks chunks(2);
    const auto begin = [&] {
        chunks.cut(rows, total(rows), 100);
        chunks.join();
        chunks.join();
    };
    begin();
    RowChunks::Chunk chunk;
    ASSERT_TRUE(chunks.take(0, chunk));
    chunks.stop_at(4);
    chunks.stop_at(6);
    EXPECT_EQ(taken_elsewhere(chunks), (std::vector<std::size_t>{3, 2, 1}))
        << "those before the first bad one are wanted";
    begin();
    EXPECT_EQ(taken_elsewhere(chunks).size(), 12U) << "and all of the next rows";
    begin();
    chunks.stop_at(0);
    EXPECT_TRUE(taken_elsewhere(chunks).empty());
}

}  // namespace
}  // namespace rowcast
