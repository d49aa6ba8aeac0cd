// Rows transformed by several threads: the answer of one thread, byte for byte, whatever the sizes;
// the first error; memory; requests side by side.

#include "pipeline/parallel_rows.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>

#include "harness/cases/workload_plan.hpp"
#include "pipeline/request.hpp"
#include "tests/support/implementation_test.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast {
namespace {

kernels::Row row(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::vector<kernels::Row> rows_of(const std::vector<std::string>& texts) {
    std::vector<kernels::Row> rows;
    for (const std::string& text : texts) {
        rows.push_back(row(text));
    }
    return rows;
}

RequestOptions threads(std::size_t count, std::size_t chunk_bytes = 500) {
    RequestOptions options;
    options.threads = count;
    options.parallel = {.worth_bytes = 0, .chunk_bytes = chunk_bytes};
    return options;
}

std::shared_ptr<const Plan> untyped_plan(std::size_t roots = 1) {
    std::vector<RootOptions> options(roots);
    const std::string_view names[] = {"a", "b", "c"};
    for (std::size_t i = 0; i != roots; ++i) {
        options[i].field = names[i];
    }
    return *Plan::compile(options, nullptr, true);
}

// Objects of a few bytes to a few kilobytes.
std::vector<std::string> random_rows(std::mt19937& random, std::size_t count) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i != count; ++i) {
        const bool is_long = random() % 40 == 0;
        texts.push_back(R"({"row_number": )" + std::to_string(i) + R"(, "the_text": ")" +
                        std::string(random() % (is_long ? 5000 : 60), 'x') + R"("})");
    }
    return texts;
}

// As one thread would have it.
struct Answer {
    explicit Answer(const Request& request)
        : response(request.response()), error(request.error()) {}

    std::string response;
    Error error;
};

void expect_same(const Request& request, const Answer& expected) {
    EXPECT_EQ(request.error().code, expected.error.code);
    EXPECT_EQ(request.error().root, expected.error.root);
    EXPECT_EQ(request.error().row, expected.error.row);
    EXPECT_EQ(request.error().byte, expected.error.byte);
    EXPECT_TRUE(request.response() == expected.response)
        << request.response().size() << " bytes for " << expected.response.size();
}

// oneTBB would run no more threads than there are processors.
class ParallelRowsTest : public test::ImplementationTest {
    tbb::global_control more_{tbb::global_control::max_allowed_parallelism, 8};
};
ROWCAST_FOR_EACH_IMPLEMENTATION(ParallelRowsTest);

TEST_P(ParallelRowsTest, GiveTheBytesOfOneThreadForEveryWorkload) {
    for (const workloads::Workload& workload : workloads::catalogue()) {
        const std::size_t count = std::min<std::size_t>(workload.default_rows, 150);
        const auto document = workload.generate(workloads::Layout::kJsonb, 1, count);
        const auto rows = cases::rows_of(document);
        const auto schema = *cases::parse_schema(workload);
        for (const cases::Scenario scenario : cases::kScenarios) {
            const auto plan = *cases::compile_plan(workload, schema, scenario);
            Request one(implementation());
            ASSERT_TRUE(one.run(*plan, rows));
            for (const std::size_t count_of_threads : {2U, 3U, 8U}) {
                Request request(implementation(), threads(count_of_threads, 2000));
                for (int time = 0; time != 3; ++time) {
                    request.run(*plan, rows);
                    expect_same(request, Answer(one));
                }
                EXPECT_EQ(request.parallel()->held_bytes() != 0,
                          count > 1 && !plan->roots()[0].single)
                    << workload.name << ": the threads were at work";
            }
        }
    }
}

TEST_P(ParallelRowsTest, GiveTheBytesOfOneThreadForRowsOfAnySize) {
    const auto plan = untyped_plan();
    std::mt19937 random(1);
    Request one(implementation());
    std::vector<std::unique_ptr<Request>> requests;
    for (const std::size_t count : {2U, 3U, 4U, 8U}) {
        for (const std::size_t chunk_bytes : {1U, 300U, 20000U}) {
            requests.push_back(
                std::make_unique<Request>(implementation(), threads(count, chunk_bytes)));
        }
    }
    for (const std::size_t count : {2U, 3U, 17U, 200U, 800U}) {
        const auto texts = random_rows(random, count);
        const auto rows = rows_of(texts);
        ASSERT_TRUE(one.run(*plan, rows));
        for (const auto& request : requests) {
            request->run(*plan, rows);
            expect_same(*request, Answer(one));
        }
    }
}

