#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/request.hpp"
#include "reference/peers.hpp"

namespace rowcast::reference {
namespace {

class PeerNlohmannRoundtripTest : public ::testing::Test {
  protected:
    bool run(const std::vector<std::string_view>& texts) {
        RootOptions options;
        options.max_depth = 1'000'000;
        const auto plan = Plan::compile({&options, 1}, nullptr, false);
        EXPECT_TRUE(plan) << plan.error().message;
        std::vector<kernels::Row> rows;
        for (const std::string_view text : texts) {
            rows.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        }
        return request_.run(**plan, rows);
    }

    Request request_{peer_nlohmann_roundtrip()};
};

TEST_F(PeerNlohmannRoundtripTest, DumpsWhatItParsed) {
    EXPECT_TRUE(run({R"({"b_c": 1.50, "a": "\u00e9"})", "null"}));
    EXPECT_EQ(request_.response(), "[{\"a\":\"\xC3\xA9\",\"b_c\":1.5},null]");
}

TEST_F(PeerNlohmannRoundtripTest, AnswersNoPlan) {
    const RootOptions options;
    const auto plan = Plan::compile({&options, 1}, nullptr);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_FALSE(peer_nlohmann_roundtrip().answers(**plan));
}

TEST_F(PeerNlohmannRoundtripTest, ReportsBadRowsWithoutThrowing) {
    EXPECT_FALSE(run({"1", "[1,]"}));
    EXPECT_EQ(request_.error().row, 1U);
    EXPECT_EQ(request_.error().byte, 3U);
    EXPECT_FALSE(run({""}));
    EXPECT_EQ(request_.error().byte, 0U);
    EXPECT_FALSE(run({"1e999"}));
    EXPECT_FALSE(run({"\"\xFF\""}));
    EXPECT_FALSE(run({"{\"a\":"}));
    EXPECT_EQ(request_.error().byte, 5U);
}

TEST_F(PeerNlohmannRoundtripTest, RefusesDepthThatDumpCannotTake) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(run({nested(1'000)}));
    EXPECT_FALSE(run({nested(1'001)}));
    EXPECT_EQ(request_.error().code, ErrorCode::kTooDeep);
    EXPECT_EQ(request_.error().byte, 1'000U);
    EXPECT_FALSE(run({nested(1'000'000)}));
    EXPECT_FALSE(run({std::string(1'000'000, '[')}));
    // Brackets in strings and siblings are no depth.
    EXPECT_TRUE(run({"[\"\\\"" + std::string(10'000, '[') + "\"]"}));
    std::string siblings = "[0";
    for (int i = 0; i < 10'000; ++i) {
        siblings += ",[]";
    }
    EXPECT_TRUE(run({siblings + "]"}));
}

}  // namespace
}  // namespace rowcast::reference
