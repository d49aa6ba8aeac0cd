// Requests: steps, roots, errors and what is left behind, memory and its limits.

#include "pipeline/request.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/guarded_buffer.hpp"
#include "tests/support/implementation_test.hpp"

namespace rowcast {
namespace {

kernels::Row row(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::vector<kernels::Row> rows(std::initializer_list<std::string_view> texts) {
    std::vector<kernels::Row> result;
    for (const std::string_view text : texts) {
        result.push_back(row(text));
    }
    return result;
}

std::shared_ptr<const Plan> plan_of(const std::vector<RootOptions>& roots, bool wrap = true,
                                    std::shared_ptr<const Schema> schema = nullptr) {
    auto plan = Plan::compile(roots, std::move(schema), wrap);
    EXPECT_TRUE(plan) << plan.error().message;
    return *plan;
}

RootOptions root(std::string_view field, bool single = false) {
    RootOptions options;
    options.field = field;
    options.single = single;
    return options;
}

class RequestTest : public test::ImplementationTest {};
ROWCAST_FOR_EACH_IMPLEMENTATION(RequestTest);

TEST_P(RequestTest, RunsInStepsAsAtOnce) {
    const auto plan = plan_of({root("users")});
    const auto input = rows({R"({"a_b":1})", "2", R"([{"c_d":3}])"});
    Request at_once(implementation());
    ASSERT_TRUE(at_once.run(*plan, input));
    EXPECT_EQ(at_once.response(), R"({"data":{"users":[{"aB":1},2,[{"cD":3}]]}})");

    Request stepwise(implementation());
    ASSERT_TRUE(stepwise.begin(*plan));
    EXPECT_EQ(stepwise.response(), "") << "before the end there is no response";
    ASSERT_TRUE(stepwise.row(input[0]));
    ASSERT_TRUE(stepwise.rows({}));
    ASSERT_TRUE(stepwise.rows(std::span(input).subspan(1)));
    EXPECT_EQ(stepwise.response(), "");
    ASSERT_TRUE(stepwise.end());
    EXPECT_EQ(stepwise.response(), at_once.response());
}

TEST_P(RequestTest, AnswersSeveralRootsInCallOrder) {
    const auto plan = plan_of({root("b"), root("a", true), root("none"), root("nobody", true)});
    Request request(implementation());
    for (int time = 0; time != 2; ++time) {
        ASSERT_TRUE(request.begin(*plan));
        ASSERT_TRUE(request.rows(rows({"1", "2"})));
        ASSERT_TRUE(request.next_root());
        ASSERT_TRUE(request.rows(rows({"3", "4"})));
        ASSERT_TRUE(request.next_root());
        ASSERT_TRUE(request.next_root());
        ASSERT_TRUE(request.end());
        EXPECT_EQ(request.response(), R"({"data":{"b":[1,2],"a":3,"none":[],"nobody":null}})");
    }
}

TEST_P(RequestTest, RefusesStepsOutOfOrder) {
    const auto plan = plan_of({root("a"), root("b")});
    Request request(implementation());
    EXPECT_FALSE(request.row(row("1"))) << "before begin()";
    EXPECT_FALSE(request.end());
    EXPECT_FALSE(request.next_root());
    ASSERT_TRUE(request.begin(*plan));
    EXPECT_FALSE(request.end()) << "a root was never opened";
    ASSERT_TRUE(request.begin(*plan));
    ASSERT_TRUE(request.next_root());
    EXPECT_FALSE(request.next_root()) << "there is no third root";
    ASSERT_TRUE(request.begin(*plan));
    ASSERT_TRUE(request.next_root());
    ASSERT_TRUE(request.end());
    EXPECT_FALSE(request.row(row("1"))) << "after end()";
    EXPECT_EQ(request.response(), R"({"data":{"a":[],"b":[]}})");
}

TEST_P(RequestTest, NamesRootRowAndByteOfTheFirstError) {
    const auto plan = plan_of({root("a"), root("b")});
    Request request(implementation());
    ASSERT_TRUE(request.begin(*plan));
    ASSERT_TRUE(request.rows(rows({"1", "2"})));
    ASSERT_TRUE(request.next_root());
    ASSERT_TRUE(request.row(row("{}")));
    ASSERT_TRUE(request.rows(rows({"[]", "[]"})));
    EXPECT_FALSE(request.rows(rows({"4", R"({"a" 1})", "]"})));
    EXPECT_EQ(request.error().code, ErrorCode::kExpectedColon);
    EXPECT_EQ(request.error().root, 1U);
    EXPECT_EQ(request.error().row, 4U);
    EXPECT_EQ(request.error().byte, 5U);
    EXPECT_EQ(request.response(), "");
}

TEST_P(RequestTest, StopsAfterAnErrorAndStartsAfreshWithTheNextRequest) {
    const auto plan = plan_of({root("a")});
    Request request(implementation());
    ASSERT_TRUE(request.begin(*plan));
    ASSERT_TRUE(request.row(row("1")));
    ASSERT_FALSE(request.row(row("nul")));
    EXPECT_FALSE(request.row(row("2")));
    EXPECT_FALSE(request.end());
    EXPECT_EQ(request.response(), "");
    EXPECT_EQ(request.error().row, 1U) << "the first error stays";
    EXPECT_EQ(request.error().byte, 3U);
    ASSERT_TRUE(request.run(*plan, rows({"2"})));
    EXPECT_EQ(request.response(), R"({"data":{"a":[2]}})");
    EXPECT_EQ(request.error().code, ErrorCode::kOk);
}

TEST_P(RequestTest, JudgesEveryRowOfASingle) {
    const auto plan = plan_of({root("a", true)});
    Request request(implementation());
    ASSERT_TRUE(request.run(*plan, rows({R"({"x_y":1})", "2"})));
    EXPECT_EQ(request.response(), R"({"data":{"a":{"xY":1}}})");
    EXPECT_FALSE(request.run(*plan, rows({"1", "2", "tru"})));
    EXPECT_EQ(request.error().row, 2U);
    EXPECT_EQ(request.error().byte, 3U);
    // The same, pushed one by one.
    ASSERT_TRUE(request.begin(*plan));
    for (const std::string_view text : {"[ 1 ]", "2", "3"}) {
        ASSERT_TRUE(request.row(row(text)));
    }
    ASSERT_TRUE(request.end());
    EXPECT_EQ(request.response(), R"({"data":{"a":[1]}})");
}

TEST_P(RequestTest, LeavesTheWrapperOutWhereAsked) {
    Request request(implementation());
    const auto list = plan_of({root("a")}, false);
    ASSERT_TRUE(request.run(*list, rows({"1", "2"})));
    EXPECT_EQ(request.response(), "[1,2]");
    ASSERT_TRUE(request.run(*list, {}));
    EXPECT_EQ(request.response(), "[]");
    const auto single = plan_of({root("a", true)}, false);
    ASSERT_TRUE(request.run(*single, rows({"\"x\""})));
    EXPECT_EQ(request.response(), "\"x\"");
    ASSERT_TRUE(request.run(*single, {}));
    EXPECT_EQ(request.response(), "null");
}

TEST_P(RequestTest, DrainsWhatIsWrittenSoFar) {
    RootOptions options = root("users");
    options.type = "User";
    const auto plan = plan_of({options});
    Request request(implementation());
    std::string drained;
    const auto sink = [&](std::string_view bytes) { drained += bytes; };
    ASSERT_TRUE(request.begin(*plan));
    request.drain(sink);
    for (const std::string_view text : {R"({"a":1})", R"([])", "3"}) {
        ASSERT_TRUE(request.row(row(text)));
        request.drain(sink);
        request.drain(sink);  // nothing new
    }
    ASSERT_TRUE(request.end());
    request.drain(sink);
    EXPECT_EQ(drained, R"({"data":{"users":[{"__typename":"User","a":1},[],3]}})");
    EXPECT_EQ(request.response(), "");
    // Without draining no byte precedes an error; with it, only what was complete.
    drained.clear();
    ASSERT_TRUE(request.begin(*plan));
    ASSERT_TRUE(request.row(row("1")));
    request.drain(sink);
    EXPECT_FALSE(request.row(row(R"({"a":[1,2,)")));
    request.drain(sink);
    EXPECT_EQ(drained, R"({"data":{"users":[1)");
}

TEST_P(RequestTest, KeepsNoPointerToAPushedRow) {
    const auto plan = plan_of({root("a")});
    Request request(implementation());
    test::GuardedBuffer buffer(64);
    ASSERT_TRUE(request.begin(*plan));
    for (int i = 0; i != 5; ++i) {
        const std::string text =
            R"({"key_)" + std::to_string(i) + R"(":")" + std::to_string(i) + "\"}";
        const auto place = buffer.at_end(std::string_view(text));
        ASSERT_TRUE(request.row({place.data(), place.size()}));
        const auto whole = buffer.at_end(buffer.capacity());
        std::fill(whole.begin(), whole.end(), std::uint8_t{0xFF});
    }
    ASSERT_TRUE(request.end());
    EXPECT_EQ(
        request.response(),
        R"({"data":{"a":[{"key0":"0"},{"key1":"1"},{"key2":"2"},{"key3":"3"},{"key4":"4"}]}})");
}

TEST_P(RequestTest, ObeysItsLimitOnMemory) {
    const auto plan = plan_of({root("a")});
    const std::string large = "\"" + std::string(100000, 'x') + "\"";
    RequestOptions options;
    options.max_bytes = 50000;
    Request request(implementation(), options);
    EXPECT_FALSE(request.run(*plan, rows({"1", large})));
    EXPECT_EQ(request.error().code, ErrorCode::kRequestTooLarge);
    EXPECT_EQ(request.error().row, 1U);
    EXPECT_EQ(request.response(), "");
    EXPECT_LE(request.output().capacity() + request.arena().capacity(), options.max_bytes);
    // What fits is answered, before and after.
    ASSERT_TRUE(request.run(*plan, rows({"1", "2"})));
    EXPECT_EQ(request.response(), R"({"data":{"a":[1,2]}})");
}

TEST_P(RequestTest, ObeysEveryLimitUpToTheOneThatSuffices) {
    RootOptions options = root("a");
    options.select = "{ b { c } a }";
    const auto plan = plan_of({options});
    const std::string deep =
        std::string(60, '[') + R"({"b":[{"c":1}],"\u0061":"x"})" + std::string(60, ']');
    bool answered = false;
    for (std::size_t limit = 0; !answered; limit += limit < 2000 ? 37 : 1009) {
        ASSERT_LT(limit, 10000000U);
        RequestOptions memory;
        memory.max_bytes = limit;
        Request request(implementation(), memory);
        answered = request.run(*plan, rows({deep, deep}));
        EXPECT_LE(request.output().high_water() + request.arena().high_water(), limit);
        if (!answered) {
            EXPECT_EQ(request.error().code, ErrorCode::kRequestTooLarge) << limit;
            EXPECT_EQ(request.response(), "");
        }
    }
}

// An allocator for one response in the caller's own string.
struct StringOutput {
    std::string text;
    bool fail = false;

