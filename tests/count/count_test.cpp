#include "harness/count/count.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "reference/register.hpp"

namespace rowcast::count {
namespace {

// Stands in for rowcast_requests and answers as each test wants.
class Count : public testing::Test {
  protected:
    void SetUp() override {
        reference::register_implementations();
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("rowcast_count_test_" + std::to_string(getpid()));
        std::filesystem::create_directory(folder_);
        options_.work.implementation = "scalar";
        options_.work.workload = "tiny";
        options_.work.max_steps = 1'000'000;
        options_.program = folder_ / "requests";
        options_.sources = {Source::kStep};
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    // `script` is what a shell does; the arguments are rowcast_requests'.
    void program(const std::string& script) {
        std::ofstream(options_.program) << "#!/bin/sh\n" << script << "\n";
        std::filesystem::permissions(options_.program, std::filesystem::perms::owner_all);
    }

    Json good() const {
        const Implementation& scalar = *find_implementation("scalar");
        const workloads::Workload& tiny = *workloads::find("tiny");
        const auto document = tiny.generate(workloads::Layout::kCompact, 1, tiny.default_rows);
        const auto plan =
            *cases::compile_plan(tiny, *cases::parse_schema(tiny), cases::Scenario::kAll);
        Request request(scalar);
        EXPECT_TRUE(request.run(*plan, cases::rows_of(document)));
        return {{"source", "a test"},
                {"values", {{"instructions", 4242}, {"allocations", 0}}},
                {"implementation", "scalar"},
                {"description", scalar.description()},
                {"output_bytes", request.response().size()},
                {"response_hash", workloads::content_hash(request.response())}};
    }
    void answers(const Json& answer) { program("cat <<'END'\n" + answer.dump() + "\nEND"); }

    std::string refusal() const {
        try {
            static_cast<void>(count(options_));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }

    std::filesystem::path folder_;
    CountOptions options_;
};

TEST_F(Count, TellsTheSourcesValue) {
    answers(good());
    const Json document = count(options_);
    EXPECT_EQ(document["format"], "rowcast-count/1");
    EXPECT_EQ(document["response"], "equals the reference's");
    EXPECT_EQ(document["instructions"],
              (Json{{"value", 4242}, {"source", "step"}, {"reason", nullptr}}));
    EXPECT_DOUBLE_EQ(document["instructions_per_byte"]["value"].get<double>(),
                     4242.0 / document["input_bytes"].get<double>());
    EXPECT_EQ(document["allocations"]["value"], 0) << "counted, and none: that is an answer";
    EXPECT_EQ(document["allocations"]["source"], "a test");
    EXPECT_TRUE(document["allocation_bytes"]["value"].is_null());
    EXPECT_EQ(document["allocation_bytes"]["reason"], "the program's answer lacks it");
    EXPECT_TRUE(document["loads"]["value"].is_null());
    EXPECT_EQ(document["loads"]["reason"], "step: does not count this");
}

TEST_F(Count, IsNullWithTheReasonWhereTheProgramCannotCount) {
    program(R"(echo '{"error":"no trap flag"}'; exit 1)");
    const Json document = count(options_);
    EXPECT_TRUE(document["instructions"]["value"].is_null());
    EXPECT_EQ(document["instructions"]["reason"], "step: no trap flag");
    EXPECT_EQ(document["sources"]["step"], "no trap flag");
    EXPECT_TRUE(document["allocations"]["value"].is_null());
    EXPECT_EQ(document["allocations"]["reason"], "no trap flag");
}

TEST_F(Count, IsNullWithTheReasonWhereTheProgramDies) {
    program("kill -SEGV $$");
    EXPECT_NE(count(options_)["instructions"]["reason"].get<std::string>().find("signal 11"),
              std::string::npos);
    program("exit 3");
    EXPECT_NE(count(options_)["instructions"]["reason"].get<std::string>().find("exit code 3"),
              std::string::npos);
}

TEST_F(Count, IsNullWithTheReasonWhereValgrindIsMissing) {
    answers(good());
    options_.sources = {Source::kCallgrind};
    options_.valgrind = "no-such-valgrind";
    const Json document = count(options_);
    EXPECT_TRUE(document["instructions"]["value"].is_null());
    const auto reason = document["instructions"]["reason"].get<std::string>();
#if defined(ROWCAST_COUNT_SANITIZED)
    EXPECT_EQ(reason, "callgrind: built with a sanitizer, which does not run under valgrind");
#else
    EXPECT_EQ(reason, "callgrind: no-such-valgrind: No such file or directory");
#endif
}

TEST_F(Count, RefusesAnotherResponseThanTheReferences) {
    Json wrong = good();
    wrong["response_hash"] = 1;
    answers(wrong);
    EXPECT_NE(refusal().find("is not the reference's"), std::string::npos) << refusal();
}

TEST_F(Count, RefusesAnotherImplementation) {
    Json wrong = good();
    wrong["implementation"] = "nlohmann";
    answers(wrong);
    EXPECT_NE(refusal().find("another implementation ran: nlohmann"), std::string::npos);
}

TEST_F(Count, TakesNothingFromOneThatChoseAnotherKernelThere) {
    Json other = good();
    other["description"] = "by another kernel";
    answers(other);
    EXPECT_EQ(count(options_)["instructions"]["reason"],
              "step: what ran there is not what runs here: by another kernel");
}

TEST_F(Count, DoesNotStepThroughWhatIsTooLarge) {
    Json answer = good();
    answer["implementation"] = "peer-memcpy";  // whose response nobody compares
    answer["description"] = find_implementation("peer-memcpy")->description();
    answers(answer);
    options_.work.workload = "large";
    options_.work.implementation = "peer-memcpy";
    const Json document = count(options_);
    EXPECT_NE(document["instructions"]["reason"].get<std::string>().find("too many to step"),
              std::string::npos);
}

TEST_F(Count, DoesNotStepWhatIsKnownToTakeTooLong) {
    Json answer = good();
    answer["values"]["instructions"] = 2'000'000;
    answers(answer);
    options_.sources = {Source::kPapi, Source::kStep};
    const Json document = count(options_);
    EXPECT_EQ(document["instructions"]["source"], "papi");
    EXPECT_EQ(document["sources"]["step"], "takes 2000000 steps (at most 1000000)");
}

TEST_F(Count, AsksNoSourceBeyondTheOneThatHasTheInstructions) {
    answers(good());
    options_.sources = {Source::kPapi, Source::kStep};
    options_.only_instructions = true;
    EXPECT_FALSE(count(options_)["sources"].contains("step"));
    Json without = good();
    without["values"].erase("instructions");
    answers(without);
    EXPECT_TRUE(count(options_)["sources"].contains("step"));
}

TEST_F(Count, ProvesTheInstructionSet) {
    const auto executed = [](std::vector<std::string_view> features, const Json& sets) {
        return executed_own_instruction_set(features, sets);
    };
    const Json avx2 = {{"AVX2", 5}, {"AVX", 9}, {"I86", 100}};
    EXPECT_EQ(executed({"avx2", "bmi2"}, avx2), true);
    EXPECT_EQ(executed({"avx2", "avx512f", "avx512vbmi"}, avx2), false);
    EXPECT_EQ(executed({"ssse3", "sse4.2"}, avx2), false);
    EXPECT_EQ(executed({}, avx2), std::nullopt);
    EXPECT_EQ(executed({"avx2", "avx512f"}, {{"AVX512_VBMI_512", 1}}), true);
    EXPECT_EQ(executed({"ssse3", "sse4.2"}, {{"SSSE3", 1}}), true);
}

TEST_F(Count, RefusesOneThatDidNotExecuteItsOwnInstructionSet) {
    const Implementation* const avx2 = find_implementation("avx2");
    if (avx2 == nullptr) {
        GTEST_SKIP() << "built without avx2";
    }
    Json answer = good();
    answer["implementation"] = "avx2";
    answer["description"] = avx2->description();
    answer["values"]["instruction_sets"] = {{"I86", 100}};
    answers(answer);
    options_.work.implementation = "avx2";
    EXPECT_EQ(refusal(), "avx2 executed no instruction of its own set");
}

}  // namespace
}  // namespace rowcast::count
