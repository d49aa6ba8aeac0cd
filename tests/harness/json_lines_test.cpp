#include "harness/measure/json_lines.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

namespace rowcast::measure {
namespace {

namespace fs = std::filesystem;
using Mode = JsonLinesWriter::Mode;

class JsonLinesTest : public testing::Test {
  protected:
    JsonLinesTest() {
        std::string pattern = (fs::temp_directory_path() / "rowcast-lines-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        file_ = folder_ / "cells.jsonl";
    }
    ~JsonLinesTest() override { fs::remove_all(folder_); }

    void put(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
    [[nodiscard]] std::string content() const {
        std::ifstream file(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    fs::path folder_;
    fs::path file_;
};

TEST_F(JsonLinesTest, ReadsWhatItWrote) {
    {
        JsonLinesWriter writer(file_, Mode::kTruncate);
        writer.append({{"name", "a"}, {"p99_ns", nullptr}});
        writer.append({{"name", "line\nbreak"}});
    }
    const JsonLines lines = read_json_lines(file_);
    ASSERT_EQ(lines.values.size(), 2u);
    EXPECT_TRUE(lines.values[0]["p99_ns"].is_null());
    EXPECT_EQ(lines.values[1]["name"], "line\nbreak");
    EXPECT_FALSE(lines.has_torn_line);
    EXPECT_EQ(lines.whole_bytes, fs::file_size(file_));
}

TEST_F(JsonLinesTest, IsOnTheDiskAfterEachLine) {
    JsonLinesWriter writer(file_, Mode::kTruncate);
    writer.append({{"name", "a"}});
    EXPECT_EQ(content(), "{\"name\":\"a\"}\n");
}

TEST_F(JsonLinesTest, AMissingFileIsEmpty) {
    const JsonLines lines = read_json_lines(file_);
    EXPECT_TRUE(lines.values.empty());
    EXPECT_FALSE(lines.has_torn_line);
}

TEST_F(JsonLinesTest, DropsATornLastLine) {
    for (const char* torn : {"{\"name\":\"b", "{\"name\":\"b\"}", "{\"na\n"}) {
        put(std::string("{\"name\":\"a\"}\n") + torn);
        const JsonLines lines = read_json_lines(file_);
        EXPECT_EQ(lines.values.size(), 1u) << torn;
        EXPECT_TRUE(lines.has_torn_line) << torn;
        EXPECT_EQ(lines.whole_bytes, 13u) << torn;
    }
}

TEST_F(JsonLinesTest, GoesOnAfterATornLine) {
    put("{\"name\":\"a\"}\n{\"name\":\"b");
    {
        JsonLinesWriter writer(file_, Mode::kResume);
        writer.append({{"name", "c"}});
    }
    EXPECT_EQ(content(), "{\"name\":\"a\"}\n{\"name\":\"c\"}\n");
}

TEST_F(JsonLinesTest, StartsOverWhenAsked) {
    put("{\"name\":\"a\"}\n");
    { const JsonLinesWriter writer(file_, Mode::kTruncate); }
    EXPECT_EQ(content(), "");
}

TEST_F(JsonLinesTest, RefusesAFileThatIsBrokenInTheMiddle) {
    put("{\"name\":\"a\"}\nnonsense\n{\"name\":\"c\"}\n");
    EXPECT_THROW((void)read_json_lines(file_), std::runtime_error);
}

TEST_F(JsonLinesTest, ReportsAFileThatCannotBeWritten) {
    EXPECT_THROW(JsonLinesWriter(folder_ / "missing" / "cells.jsonl", Mode::kTruncate),
                 std::system_error);
}

TEST_F(JsonLinesTest, ReplacesAWholeFileAtOnce) {
    write_file_atomically(file_, "first");
    write_file_atomically(file_, "second");
    EXPECT_EQ(content(), "second");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace rowcast::measure
