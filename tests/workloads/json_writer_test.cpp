#include "workloads/json_writer.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace rowcast::workloads {
namespace {

std::string written(Layout layout, const std::function<void(JsonWriter&)>& write) {
    std::string text;
    JsonWriter out(layout, text);
    write(out);
    return text;
}

TEST(JsonWriter, KeepsTheColumnsOrderInCompactAndSortsInJsonb) {
    const auto write = [](JsonWriter& out) {
        out.begin_object();
        out.key("ccc");
        out.begin_array();
        out.integer(1);
        out.begin_object();
        out.key("zz");
        out.null();
        out.key("b");
        out.boolean(true);
        out.end_object();
        out.string("x");
        out.end_array();
        out.key("b");
        out.begin_object();
        out.end_object();
        out.key("a");
        out.boolean(false);
        out.key("bb");
        out.begin_array();
        out.end_array();
        out.key("aa");
        out.integer(-7);
        out.end_object();
        out.end_row();
    };
    EXPECT_EQ(written(Layout::kCompact, write),
              R"({"ccc":[1,{"zz":null,"b":true},"x"],"b":{},"a":false,"bb":[],"aa":-7})"
              "\n");
    EXPECT_EQ(
        written(Layout::kJsonb, write),
        R"({"a": false, "b": {}, "aa": -7, "bb": [], "ccc": [1, {"b": true, "zz": null}, "x"]})"
        "\n");
}

TEST(JsonWriter, KeepsTheLastOfEqualKeysInJsonb) {
    const auto write = [](JsonWriter& out) {
        out.begin_object();
        for (const int value : {1, 2, 3}) {
            out.key("a");
            out.integer(value);
            out.key("b");
            out.integer(10 * value);
        }
        out.end_object();
    };
    EXPECT_EQ(written(Layout::kCompact, write), R"({"a":1,"b":10,"a":2,"b":20,"a":3,"b":30})");
    EXPECT_EQ(written(Layout::kJsonb, write), R"({"a": 3, "b": 30})");
}

TEST(JsonWriter, EscapesWhatPostgresEscapes) {
    const auto write = [](JsonWriter& out) { out.string("\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9"); };
    for (const Layout layout : kLayouts) {
        EXPECT_EQ(written(layout, write), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\"");
    }
    EXPECT_EQ(written(Layout::kCompact, [](JsonWriter& out) { out.string(""); }), "\"\"");
}

TEST(JsonWriter, WritesDecimalsWithTheirScale) {
    const auto decimal = [](std::int64_t unscaled, unsigned scale) {
        return written(Layout::kCompact, [=](JsonWriter& out) { out.decimal(unscaled, scale); });
    };
    EXPECT_EQ(decimal(0, 0), "0");
    EXPECT_EQ(decimal(0, 2), "0.00");
    EXPECT_EQ(decimal(5, 2), "0.05");
    EXPECT_EQ(decimal(-5, 2), "-0.05");
    EXPECT_EQ(decimal(12345, 2), "123.45");
    EXPECT_EQ(decimal(-100, 0), "-100");
    EXPECT_EQ(decimal(7, 4), "0.0007");
    EXPECT_EQ(decimal(INT64_MIN, 1), "-922337203685477580.8");
}

}  // namespace
}  // namespace rowcast::workloads
