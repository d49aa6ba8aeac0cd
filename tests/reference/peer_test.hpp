#pragma once

// What the tests of peers share.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "pipeline/schema.hpp"
#include "tests/support/guarded_buffer.hpp"
#include "tests/support/required.hpp"

namespace rowcast::reference {

inline constexpr std::string_view kPeerSchema =
    R"({"types":{"User":{"fields":{
        "user_posts":{"type_name":"Post","is_nested_object":true},
        "extra_data":{"type_name":"JSON"}}},
      "Post":{"fields":{"author":{"type_name":"User","is_nested_object":true}}}}})";

inline std::shared_ptr<const Plan> peer_plan(RootOptions root) {
    root.type = root.type ? root.type : "User";
    const auto plan = Plan::compile({&root, 1}, *Schema::parse(kPeerSchema), false);
    EXPECT_TRUE(plan) << plan.error().message;
    return *plan;
}

// The registered peers that answer a plain plan, or those that answer none.
inline std::vector<const Implementation*> peers_that_answer(bool answer) {
    std::vector<const Implementation*> found;
    for (const Implementation* each : implementations()) {
        if (is_peer(*each) && each->answers(*peer_plan({})) == answer) {
            found.push_back(each);
        }
    }
    return found;
}

class PeerTest : public ::testing::TestWithParam<const Implementation*> {
  protected:
    void SetUp() override {
        if (const char* const reason = GetParam()->unsupported_reason()) {
            ASSERT_FALSE(test::is_required(GetParam()->name())) << reason;
            GTEST_SKIP() << GetParam()->name() << ": " << reason;
        }
        request_ = std::make_unique<Request>(*GetParam());
    }

    // The response, or the error's row and code.
    std::string run(const Plan& plan, const std::vector<std::string_view>& texts) {
        std::vector<kernels::Row> rows;
        for (const std::string_view text : texts) {
            rows.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        }
        if (request_->run(plan, rows)) {
            return std::string(request_->response());
        }
        return "row " + std::to_string(request_->error().row) + ": " +
               message(request_->error().code);
    }
    std::string run(RootOptions root, const std::vector<std::string_view>& texts) {
        return run(*peer_plan(root), texts);
    }

    // The same bytes where nothing before and behind them may be touched, nor they be written.
    void expect_same_at_guard_pages(const Plan& plan, std::string_view text) {
        const std::string expected = run(plan, {text});
        test::GuardedBuffer buffer(text.size() + 1);
        for (const bool at_end : {true, false}) {
            const auto place = at_end ? buffer.at_end(text) : buffer.at_start(text);
            buffer.make_read_only();
            const std::string_view guarded(reinterpret_cast<const char*>(place.data()),
                                           place.size());
            EXPECT_EQ(run(plan, {guarded}), expected) << text;
            buffer.make_writable();
        }
    }

    std::unique_ptr<Request> request_;
};

// Rows of every length, and every kind of token at their ends.
inline std::vector<std::string> rows_for_guard_pages() {
    std::vector<std::string> rows = {"1",      "\"a\"",           "[]", "{}", " null ",
                                     "-1.5e3", R"({"a_b":true} )"};
    for (std::size_t size = 0; size != 200; ++size) {
        rows.push_back(R"({"first_name":")" + std::string(size, 'x') + "\"}");
    }
    return rows;
}

inline std::string peer_test_name(const ::testing::TestParamInfo<const Implementation*>& info) {
    std::string name(info.param->name());
    for (char& byte : name) {
        byte = byte == '-' ? '_' : byte;
    }
    return name;
}

}  // namespace rowcast::reference