    OutputAllocator allocator() {
        return {this, [](void* context, std::uint8_t** data, std::size_t /*used*/,
                         std::size_t wanted, std::size_t* capacity) {
                    auto& self = *static_cast<StringOutput*>(context);
                    if (self.fail) {
                        return false;
                    }
                    if (wanted != 0) {
                        self.text.resize(wanted);
                    }
                    *data = reinterpret_cast<std::uint8_t*>(self.text.data());
                    *capacity = self.text.size();
                    return true;
                }};
    }
};

TEST_P(RequestTest, WritesIntoTheCallersMemory) {
    const auto plan = plan_of({root("a")});
    StringOutput own;
    Request request(implementation(), {MemoryLimit::kUnlimited, own.allocator()});
    const std::string large = "\"" + std::string(10000, 'x') + "\"";
    ASSERT_TRUE(request.run(*plan, rows({"1", large})));
    EXPECT_EQ(request.response().data(), own.text.data());
    EXPECT_EQ(request.response(), R"({"data":{"a":[1,)" + large + "]}}");
    own.fail = true;
    const std::string larger = "\"" + std::string(100000, 'x') + "\"";
    EXPECT_FALSE(request.run(*plan, rows({larger})));
    EXPECT_EQ(request.error().code, ErrorCode::kOutOfMemory);
}

TEST_P(RequestTest, GivesItsMemoryBackWhenTrimmed) {
    RootOptions options = root("a");
    options.select = "{ x }";
    const auto plan = plan_of({options});
    Request request(implementation());
    const std::string large = R"({"x":")" + std::string(100000, 'x') + R"("})";
    ASSERT_TRUE(request.run(*plan, rows({large})));
    EXPECT_GE(request.output().capacity(), large.size());
    request.trim();
    EXPECT_EQ(request.output().capacity(), 0U);
    EXPECT_EQ(request.arena().capacity(), 0U);
    EXPECT_GE(request.output().high_water(), large.size());
    ASSERT_TRUE(request.run(*plan, rows({"null"})));
    EXPECT_EQ(request.response(), R"({"data":{"a":[null]}})");
}

TEST_P(RequestTest, EstimatesItsOutputSoThatItDoesNotGrow) {
    const auto schema = *Schema::parse(
        R"({"types":{"User":{"fields":{"posts":{"type_name":"Post","is_nested_object":true}}}}})");
    std::string text = R"({"user_name":"ada","posts":[)";
    for (int i = 0; i != 50; ++i) {
        text += (i == 0 ? R"({"id":)" : R"(,{"id":)") + std::to_string(i) + "}";
    }
    text += "]}";
    for (const bool select : {false, true}) {
        RootOptions options = root("users");
        options.type = "User";
        if (select) {
            options.select = "{ user_name posts { id } }";
        }
        const auto plan = plan_of({options}, true, schema);
        const std::vector<kernels::Row> many(200, row(text));
        Request request(implementation());
        ASSERT_TRUE(request.run(*plan, many));
        EXPECT_EQ(request.output().growths(), 1U) << (select ? "select" : "all");
        EXPECT_LE(request.output().capacity(), 2 * request.response().size());
    }
}

// Rows of 4 GiB and more are refused before a byte of them is read: behind this address nothing
// can be read.
TEST_P(RequestTest, RefusesARowThatIsTooLongBeforeReadingIt) {
    test::GuardedBuffer buffer(16);
    const auto nothing = buffer.at_end(std::size_t{0});
    constexpr std::size_t kLongest = std::numeric_limits<std::uint32_t>::max();
    const auto schema = *Schema::parse(
        R"({"types":{"User":{"fields":{"posts":{"type_name":"Post","is_nested_object":true}}}}})");
    for (const bool single : {false, true}) {
        RootOptions options = root("a", single);
        options.type = "User";
        const auto plan = plan_of({options}, true, schema);
        for (const std::size_t size : {kLongest + 1, kLongest + 2, 2 * kLongest}) {
            const kernels::Row too_long{nothing.data(), size};
            Request request(implementation());
            ASSERT_TRUE(request.begin(*plan));
            ASSERT_TRUE(request.row(row("1")));
            EXPECT_FALSE(request.row(too_long));
            EXPECT_EQ(request.error().code, ErrorCode::kRowTooLong);
            EXPECT_EQ(request.error().row, 1U);
            const kernels::Row batch[] = {row("1"), row("2"), too_long, row("x")};
            EXPECT_FALSE(request.run(*plan, batch));
            EXPECT_EQ(request.error().code, ErrorCode::kRowTooLong);
            EXPECT_EQ(request.error().row, 2U);
            // A bad row before it is the first one.
            const kernels::Row worse[] = {row("1"), row("x"), too_long};
            EXPECT_FALSE(request.run(*plan, worse));
            EXPECT_EQ(request.error().row, 1U);
            EXPECT_EQ(request.error().byte, 0U);
        }
    }
}

TEST_P(RequestTest, TakesARowAtNoAddressForAnEmptyOne) {
    const auto plan = plan_of({root("a")});
    Request request(implementation());
    EXPECT_FALSE(request.row({nullptr, 0}));
    ASSERT_TRUE(request.begin(*plan));
    EXPECT_FALSE(request.row({nullptr, 0}));
    EXPECT_EQ(request.error().row, 0U);
    EXPECT_EQ(request.error().byte, 0U);
}

// More starts of literals than a valid block of 64 bytes can hold; found by fuzzing.
TEST_P(RequestTest, RefusesBlocksFullOfHalfLiterals) {
    const auto plan = plan_of({root("data")});
    Request request(implementation());
    std::string row_of_n = "[n";
    std::string spaced = "[";
    for (int i = 0; i != 260; ++i) {
        row_of_n += ",n";
        spaced += "t ";
    }
    ASSERT_FALSE(request.run(*plan, rows({row_of_n + "]"})));
    EXPECT_EQ(request.error().byte, 2U);
    ASSERT_FALSE(request.run(*plan, rows({spaced + "]"})));
    EXPECT_EQ(request.error().byte, 2U);
}

// Rows are judged in groups: what is wrong in one must neither spoil nor hide its neighbours.
TEST_P(RequestTest, NamesTheOneBadRowWhereverItStands) {
    const auto plan = plan_of({root("data")});
    Request request(implementation());
    constexpr std::size_t kRows = 70;
    for (std::size_t bad = 0; bad != kRows; ++bad) {
        std::vector<kernels::Row> input(kRows,
                                        row(R"({"user_id":17,"is_ok":true,"x":[1,{"y_z":"w"}]})"));
        input[bad] = row(R"({"user_id":17,"is_ok":true,"x":[1,{"y_z":"w"}],"n":01})");
        ASSERT_FALSE(request.run(*plan, input));
        EXPECT_EQ(request.error().row, bad);
        EXPECT_EQ(request.error().byte, 52U);
        EXPECT_EQ(request.response(), "");
    }
}

// Unusual but valid rows among usual ones.
TEST_P(RequestTest, TransformsUnusualRowsAmongUsualOnes) {
    const auto plan = plan_of({root("data")});
    Request request(implementation());
    const std::vector<std::pair<std::string_view, std::string_view>> unusual = {
        {R"({"a\u005fb":1})", R"({"aB":1})"},
        {R"({"a_b":1e5})", R"({"aB":1e5})"},
        {"{\n  \"a_b\" : [ ]\n}", R"({"aB":[]})"},
        {R"({"__a_b":1,"_":2,"_c":3})", R"({"__aB":1,"_":2,"_c":3})"},
        {"  7 ", "7"},
        {"{}", "{}"}};
    for (std::size_t place = 0; place < 40; place += 3) {
        for (const auto& [text, answer] : unusual) {
            std::vector<kernels::Row> input(40, row(R"({"a_b":"c_d"})"));
            input[place] = row(text);
            std::string expected = R"({"data":{"data":[)";
            for (std::size_t i = 0; i != input.size(); ++i) {
                expected += i == 0 ? "" : ",";
                expected += i == place ? answer : R"({"aB":"c_d"})";
            }
            ASSERT_TRUE(request.run(*plan, input)) << text;
            EXPECT_EQ(request.response(), expected + "]}}") << text;
        }
    }
}

// Keys are expected where they stood in the rows before.
TEST_P(RequestTest, SelectsFromRowsOfChangingShape) {
    RootOptions options = root("data");
    options.select = "{ c: cC a_a missing }";
    const auto plan = plan_of({options});
    Request request(implementation());
    const auto input =
        rows({R"({"a_a":1,"b":"x","c_c":"y"})", R"({"a_a":2,"b":"x","c_c":"z"})",
              R"({"b":"x","a_a":3,"c_c":4})", R"({"a_a":5})", R"({"c_c":[{"d_e":6}]})",
              R"({"a_a":7, "b":"x", "c_c":8, "a_a":9})", R"({"a_ab":1,"c_c_":2})"});
    ASSERT_TRUE(request.run(*plan, input));
    EXPECT_EQ(request.response(),
              R"({"data":{"data":[{"c":"y","aA":1,"missing":null},{"c":"z","aA":2,"missing":null},)"
              R"({"c":4,"aA":3,"missing":null},{"c":null,"aA":5,"missing":null},)"
              R"({"c":[{"dE":6}],"aA":null,"missing":null},{"c":8,"aA":9,"missing":null},)"
              R"({"c":2,"aA":null,"missing":null}]}})");
}

TEST_P(RequestTest, ServesOnePlanAfterAnother) {
    RootOptions selecting = root("b");
    selecting.select = "{ y x }";
    selecting.keys = KeyStyle::kRaw;
    const auto first = plan_of({root("a")});
    const auto second = plan_of({selecting});
    Request request(implementation());
    for (int i = 0; i != 3; ++i) {
        ASSERT_TRUE(request.run(*first, rows({R"({"x":1,"y_z":2})"})));
        EXPECT_EQ(request.response(), R"({"data":{"a":[{"x":1,"yZ":2}]}})");
        ASSERT_TRUE(request.run(*second, rows({R"({"x":1,"y_z":2})"})));
        EXPECT_EQ(request.response(), R"({"data":{"b":[{"y":null,"x":1}]}})");
        ASSERT_FALSE(request.run(*second, rows({R"({"x":1,"y_z":2)"})));
    }
}

}  // namespace
}  // namespace rowcast
