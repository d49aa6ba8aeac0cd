// The comparison of workloads, and that it fails where it must.

#include "harness/verify/verify.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"
#include "tests/support/implementation_test.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::verify {
namespace {

using workloads::Workload;

// Workloads that are small enough for any build.
std::vector<Workload> small_workloads() {
    std::vector<Workload> small;
    for (const Workload& workload : workloads::catalogue()) {
        small.push_back(workload);
        small.back().default_rows = std::min<std::size_t>(workload.default_rows, 30);
    }
    return small;
}

VerifyOptions collect(std::vector<VerifyRow>& rows) {
    VerifyOptions options;
    options.check_expected = false;
    options.on_row = [&rows](const VerifyRow& row) { rows.push_back(row); };
    return options;
}

class Verify : public test::ImplementationTest {};
ROWCAST_FOR_EACH_IMPLEMENTATION(Verify);

TEST_P(Verify, FindsEveryImplementationEqualOnEveryWorkload) {
    const Implementation* const candidates[] = {&implementation()};
    std::vector<VerifyRow> rows;
    EXPECT_TRUE(run_verify(small_workloads(), candidates, reference::nlohmann(), collect(rows)));
    EXPECT_EQ(rows.size(), 4 * workloads::catalogue().size());
    for (const VerifyRow& row : rows) {
        EXPECT_EQ(row.verdict, VerifyRow::Verdict::kEqual) << row.setting << "\n" << row.difference;
        EXPECT_EQ(row.documents, 3U);
        EXPECT_GT(row.response_bytes, 0U);
    }
}

// The best implementation, with one byte of every response changed.
class Faulty final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "faulty"; }
    std::string_view description() const noexcept override { return "wrong on purpose"; }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        const auto status = best_implementation().transform_rows(root, rows, workspace);
        workspace.output.cursor[-1] = '!';
        return status;
    }
};

class PeerWithoutAnswers final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "peer-without-answers"; }
    std::string_view description() const noexcept override { return "answers nothing"; }
    bool answers(const Plan&) const noexcept override { return false; }

    kernels::BatchStatus transform_rows(const Root&, std::span<const kernels::Row>,
                                        const Workspace&) const noexcept override {
        return {0, {kernels::ErrorCode::kExpectedValue, 0}};
    }
};

TEST(VerifyFaults, AreFoundAndShownWithTheFirstDifferingByte) {
    const Faulty faulty;
    const Implementation* const candidates[] = {&faulty, &best_implementation()};
    std::vector<VerifyRow> rows;
    EXPECT_FALSE(run_verify({workloads::find("small"), 1}, candidates, reference::nlohmann(),
                            collect(rows)));
    ASSERT_EQ(rows.size(), 8U);
    EXPECT_EQ(rows[0].setting, "small/compact/all");
    EXPECT_EQ(rows[0].implementation, "faulty");
    EXPECT_EQ(rows[0].verdict, VerifyRow::Verdict::kDifferent);
    EXPECT_NE(rows[0].difference.find("seed 1"), std::string::npos) << rows[0].difference;
    EXPECT_NE(rows[0].difference.find("differ from byte"), std::string::npos);
    EXPECT_EQ(rows[1].verdict, VerifyRow::Verdict::kEqual);
}

TEST(VerifyFaults, APeerThatDoesNotAnswerIsNoDifference) {
    const PeerWithoutAnswers peer;
    const Implementation* const candidates[] = {&peer};
    std::vector<VerifyRow> rows;
    EXPECT_TRUE(
        run_verify({workloads::find("tiny"), 1}, candidates, reference::nlohmann(), collect(rows)));
    EXPECT_EQ(rows.at(0).verdict, VerifyRow::Verdict::kNotAnswered);
}

TEST(ExpectedResponses, AreKnownForTheWholeCatalogue) {
    EXPECT_EQ(expected_responses().size(), 4 * workloads::catalogue().size());
    for (const Workload& workload : workloads::catalogue()) {
        for (const workloads::Layout layout : workloads::kLayouts) {
            for (const Scenario scenario : kScenarios) {
                EXPECT_NE(expected_response(workload.name, layout, scenario), nullptr)
                    << workload.name;
            }
        }
    }
}

TEST(ExpectedResponses, AreCompared) {
    std::vector<VerifyRow> rows;
    VerifyOptions options = collect(rows);
    options.check_expected = true;
    const Workload* const small = workloads::find("small");
    EXPECT_TRUE(run_verify({small, 1}, {}, reference::nlohmann(), options));
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].implementation, "expected hash");

    Workload altered = *small;
    altered.field = "others";
    rows.clear();
    EXPECT_FALSE(run_verify({&altered, 1}, {}, reference::nlohmann(), options));
    EXPECT_EQ(rows.at(0).verdict, VerifyRow::Verdict::kDifferent);
    EXPECT_NE(rows[0].difference.find("hash"), std::string::npos);

    altered.name = "unknown";
    rows.clear();
    EXPECT_FALSE(run_verify({&altered, 1}, {}, reference::nlohmann(), options));
    EXPECT_NE(rows.at(0).difference.find("no hash is known"), std::string::npos);
}

TEST(ExpectedResponses, ArePrintedAsTheirSource) {
    EXPECT_EQ(source_line({"small", workloads::Layout::kJsonb, Scenario::kSelect, 12, 0xABCU}),
              R"({"small", Layout::kJsonb, Scenario::kSelect, 12, 0x0000000000000abc},)");
    const std::string source = expected_source({workloads::find("tiny"), 1}, reference::nlohmann());
    for (const workloads::Layout layout : workloads::kLayouts) {
        for (const Scenario scenario : kScenarios) {
            EXPECT_NE(source.find(source_line(*expected_response("tiny", layout, scenario))),
                      std::string::npos)
                << source;
        }
    }
}

}  // namespace
}  // namespace rowcast::verify
