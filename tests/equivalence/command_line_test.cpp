#include "harness/cases/command_line.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/equivalence/shell.hpp"

namespace rowcast::cases {
namespace {

using namespace std::string_literals;

using test::output_of_bash;

std::string all_bytes(unsigned first) {
    std::string bytes;
    for (unsigned byte = first; byte != 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

TEST(PrintfCommand, WritesExactlyItsBytesInAShell) {
    for (const std::string& bytes :
         {""s, "plain"s, "it's 100% \\n {\"a\":\"b\"}"s, all_bytes(0), all_bytes(0) + "0123"s,
          "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 \xC3"s, "-n"s,
          "\x01"
          "7"s}) {
        EXPECT_EQ(output_of_bash(printf_command(bytes)), bytes) << printf_command(bytes);
    }
}

TEST(ShellWord, MeansExactlyItsBytesInAShell) {
    for (const std::string& bytes :
         {""s, "plain"s, "it's $HOME `ls` \\ \" * ~ !x"s, "two\nlines\t"s, all_bytes(1),
          "\xC3\xA9 \xFF"s, "{ id name: first_name }"s}) {
        EXPECT_EQ(output_of_bash("printf %s " + shell_word(bytes)), bytes) << shell_word(bytes);
    }
}

TEST(Printable, EscapesWhatATerminalWouldNotShow) {
    EXPECT_EQ(printable("a\n\x80\xC3\xA9\xFF"s), "a\\x0a\\x80\xC3\xA9\\xff");
    EXPECT_EQ(printable("\xED\xA0\x80\xC0\x80\xE2\x82"s), "\\xed\\xa0\\x80\\xc0\\x80\\xe2\\x82");
}

TEST(CommandLine, NamesEveryOptionThatIsNotTheDefault) {
    TransformCase all;
    all.field = "users";
    all.type = "User";
    all.schema = "{}";
    all.select = "{ id }";
    all.typename_mode = TypenameMode::kSelected;
    all.keys = KeyStyle::kRaw;
    all.single = true;
    all.wrap = false;
    all.omit_missing = true;
    all.max_depth = 5;
    all.rows = {"{\"it's\":1}", "2"};
    EXPECT_EQ(
        command_line(all, "scalar"),
        R"(printf '{"it\047s":1}\n2\n' | rowcast transform --field=users --type=User)"
        R"( --schema <(printf '{}') --select '{ id }' --typename selected --keys raw --single)"
        R"( --no-wrap --omit-missing --max-depth 5 --impl scalar)");
}

TEST(CommandLine, GivesRowsThatNdjsonCannotCarryAsFiles) {
    TransformCase rows;
    rows.rows = {"[\n]", ""};
    rows.field_paths = R"([["a"]])";
    EXPECT_EQ(command_line(rows, "scalar"),
              R"(rowcast transform --field-paths <(printf '[["a"]]') --impl scalar)"
              R"( --input-format file <(printf '[\n]') <(printf ''))");
    rows.rows.clear();
    rows.field_paths.reset();
    rows.field_selections = "[]";
    EXPECT_EQ(command_line(rows, "scalar"),
              "rowcast transform --field-selections <(printf '[]') --impl scalar </dev/null");
}

}  // namespace
}  // namespace rowcast::cases
