#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "workloads/catalogue.hpp"

namespace rowcast::workloads {
namespace {

class FromFile : public testing::Test {
  protected:
    void SetUp() override {
        const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  ("rowcast_from_file_" + std::string(test->name()) + std::to_string(getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& content) {
        const auto path = folder_ / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }

    std::filesystem::path folder_;
};

TEST_F(FromFile, GivesTheFilesRowsWhateverIsAsked) {
    const auto loaded = from_file({.input = file("my rows.v2.ndjson", "{\"a_b\":1}\n\n{}\r\n[1]"),
                                   .type = "User",
                                   .schema = file("schema.json", "{\"types\":{}}"),
                                   .select = "{ a_b }"});
    ASSERT_TRUE(loaded.workload.has_value()) << loaded.error;
    EXPECT_TRUE(loaded.error.empty());
    const Workload& workload = *loaded.workload;
    EXPECT_EQ(workload.name, "file-my_rows.v2");
    EXPECT_EQ(workload.field, "data");
    EXPECT_EQ(workload.type, "User");
    EXPECT_EQ(workload.schema, "{\"types\":{}}");
    EXPECT_EQ(workload.select, "{ a_b }");
    EXPECT_FALSE(workload.single);
    EXPECT_EQ(workload.default_rows, 3U);
    EXPECT_EQ(workload.documents, 1U);
    const auto document = workload.generate(Layout::kJsonb, 99, 1);
    EXPECT_EQ(document.rows, (std::vector<std::string_view>{"{\"a_b\":1}", "{}\r", "[1]"}));
}

TEST_F(FromFile, TakesRowsAlone) {
    const auto loaded = from_file({.input = file("rows", "")});
    ASSERT_TRUE(loaded.workload.has_value()) << loaded.error;
    EXPECT_EQ(loaded.workload->default_rows, 0U);
    EXPECT_EQ(loaded.workload->schema, "");
    EXPECT_TRUE(loaded.workload->generate(Layout::kCompact, 1, 1).rows.empty());
}

TEST_F(FromFile, ReadsMoreThanOneChunk) {
    std::string text;
    for (int row = 0; row < 300'000; ++row) {
        text += "{\"id\":1}\n";
    }
    const auto loaded = from_file({.input = file("rows", text)});
    ASSERT_TRUE(loaded.workload.has_value()) << loaded.error;
    EXPECT_EQ(loaded.workload->generate(Layout::kCompact, 1, 1).text, text);
}

TEST_F(FromFile, NamesTheFileThatItCannotRead) {
    const std::string missing = (folder_ / "missing.ndjson").string();
    const auto no_input = from_file({.input = missing});
    EXPECT_FALSE(no_input.workload.has_value());
    EXPECT_EQ(no_input.error, missing + ": No such file or directory");

    const auto no_schema = from_file({.input = file("rows", "1"), .schema = missing});
    EXPECT_FALSE(no_schema.workload.has_value());
    EXPECT_EQ(no_schema.error, missing + ": No such file or directory");

    const auto folder = from_file({.input = folder_.string()});
    EXPECT_FALSE(folder.workload.has_value());
    EXPECT_EQ(folder.error, folder_.string() + ": Is a directory");
}

}  // namespace
}  // namespace rowcast::workloads
