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

std::vector<std::size_t> rows_a_chunk(std::span<const kernels::Row> rows, std::size_t chunk_bytes,
                                      std::size_t threads) {
    RowChunks chunks;
    chunks.cut(rows, total(rows), chunk_bytes, threads);
    std::vector<std::size_t> counts;
    RowChunks::Chunk chunk;
    std::size_t next = 0;
    while (chunks.take(chunk)) {
        EXPECT_EQ(chunk.index, counts.size());
        EXPECT_EQ(chunk.first_row, next);
        EXPECT_EQ(chunk.rows.data(), rows.data() + next);
        EXPECT_EQ(chunk.bytes, total(chunk.rows));
        next += chunk.rows.size();
        counts.push_back(chunk.rows.size());
    }
    EXPECT_EQ(next, rows.size()) << "every row, once, in order";
    EXPECT_EQ(chunks.taken(), counts.size());
    return counts;
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

TEST(RowChunks, EndWhereTheyAreStopped) {
    const auto rows = rows_of(std::vector<std::size_t>(100, 100));
    RowChunks chunks;
    chunks.cut(rows, total(rows), 100, 2);
    RowChunks::Chunk chunk;
    ASSERT_TRUE(chunks.take(chunk));
    chunks.stop();
    EXPECT_FALSE(chunks.take(chunk));
    EXPECT_EQ(chunks.taken(), 1U);
    chunks.cut(rows, total(rows), 100, 2);
    ASSERT_TRUE(chunks.take(chunk));
    EXPECT_EQ(chunk.index, 0U);
}

}  // namespace
}  // namespace rowcast
