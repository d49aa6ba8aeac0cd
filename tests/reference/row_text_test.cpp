#include "reference/row_text.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace rowcast::reference {
namespace {

TEST(CamelCase, FollowsTheRules) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"user_name", "userName"},
        {"user_name_", "userName"},
        {"user__name", "userName"},
        {"address_1", "address1"},
        {"user_123_id", "user123Id"},
        {"_private", "_private"},
        {"__typename", "__typename"},
        {"__typename_", "__typename"},
        {"__type_name", "__typeName"},
        {"", ""},
        {"_", "_"},
        {"__", "__"},
        {"a", "a"},
        {"a_1b", "a1b"},  // the digit uses the underscore up
        {"a_1_b", "a1B"},
        {"_1a", "_1a"},
        {"1_a", "1A"},
        {"_1_a", "_1A"},
        {"USER_NAME", "USERNAME"},
        {"HTTP_status", "HTTPStatus"},
        {"a_{b", "a{b"},  // the neighbours of a and z
        {"a_`b", "a`b"},
        {"a_z", "aZ"},
        {"x_\xC3\xA9", "x\xC3\xA9"},
        {"\xC3\xA9_x", "\xC3\xA9X"},
        {"userName", "userName"},
        {"a.b_c", "a.bC"},
        {"user-name", "user-name"},
        {"a_-b", "a-b"},
        {"__a_b", "__aB"},
        {"a_", "a"},
        {"a__", "a"},
        {"_a_", "_a"},
    };
    for (const auto& [key, camel] : cases) {
        EXPECT_EQ(camel_case(key), camel) << key;
        EXPECT_EQ(camel_case(camel), camel) << "not idempotent: " << camel;
    }
}

TEST(CamelCase, KeepsANul) {
    using namespace std::string_view_literals;
    EXPECT_EQ(camel_case("a\0_b"sv), "a\0B"sv);
    EXPECT_EQ(camel_case("a_\0b"sv), "a\0b"sv);
}

TEST(CamelCase, TakesKeysOfAnyLength) {
    std::string key(1'000'000, '_');
    key += std::string(1'000'000, 'k') + std::string(1'000'000, '_') + "x_";
    std::string camel(1'000'000, '_');
    camel += std::string(1'000'000, 'k') + "X";
    EXPECT_EQ(camel_case(key), camel);
}

TEST(DecodeString, ReadsEveryEscape) {
    using namespace std::string_view_literals;
    EXPECT_EQ(decode_string(R"("")"), "");
    EXPECT_EQ(decode_string(R"("plain")"), "plain");
    EXPECT_EQ(decode_string(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(decode_string(R"("\u0000")"), "\0"sv);
    EXPECT_EQ(decode_string(R"("\u005f\u005F")"), "__");
    EXPECT_EQ(decode_string(R"("\u007f\u0080")"), "\x7F\xC2\x80");
    EXPECT_EQ(decode_string(R"("\u07ff\u0800")"), "\xDF\xBF\xE0\xA0\x80");
    EXPECT_EQ(decode_string(R"("\uABCD\uabcd")"), "\xEA\xAF\x8D\xEA\xAF\x8D");
    EXPECT_EQ(decode_string(R"("\ud7ff\ue000\uffff")"), "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF");
    EXPECT_EQ(decode_string(R"("\ud800\udc00")"), "\xF0\x90\x80\x80");
    EXPECT_EQ(decode_string(R"("x\uD83D\uDE00y")"), "x\xF0\x9F\x98\x80y");
    EXPECT_EQ(decode_string(R"("\udbff\udfff")"), "\xF4\x8F\xBF\xBF");
    EXPECT_EQ(decode_string(R"("\\u0041")"), "\\u0041");
}

TEST(Quote, EscapesTheLeast) {
    using namespace std::string_view_literals;
    EXPECT_EQ(quote(""), R"("")");
    EXPECT_EQ(quote("a/b'c"), R"("a/b'c")");
    EXPECT_EQ(quote("\"\\\b\f\n\r\t"), R"("\"\\\b\f\n\r\t")");
    EXPECT_EQ(quote("\0\x01\x0B\x1F"sv), R"("\u0000\u0001\u000b\u001f")");
    EXPECT_EQ(quote(" \x7F\xC3\xA9\xF0\x9F\x98\x80"), "\" \x7F\xC3\xA9\xF0\x9F\x98\x80\"");
}

TEST(Quote, IsUndoneByDecoding) {
    std::string text;
    for (int byte = 0; byte < 0x80; ++byte) {
        text.push_back(static_cast<char>(byte));
    }
    EXPECT_EQ(decode_string(quote(text)), text);
}

}  // namespace
}  // namespace rowcast::reference
