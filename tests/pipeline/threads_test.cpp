// A plan is immutable: any number of threads may use one at a time, each with its own request.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "tests/support/implementation_test.hpp"

namespace rowcast {
namespace {

constexpr std::size_t kThreads = 4;

class SharedPlan : public test::ImplementationTest {};
ROWCAST_FOR_EACH_IMPLEMENTATION(SharedPlan);

kernels::Row row(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST_P(SharedPlan, GivesEveryThreadTheSameAnswers) {
    const auto schema = *Schema::parse(
        R"({"types":{"User":{"fields":{"user_posts":{"type_name":"Post","is_nested_object":true}}}}})");
    RootOptions all;
    all.type = "User";
    RootOptions some = all;
    some.select = "{ posts: userPosts { title kind: __typename } name: user_name missing }";
    const std::shared_ptr<const Plan> plans[] = {*Plan::compile({&all, 1}, schema),
                                                 *Plan::compile({&some, 1}, schema)};
    const std::string_view good =
        R"({"user_name":"a\u00e9","user_posts":[{"title":"x","\u0061_b":[1,2]},null]})";
    const std::string_view bad = R"({"user_name":"a\u00e9","user_posts":[{"title":"x"},nul]})";
    std::string expected[2];
    for (std::size_t i = 0; i != 2; ++i) {
        Request request(implementation());
        const kernels::Row rows[] = {row(good), row(good)};
        ASSERT_TRUE(request.run(*plans[i], rows));
        expected[i] = request.response();
    }
    std::atomic<std::size_t> wrong{0};
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread != kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            Request request(implementation());
            for (std::size_t i = 0; i != 300; ++i) {
                const std::size_t which = (i + thread) % 2;
                const kernels::Row rows[] = {row(good), row(good)};
                const kernels::Row broken[] = {row(good), row(bad)};
                wrong += request.run(*plans[which], rows) && request.response() == expected[which]
                             ? 0
                             : 1;
                wrong += request.run(*plans[which], broken) || request.error().row != 1 ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0U);
}

TEST_P(SharedPlan, MayLoseItsLastOwnerInAnyThread) {
    const auto schema = *Schema::parse(R"({"types":{"User":{"fields":{}}}})");
    std::vector<std::thread> threads;
    std::atomic<std::size_t> wrong{0};
    for (std::size_t i = 0; i != 50; ++i) {
        RootOptions options;
        options.select = "{ a { b } c }";
        std::shared_ptr<const Plan> plan = *Plan::compile({&options, 1}, schema);
        threads.clear();
        for (std::size_t thread = 0; thread != 2; ++thread) {
            threads.emplace_back([&, plan] {
                Request request(implementation());
                const kernels::Row one = row(R"({"c":1})");
                wrong += request.run(*plan, {&one, 1}) ? 0 : 1;
            });
        }
        plan.reset();
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
    EXPECT_EQ(wrong, 0U);
}

TEST(SharedSchema, CompilesPlansInSeveralThreads) {
    const auto schema =
        *Schema::parse(R"({"types":{"User":{"fields":{"first_name":{"type_name":"String"}}}}})");
    std::atomic<std::size_t> wrong{0};
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread != kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            const std::string select = "{ first_name x" + std::to_string(thread) + " }";
            for (int i = 0; i != 100; ++i) {
                RootOptions options;
                options.type = thread % 2 == 0 ? "User" : "Other";
                options.select = select;
                wrong += Plan::compile({&options, 1}, schema) ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0U);
}

TEST(SharedRegistry, MayBeReadFromSeveralThreads) {
    std::atomic<std::size_t> wrong{0};
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread != kThreads; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i != 100; ++i) {
                wrong += choose_implementation(best_implementation().name()) ? 0 : 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace rowcast
