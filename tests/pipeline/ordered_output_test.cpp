#include "pipeline/ordered_output.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rowcast {
namespace {

using kernels::ErrorCode;
using Role = OrderedOutput::Role;

constexpr kernels::BatchStatus kBad{7, {ErrorCode::kBadLiteral, 3}};

class OrderedOutputTest : public testing::Test {
  protected:
    OrderedOutput::Piece& piece(std::string_view text) {
        pieces_.push_back(std::make_unique<OrderedOutput::Piece>(limit_));
        EXPECT_EQ(pieces_.back()->buffer.append(text), ErrorCode::kOk);
        return *pieces_.back();
    }
    void begin(std::size_t room, std::string_view before = "") {
        EXPECT_EQ(output_.reserve(room), ErrorCode::kOk);
        EXPECT_EQ(output_.append(before), ErrorCode::kOk);
        ordered_.begin(output_);
    }

    MemoryLimit limit_;
    MemoryLimit output_limit_{1000};
    OutputBuffer output_{output_limit_, heap_output_allocator()};
    OrderedOutput ordered_{8};
    std::vector<std::unique_ptr<OrderedOutput::Piece>> pieces_;
};

TEST_F(OrderedOutputTest, PutsPiecesInTheirOrder) {
    begin(100, "<");
    auto& first = piece("ab");
    auto& second = piece("c");
    auto& third = piece("def");
    ordered_.finish(2, third);
    EXPECT_FALSE(ordered_.copy(third, false, Role::kHelper)) << "nobody knows its place yet";
    ordered_.finish(1, second);
    ordered_.finish(0, first);
    EXPECT_TRUE(ordered_.copy(third, false, Role::kHelper));
    EXPECT_TRUE(ordered_.copy(first, false, Role::kOwner));
    EXPECT_TRUE(ordered_.copy(second, false, Role::kHelper));
    ordered_.all_placed(3);
    EXPECT_FALSE(ordered_.end().lacked_memory);
    EXPECT_EQ(output_.bytes(), "<abcdef");
}

TEST_F(OrderedOutputTest, WaitsForThoseBefore) {
    begin(100);
    auto& first = piece("ab");
    auto& second = piece("c");
    std::thread other([&] {
        ordered_.finish(1, second);
        EXPECT_TRUE(ordered_.copy(second, true, Role::kHelper));
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ordered_.finish(0, first);
    EXPECT_TRUE(ordered_.copy(first, true, Role::kOwner));
    other.join();
    ordered_.end();
    EXPECT_EQ(output_.bytes(), "abc");
}

TEST_F(OrderedOutputTest, TakesAPieceThatIsWrittenInPlace) {
    begin(100, "<");
    const auto write = [&](std::string_view text) {
        kernels::Output next = ordered_.place_of_next();
        ASSERT_EQ(kernels::ensure_room(next, text.size()), ErrorCode::kOk);
        std::copy(text.begin(), text.end(), next.cursor);
        ordered_.finish_in_place(text.size());
    };
    auto& third = piece("def");
    EXPECT_EQ(ordered_.placed(), 0U);
    write("ab");
    EXPECT_EQ(ordered_.placed(), 1U);
    ordered_.finish(2, third);
    write("c");
    EXPECT_EQ(ordered_.placed(), 3U);
    write("g");
    EXPECT_TRUE(ordered_.copy(third, false, Role::kHelper));
    ordered_.all_placed(4);
    EXPECT_FALSE(ordered_.end().lacked_memory);
    EXPECT_EQ(output_.bytes(), "<abcdefg");
}

TEST_F(OrderedOutputTest, RefusesInPlaceWhatTheOutputHasNoRoomFor) {
    begin(10, "<");
    kernels::Output next = ordered_.place_of_next();
    EXPECT_EQ(kernels::ensure_room(next, 9), ErrorCode::kOk);
    EXPECT_EQ(kernels::ensure_room(next, 10), ErrorCode::kOutOfMemory);
    auto& first = piece("abcdefghij");
    ordered_.finish(0, first);
    EXPECT_TRUE(ordered_.copy(first, true, Role::kOwner));
    ordered_.end();
    EXPECT_EQ(output_.bytes(), "<abcdefghij");
}

TEST_F(OrderedOutputTest, TellsThoseThatWaitOfThePieceInPlace) {
    begin(100);
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        *ordered_.place_of_next().cursor = 'a';
        ordered_.finish_in_place(1);
    });
    ordered_.all_placed(1);
    other.join();
    ordered_.end();
    EXPECT_EQ(output_.bytes(), "a");
}

TEST_F(OrderedOutputTest, GrowsByItsOwnerOnly) {
    begin(4, "<");
    auto& first = piece("ab");
    auto& second = piece("cdefghij");
    auto& third = piece("k");
    ordered_.finish(0, first);
    ordered_.finish(1, second);
    ordered_.finish(2, third);
    EXPECT_FALSE(ordered_.copy(second, false, Role::kHelper));
    EXPECT_EQ(output_.growths(), 1U);
    std::thread other([&] { EXPECT_TRUE(ordered_.copy(second, true, Role::kHelper)); });
    ordered_.all_placed(3);
    other.join();
    EXPECT_EQ(output_.growths(), 2U);
    EXPECT_TRUE(ordered_.copy(third, false, Role::kHelper));
    EXPECT_TRUE(ordered_.copy(first, false, Role::kOwner));
    ordered_.end();
    EXPECT_EQ(output_.bytes(), "<abcdefghijk");
}

TEST_F(OrderedOutputTest, GrowsAsOftenAsTheOwnersPieceNeeds) {
    begin(4, "<");
    const std::string longer(200, 'b');
    auto& first = piece("aaaaa");
    auto& second = piece(longer);
    auto& third = piece(longer + longer);
    ordered_.finish(1, second);
    ordered_.finish(2, third);
    ordered_.finish(0, first);
    std::thread other([&] {
        EXPECT_TRUE(ordered_.copy(first, true, Role::kHelper));
        EXPECT_TRUE(ordered_.copy(second, true, Role::kHelper));
    });
    EXPECT_TRUE(ordered_.copy(third, true, Role::kOwner));
    other.join();
    ordered_.all_placed(3);
    ordered_.end();
    EXPECT_EQ(output_.growths(), 4U);
    EXPECT_EQ(output_.bytes(), "<aaaaa" + longer + longer + longer);
}

TEST_F(OrderedOutputTest, LeavesTheOutputAsItWasWhereItCannotGrow) {
    begin(4, "<");
    auto& first = piece("ab");
    auto& second = piece(std::string(2000, 'x'));
    ordered_.finish(0, first);
    ordered_.finish(1, second);
    EXPECT_TRUE(ordered_.copy(first, true, Role::kOwner));
    EXPECT_TRUE(ordered_.copy(second, true, Role::kHelper)) << "it is not wanted any more";
    ordered_.all_placed(2);
    EXPECT_TRUE(ordered_.end().lacked_memory);
    EXPECT_EQ(output_.bytes(), "<");
}

TEST_F(OrderedOutputTest, RemembersTheFirstFailure) {
    begin(100);
    auto& first = piece("ab");
    auto& fourth = piece("c");
    ordered_.fail(4, {99, {ErrorCode::kBadUtf8, 9}});
    ordered_.fail(2, {55, {ErrorCode::kBadUtf8, 5}});
    ordered_.fail(1, kBad);
    ordered_.fail(3, {66, {ErrorCode::kBadUtf8, 6}});
    ordered_.finish(5, fourth);
    ordered_.finish(0, first);
    EXPECT_TRUE(ordered_.copy(fourth, true, Role::kHelper)) << "nobody waits for what never comes";
    EXPECT_TRUE(ordered_.copy(first, true, Role::kOwner));
    ordered_.all_placed(6);
    const OrderedOutput::Outcome outcome = ordered_.end();
    EXPECT_EQ(outcome.failure.row, kBad.row);
    EXPECT_EQ(outcome.failure.status.code, kBad.status.code);
    EXPECT_EQ(outcome.failure.status.offset, kBad.status.offset);
    // And starts afresh.
    output_.clear();
    ordered_.begin(output_);
    auto& next = piece("z");
    ordered_.finish(0, next);
    EXPECT_TRUE(ordered_.copy(next, true, Role::kOwner));
    EXPECT_EQ(ordered_.end().failure.status.code, ErrorCode::kOk);
    EXPECT_EQ(output_.bytes(), "z");
}

TEST_F(OrderedOutputTest, EndsAllWaitingWhenGivenUp) {
    begin(100);
    auto& second = piece("c");
    ordered_.finish(1, second);
    std::thread other([&] { EXPECT_TRUE(ordered_.copy(second, true, Role::kHelper)); });
    ordered_.give_up();
    other.join();
    ordered_.all_placed(2);
    EXPECT_TRUE(ordered_.end().lacked_memory);
}

}  // namespace
}  // namespace rowcast