TEST_P(ParallelRowsTest, AnswerSeveralRootsAndBatches) {
    const auto plan = untyped_plan(3);
    std::mt19937 random(2);
    const auto texts = random_rows(random, 300);
    const auto rows = rows_of(texts);
    const auto in_steps = [&](Request& request) {
        EXPECT_TRUE(request.begin(*plan));  // nothing is expected, so the output grows
        EXPECT_TRUE(request.rows(rows));
        EXPECT_TRUE(request.row(rows[0]));
        EXPECT_TRUE(request.rows(std::span(rows).first(20)));
        EXPECT_TRUE(request.next_root());
        EXPECT_TRUE(request.next_root());
        EXPECT_TRUE(request.rows(rows));
        EXPECT_TRUE(request.end());
    };
    Request one(implementation());
    in_steps(one);
    for (const std::size_t count : {2U, 5U}) {
        Request request(implementation(), threads(count));
        in_steps(request);
        expect_same(request, Answer(one));
    }
}

TEST_P(ParallelRowsTest, ReportTheFirstBadRow) {
    const auto plan = untyped_plan(2);
    std::mt19937 random(3);
    auto texts = random_rows(random, 400);
    Request one(implementation());
    std::vector<std::unique_ptr<Request>> requests;
    for (const std::size_t count : {2U, 4U, 8U}) {
        requests.push_back(std::make_unique<Request>(implementation(), threads(count)));
    }
    for (int time = 0; time != 40; ++time) {
        auto bad = texts;
        for (std::size_t i = random() % 300; i < bad.size(); i += 1 + random() % 60) {
            bad[i].resize(random() % bad[i].size());
        }
        const auto rows = rows_of(bad);
        const auto ask = [&](Request& request) {
            const bool is_answered = request.begin(*plan) && request.rows(rows_of(texts)) &&
                                     request.next_root() && request.rows(rows) && request.end();
            EXPECT_FALSE(is_answered);
        };
        ask(one);
        ASSERT_NE(one.error().code, ErrorCode::kOk);
        for (const auto& request : requests) {
            ask(*request);
            expect_same(*request, Answer(one));
            EXPECT_EQ(request->response(), "");
            EXPECT_FALSE(request->end());
        }
    }
}

// The threads' own buffers count, and where they do not fit one thread does it all: a limit that
// suffices for one thread suffices for several, and the error of one thread is that of several.
TEST_P(ParallelRowsTest, ObeyTheLimitOnMemory) {
    const auto plan = untyped_plan();
    std::mt19937 random(4);
    auto texts = random_rows(random, 150);
    for (const bool has_bad_row : {false, true}) {
        if (has_bad_row) {
            texts[130] = "[1";
        }
        const auto rows = rows_of(texts);
        bool answered = false;
        for (std::size_t limit = 0; limit < 200'000; limit += limit / 8 + 101) {
            RequestOptions options = threads(1);
            options.max_bytes = limit;
            Request one(implementation(), options);
            answered = one.run(*plan, rows);
            options.threads = 3;
            Request request(implementation(), options);
            for (int time = 0; time != 2; ++time) {
                request.run(*plan, rows);
                expect_same(request, Answer(one));
                EXPECT_LE(request.output().capacity() + request.arena().capacity() +
                              request.parallel()->held_bytes(),
                          limit);
                // What fitted before still does, with what the threads have kept.
                EXPECT_TRUE(one.run(*plan, {}) == request.run(*plan, {}));
                one.run(*plan, rows);
            }
        }
        EXPECT_NE(answered, has_bad_row) << "the last limit is high enough";
    }
}

