#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/bench/report_files.hpp"
#include "harness/bench/result.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;
namespace fs = std::filesystem;

TEST(Label, JoinsRemarksAndGroupsWhatIsMissingByReason) {
    CellResult result;
    EXPECT_EQ(make_label(result), "");
    result.remarks = {"baseline=scalar", "verdict=UNCLEAR"};
    EXPECT_EQ(make_label(result), "baseline=scalar verdict=UNCLEAR");
    result.set_unavailable("PAPI_TOT_CYC", "no such event");
    result.set_unavailable("p99_ns", "too few samples: 4 of 368");
    result.set_unavailable("PAPI_TOT_INS", "no such event");
    EXPECT_EQ(make_label(result),
              "baseline=scalar verdict=UNCLEAR unavailable: PAPI_TOT_CYC PAPI_TOT_INS (no such "
              "event); p99_ns (too few samples: 4 of 368)");
}

TEST(Entry, HasNullAndReasonForWhatIsMissing) {
    CellResult result;
    result.set_unavailable("p99_ns", "too few samples: 4 of 368");
    result.distribution_ns = {{0.0, 10.0}, {1.0, 30.0}};
    result.warnings = {"careful"};
    const Json entry = extend_entry({{"name", "pipeline/a"}, {"p50_ns", 20.0}}, result);
    EXPECT_EQ(entry.at("p50_ns"), 20.0);
    EXPECT_TRUE(entry.at("p99_ns").is_null());
    EXPECT_EQ(entry.at("unavailable").at("p99_ns"), "too few samples: 4 of 368");
    EXPECT_EQ(entry.at("distribution_ns").dump(), "[[0.0,10.0],[1.0,30.0]]");
    EXPECT_EQ(entry.at("warnings").at(0), "careful");
}

TEST(Entry, OfAFailureHasNoFigures) {
    CellResult result;
    result.error = "differs";
    result.set_unavailable("p99_ns", "too few samples");
    const Json entry = extend_entry({{"name", "a"}, {"error_occurred", true}}, result);
    EXPECT_FALSE(entry.contains("p99_ns"));
    EXPECT_FALSE(entry.contains("unavailable"));
}

class CellsFileTest : public testing::Test {
  protected:
    CellsFileTest() {
        std::string pattern = (fs::temp_directory_path() / "rowcast-cells-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~CellsFileTest() override { fs::remove_all(folder_); }

    [[nodiscard]] CellsFile read(const std::string& text) const {
        const fs::path file = folder_ / "cells.jsonl";
        std::ofstream(file) << text;
        return read_cells(file.string());
    }

    fs::path folder_;
};

TEST_F(CellsFileTest, KnowsWhichCellsAreFinished) {
    const CellsFile cells = read(R"({"context":{"build_id":"b"}}
{"name":"a","run_type":"iteration","repetition_index":0}
{"name":"b","run_type":"iteration","repetition_index":0,"error_occurred":true}
{"name":"c","run_type":"iteration","repetition_index":0}
{"name":"c","run_type":"iteration","repetition_index":1}
{"name":"c_mean","run_type":"aggregate","aggregate_name":"mean"}
{"name":"d","run_ty)");
    const auto finished = finished_cells(cells);
    EXPECT_EQ(finished, (std::map<std::string, int>{{"a", 1}, {"c", 2}}));
    EXPECT_EQ(cells.entries.size(), 5u);
}

TEST_F(CellsFileTest, TakesTheLastLineOfACellAtItsFirstPlace) {
    const CellsFile cells = read(R"({"context":{"date":"first"}}
{"name":"a","error_occurred":true,"error_message":"wrong"}
{"name":"b","p50_ns":2}
{"context":{"date":"second"}}
{"name":"a","p50_ns":1}
)");
    const Json results = make_results(cells);
    ASSERT_EQ(results.at("benchmarks").size(), 2u);
    EXPECT_EQ(results.at("benchmarks").at(0).dump(), R"({"name":"a","p50_ns":1})");
    EXPECT_EQ(results.at("benchmarks").at(1).at("name"), "b");
    EXPECT_EQ(results.at("context").at("date"), "first");
    EXPECT_EQ(results.at("context").at("runs"), 2);
}

TEST_F(CellsFileTest, RefusesToMixBuildsMachinesAndManners) {
    const CellsFile cells = read(R"({"context":{"build_id":"b","cpu_model":"c","cell_set":"full"}}
{"name":"a"}
)");
    const Json same = {{"build_id", "b"}, {"cpu_model", "c"}, {"cell_set", "full"}};
    EXPECT_EQ(why_not_to_resume(cells, same), "");
    for (const char* key : {"build_id", "cpu_model", "cell_set"}) {
        Json other = same;
        other[key] = "another";
        EXPECT_NE(why_not_to_resume(cells, other).find(key), std::string::npos) << key;
    }
    Json otherwise_evicting = same;
    otherwise_evicting["evicts_caches"] = "true";
    EXPECT_NE(why_not_to_resume(cells, otherwise_evicting), "");
}

TEST_F(CellsFileTest, MayGoOnFromNothing) {
    EXPECT_EQ(why_not_to_resume(read(""), Json::object()), "");
    EXPECT_NE(why_not_to_resume(read("{\"name\":\"a\"}\n"), Json::object()), "");
}

TEST_F(CellsFileTest, ReportsNonsense) {
    EXPECT_THROW((void)read("[1]\n"), std::runtime_error);
    EXPECT_THROW((void)read("nonsense\n{}\n"), std::runtime_error);
}

}  // namespace
}  // namespace rowcast::bench
