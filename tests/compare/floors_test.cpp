#include "harness/compare/floors.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rowcast::compare {
namespace {

using measure::Json;

// Also with what tells no machine from another.
Json environment(const std::string& features = "avx2", const std::string& compiler = "GNU 12") {
    return {{"cpu_model", "EPYC"},    {"cpu_features", features}, {"hypervisor", "KVM"},
            {"compiler", compiler},   {"compiler_flags", "-O3"},  {"commit", "c0ffee"},
            {"load_average", "0.25"}, {"dirty", "true"}};
}

Json entry(Json of, double floor) {
    return {{"environment", std::move(of)}, {"cells", {{"a/cell", {{"floor", floor}}}}}};
}

class FloorsFile : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rowcast-floors-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        path_ = folder_ / "floors.json";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    Floors read(const Json& document) const {
        std::ofstream(path_) << document;
        return read_floors(path_, environment());
    }
    Floors read_machines(std::vector<Json> machines) const {
        return read({{"format", "rowcast-floors/2"}, {"machines", std::move(machines)}});
    }
    std::string error_of(const Json& document) const {
        try {
            read(document);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }
    std::filesystem::path folder_;
    std::string path_;
};

TEST_F(FloorsFile, HasThoseOfThisMachineBesideOthers) {
    Json another_commit = environment();
    another_commit["commit"] = "older";
    another_commit.erase("load_average");
    for (const bool is_first : {true, false}) {
        std::vector<Json> machines = {entry(environment("avx2 avx512f"), 0.5),
                                      entry(environment("avx2", "Clang 14"), 0.25)};
        machines.insert(is_first ? machines.begin() : machines.end(), entry(another_commit, 0.125));
        const Floors floors = read_machines(machines);
        EXPECT_EQ(floors.missing, "");
        EXPECT_EQ(floors.cells, (std::map<std::string, double>{{"a/cell", 0.125}}));
    }
}

TEST_F(FloorsFile, WithoutThisMachineSaysWhatTheNearestDiffersIn) {
    const Floors floors = read_machines({entry(environment("neon", "Clang 14"), 0.5),
                                         entry(environment("avx2 avx512f"), 0.5),
                                         entry(environment("sse2", "GNU 13"), 0.5)});
    EXPECT_TRUE(floors.cells.empty());
    EXPECT_EQ(floors.missing,
              "floors.json has no floors of this machine and build: the nearest are "
              "of other cpu features");
    EXPECT_EQ(read_machines({entry(environment("neon", "Clang 14"), 0.5)}).missing,
              "floors.json has no floors of this machine and build: the nearest are "
              "of other cpu features, another compiler");
    EXPECT_EQ(read_machines({}).missing, "floors.json has no floors");
}

TEST_F(FloorsFile, IsOfNoMachineThatItDoesNotTell) {
    for (const std::string_view name : kIdentity) {
        Json untold = environment();
        untold.erase(std::string(name));
        EXPECT_NE(read_machines({entry(untold, 0.5)}).missing, "") << name;
    }
}

TEST_F(FloorsFile, NamesWhatIsWrongWithIt) {
    EXPECT_EQ(error_of({{"format", "rowcast-floors/1"}}),
              path_ + ": \"format\" is not \"rowcast-floors/2\"");
    EXPECT_NE(error_of({{"format", "rowcast-floors/2"}}).find(path_), std::string::npos);
    EXPECT_NE(error_of(Json::array()).find(path_), std::string::npos);
    EXPECT_THROW(read_floors("/nowhere/floors.json", environment()), std::runtime_error);
}

}  // namespace
}  // namespace rowcast::compare
