#include "pipeline/picks.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "pipeline/picked.hpp"
#include "pipeline/registry.hpp"

namespace rowcast {
namespace {

std::string pick(const std::string& set, const std::string& scenario, const std::string& size,
                 const std::string& implementation) {
    return R"({"instruction_set":")" + set + R"(","scenario":")" + scenario +
           R"(","up_to_bytes":)" + size + R"(,"implementation":")" + implementation +
           R"(","evidence":[{"cell":"small/compact/all","against":"x","ratio":1.2,"low":1.1,)"
           R"("high":1.3}]})";
}

std::string origin(const std::string& set, const std::string& date, const std::string& machine) {
    return '"' + set + R"(":{"date":")" + date + R"(","environment":{"cpu_model":")" + machine +
           R"("}})";
}

std::string table(const std::string& sets, const std::string& picks) {
    return R"({"format":"rowcast-picks/2","sets":{)" + sets + R"(},"picks":[)" + picks + "]}";
}

std::string table(const std::string& picks) {
    return table(origin("avx2", "2026-01-01", "a CPU"), picks);
}

// One implementation for a small `all`, another for the rest.
std::string two_kinds(const std::string& set, const std::string& small, const std::string& rest) {
    return table(origin(set, "2026-01-01", "a CPU"), pick(set, "all", "1000", small) + "," +
                                                         pick(set, "all", "null", rest) + "," +
                                                         pick(set, "select", "null", rest) + "," +
                                                         pick(set, "select-inside", "null", rest));
}

std::string error_of(const std::string& json) {
    const auto picks = parse_picks(json, "picks.json");
    return picks ? "" : picks.error().message;
}

TEST(Picks, AreFoundByMachineScenarioAndSize) {
    const auto picks = parse_picks(two_kinds("avx2", "scalar", "avx2"), "picks.json");
    ASSERT_TRUE(picks) << picks.error().message;
    EXPECT_EQ(picks->find("avx2", PickScenario::kAll, 1'000)->implementation, "scalar");
    EXPECT_EQ(picks->find("avx2", PickScenario::kAll, 1'001)->implementation, "avx2");
    EXPECT_EQ(picks->find("avx2", PickScenario::kSelect, 1)->implementation, "avx2");
    EXPECT_EQ(picks->find("sse42", PickScenario::kAll, 1), nullptr);
    EXPECT_EQ(picks->find("avx2", PickScenario::kAll, 1)->evidence.front().low, 1.1);
}

TEST(Picks, OfEachInstructionSetHaveAnOriginOfTheirOwn) {
    const auto picks = parse_picks(table(origin("avx512", "2026-01-01", "a CPU") + "," +
                                             origin("avx2", "2026-02-02", "another"),
                                         ""),
                                   "picks.json");
    ASSERT_TRUE(picks) << picks.error().message;
    EXPECT_EQ(picks->sets.at("avx512").date, "2026-01-01");
    EXPECT_EQ(picks->sets.at("avx512").machine, "a CPU");
    EXPECT_EQ(picks->sets.at("avx2").date, "2026-02-02");
    EXPECT_EQ(picks->sets.at("avx2").machine, "another");
}

TEST(Picks, NameThePlaceOfAFault) {
    EXPECT_EQ(error_of("{"), "picks.json, line 1, column 2: not JSON");
    EXPECT_EQ(error_of("{}"), "picks.json: / lacks 'format'");
    EXPECT_EQ(error_of(R"({"format":"x"})"), "picks.json: /format is not 'rowcast-picks/2'");
    EXPECT_EQ(error_of(R"({"format":"rowcast-picks/1"})"),
              "picks.json: /format is not 'rowcast-picks/2'");
    EXPECT_EQ(error_of(R"({"format":"rowcast-picks/2","picks":[]})"), "picks.json: / lacks 'sets'");
    EXPECT_EQ(error_of(R"({"format":"rowcast-picks/2","sets":[],"picks":[]})"),
              "picks.json: /sets is no object");
    EXPECT_EQ(error_of(table(R"("avx2":{"date":1})", "")),
              "picks.json: /sets/avx2/date is no string");
    EXPECT_EQ(error_of(table(R"("avx2":{"date":"","environment":{}})", "")),
              "picks.json: /sets/avx2/environment lacks 'cpu_model'");
    EXPECT_EQ(error_of(table(pick("sse42", "all", "null", "sse42"))),
              "picks.json: /sets lacks 'sse42', which /picks speaks of");
    EXPECT_EQ(error_of(table("{}")), "picks.json: /picks/0 lacks 'instruction_set'");
    EXPECT_EQ(error_of(table(pick("avx2", "some", "null", "avx2"))),
              "picks.json: /picks/0/scenario is none of all, select, select-inside");
    EXPECT_EQ(error_of(table(pick("avx2", "all", "-1", "avx2"))),
              "picks.json: /picks/0/up_to_bytes is neither null nor a number of bytes");
    EXPECT_EQ(error_of(table(pick("avx2", "all", "5", "avx2"))),
              "picks.json: /picks has none of any size for avx2 and 'all'");
    EXPECT_EQ(error_of(table(pick("avx2", "all", "5", "avx2") + "," +
                             pick("avx2", "all", "5", "scalar"))),
              "picks.json: /picks has two of the same size for avx2 and 'all'");
}

TEST(Picks, CompiledInAreSound) {
    const auto picks = parse_picks(built_in_picks(), "compiled in");
    ASSERT_TRUE(picks) << picks.error().message;
}

// A table for this machine in a file that ROWCAST_PICKS names.
class PicksFile : public ::testing::Test {
  protected:
    ~PicksFile() override {
        unsetenv("ROWCAST_PICKS");
        std::filesystem::remove(path_);
    }
    // A new name each time: a file is read once in a process.
    void write(const std::string& json) {
        static int files = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("rowcast_picks_" + std::to_string(++files) + ".json");
        std::ofstream(path_) << json;
        setenv("ROWCAST_PICKS", path_.c_str(), 1);
    }
    std::string best_{best_implementation().name()};
    std::filesystem::path path_;
};

TEST_F(PicksFile, DecidesByScenarioAndSize) {
    write(two_kinds(best_, "scalar", best_));
    const auto small = explain_pick(PickScenario::kAll, 10);
    const auto large = explain_pick(PickScenario::kAll, 10'000);
    ASSERT_TRUE(small && large);
    EXPECT_EQ(small->implementation->name(), "scalar");
    EXPECT_EQ(large->implementation->name(), best_);
    EXPECT_EQ(small->pick->up_to_bytes, 1'000u);
    const auto chosen = choose_implementation("auto");
    ASSERT_TRUE(chosen);
    EXPECT_EQ((*chosen)->name(), best_ == "scalar" ? "scalar" : "auto");
}

TEST_F(PicksFile, IsOneImplementationWhereItAlwaysNamesTheSame) {
    write(two_kinds(best_, "scalar", "scalar"));
    const auto chosen = choose_implementation("");
    ASSERT_TRUE(chosen);
    EXPECT_EQ((*chosen)->name(), "scalar");
}

TEST_F(PicksFile, WithoutAPickForThisMachineLeavesItsOwn) {
    write(two_kinds("vax", "scalar", "scalar"));
    const auto chosen = choose_implementation("auto");
    ASSERT_TRUE(chosen);
    EXPECT_EQ((*chosen)->name(), best_);
    EXPECT_EQ(explain_pick(PickScenario::kAll, 1)->pick, nullptr);
}

TEST_F(PicksFile, ThatNamesAnUnknownImplementationIsRefused) {
    write(two_kinds(best_, "mmx", best_));
    const auto chosen = choose_implementation("auto");
    ASSERT_FALSE(chosen);
    EXPECT_NE(
        chosen.error().message.find("names 'mmx', which is no implementation of this library"),
        std::string::npos)
        << chosen.error().message;
    EXPECT_TRUE(choose_implementation("scalar"));  // who asks for one by name needs no picks
}

TEST_F(PicksFile, ThatIsNotThereIsRefused) {
    setenv("ROWCAST_PICKS", "/nowhere/picks.json", 1);
    const auto chosen = choose_implementation("auto");
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().message, "ROWCAST_PICKS: /nowhere/picks.json: cannot be read");
}

TEST_F(PicksFile, ThatIsAFolderIsRefused) {
    setenv("ROWCAST_PICKS", "/", 1);
    const auto chosen = choose_implementation("auto");
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().message, "ROWCAST_PICKS: /: cannot be read");
}

// Says which one was called.
class Named final : public Implementation {
  public:
    explicit Named(std::string_view name, const char* reason = nullptr)
        : name_(name), reason_(reason) {}
    std::string_view name() const noexcept override { return name_; }
    std::string_view description() const noexcept override { return name_; }
    const char* unsupported_reason() const noexcept override { return reason_; }
    kernels::BatchStatus transform_rows(const Root&, std::span<const kernels::Row> rows,
                                        const Workspace&) const noexcept override {
        ++calls;
        return {rows.size(), {kernels::ErrorCode::kOk, 0}};
    }
    mutable int calls = 0;

  private:
    std::string_view name_;
    const char* reason_;
};

TEST(PickedImplementation, SendsEachBatchWhereItsSizeBelongs) {
    const Named small("small");
    const Named rest("rest");
    const auto picks = parse_picks(two_kinds("set", "small", "rest"), "picks.json");
    const auto picked = PickedImplementation::resolve(*picks, "set", [&](std::string_view name) {
        return name == "small" ? &small : name == "rest" ? &rest : nullptr;
    });
    ASSERT_TRUE(picked) << picked.error().message;
    EXPECT_EQ((*picked)->only(), nullptr);

    Root root{};
    kernels::Output output{};
    kernels::Scratch scratch{};
    const Implementation::Workspace workspace{output, scratch, nullptr};
    const std::vector<kernels::Row> rows(3, kernels::Row{nullptr, 400});
    (void)(*picked)->transform_rows(root, std::span(rows).first(2), workspace);
    EXPECT_EQ((std::pair{small.calls, rest.calls}), (std::pair{1, 0}));
    (void)(*picked)->transform_rows(root, rows, workspace);
    EXPECT_EQ((std::pair{small.calls, rest.calls}), (std::pair{1, 1}));
    root.view.has_selection = true;
    (void)(*picked)->transform_rows(root, std::span(rows).first(1), workspace);
    EXPECT_EQ((std::pair{small.calls, rest.calls}), (std::pair{1, 2}));
}

TEST(PickedImplementation, RefusesWhatCannotRunHere) {
    const Named rest("rest", "no machine is good enough");
    const auto picks = parse_picks(two_kinds("set", "rest", "rest"), "picks.json");
    const auto picked =
        PickedImplementation::resolve(*picks, "set", [&](std::string_view) { return &rest; });
    ASSERT_FALSE(picked);
    EXPECT_EQ(picked.error().message,
              "picks.json: a pick for set names 'rest', which cannot run here: no machine is good "
              "enough");
}

}  // namespace
}  // namespace rowcast