TEST_P(ParallelRowsTest, TakeTheCallersMemoryInTheCallersThread) {
    struct Own {
        std::string text;
        std::thread::id caller = std::this_thread::get_id();
        std::size_t calls = 0;
        std::size_t calls_of_others = 0;
        std::size_t refuse_above = static_cast<std::size_t>(-1);
    } own;
    RequestOptions options = threads(4);
    options.allocator = {&own, [](void* context, std::uint8_t** data, std::size_t /*used*/,
                                  std::size_t wanted, std::size_t* capacity) {
                             auto& self = *static_cast<Own*>(context);
                             ++self.calls;
                             self.calls_of_others +=
                                 std::this_thread::get_id() == self.caller ? 0U : 1U;
                             if (wanted > self.refuse_above) {
                                 return false;
                             }
                             self.text.resize(std::max(wanted, self.text.size()));
                             *data = reinterpret_cast<std::uint8_t*>(self.text.data());
                             *capacity = self.text.size();
                             return true;
                         }};
    const auto plan = untyped_plan();
    std::mt19937 random(5);
    const auto texts = random_rows(random, 500);
    const auto rows = rows_of(texts);
    Request one(implementation());
    ASSERT_TRUE(one.run(*plan, rows));
    Request request(implementation(), options);
    ASSERT_TRUE(request.begin(*plan) && request.rows(rows) && request.end());
    expect_same(request, Answer(one));
    EXPECT_EQ(request.response().data(), own.text.data());
    EXPECT_GT(own.calls, 3U) << "it had to grow";
    EXPECT_EQ(own.calls_of_others, 0U);
    request.trim();
    own.refuse_above = own.text.size() / 2;
    EXPECT_FALSE(request.run(*plan, rows));
    EXPECT_EQ(request.error().code, ErrorCode::kOutOfMemory);
}

TEST_P(ParallelRowsTest, LeaveSmallRequestsToOneThread) {
    const auto plan = untyped_plan();
    RequestOptions options;
    options.threads = 4;
    Request request(implementation(), options);
    const std::string text = R"({"a_b":")" + std::string(1000, 'x') + R"("})";
    const std::vector<kernels::Row> few((ParallelOptions::kWorthBytes - 1) / text.size(),
                                        row(text));
    ASSERT_TRUE(request.run(*plan, few));
    EXPECT_EQ(request.parallel()->held_bytes(), 0U);
    const std::string large(2 * ParallelOptions::kWorthBytes, ' ');
    const std::string one_row = large + "1";
    ASSERT_TRUE(request.run(*plan, rows_of({one_row})));
    EXPECT_EQ(request.parallel()->held_bytes(), 0U) << "one row is one thread's";
    const std::vector<kernels::Row> many(ParallelOptions::kWorthBytes / text.size() + 1, row(text));
    ASSERT_TRUE(request.run(*plan, many));
    EXPECT_GT(request.parallel()->held_bytes(), 0U);
    request.trim();
    EXPECT_EQ(request.parallel()->held_bytes(), 0U);
    ASSERT_TRUE(request.run(*plan, many));
}

TEST_P(ParallelRowsTest, ServeManyRequestsSideBySide) {
    const auto plan = untyped_plan();
    std::mt19937 random(6);
    const auto texts = random_rows(random, 300);
    auto bad = texts;
    bad[200] = "{]";
    bad[270] = "{]";
    Request one(implementation());
    ASSERT_TRUE(one.run(*plan, rows_of(texts)));
    const std::string expected(one.response());
    std::atomic<std::size_t> wrong{0};
    std::vector<std::thread> users;
    for (std::size_t user = 0; user != 4; ++user) {
        users.emplace_back([&, user] {
            Request request(implementation(), threads(2 + user % 3));
            for (int time = 0; time != 15; ++time) {
                wrong +=
                    request.run(*plan, rows_of(texts)) && request.response() == expected ? 0 : 1;
                wrong += !request.run(*plan, rows_of(bad)) && request.error().row == 200 &&
                                 request.error().byte == 1
                             ? 0
                             : 1;
            }
        });
    }
    for (std::thread& user : users) {
        user.join();
    }
    EXPECT_EQ(wrong, 0U);
}

// Every batch waits for a second one, so that only two threads at once can get through.
class Rendezvous : public Implementation {
  public:
    std::string_view name() const noexcept override { return "rendezvous"; }
    std::string_view description() const noexcept override { return "two at once"; }
    kernels::BatchStatus transform_rows(const Root& /*root*/, std::span<const kernels::Row> rows,
                                        const Workspace& /*workspace*/) const noexcept override {
        ++present_;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (present_ < 2) {
            if (std::chrono::steady_clock::now() > end) {
                return {0, {ErrorCode::kBadLiteral, 0}};
            }
            std::this_thread::yield();
        }
        return {rows.size(), {ErrorCode::kOk, 0}};
    }

  private:
    mutable std::atomic<unsigned> present_{0};
};

TEST(ParallelRows, AreWorkedOnAtTheSameTime) {
    const tbb::global_control more(tbb::global_control::max_allowed_parallelism, 2);
    const Rendezvous implementation;
    Request request(implementation, threads(2, 1));
    EXPECT_TRUE(request.run(*untyped_plan(), rows_of({"1", "2", "3", "4"})));
}

}  // namespace
}  // namespace rowcast
