// The comparers must be able to fail: implementations that are wrong on purpose.

#include "harness/settings/check.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "pipeline/registry.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::settings {
namespace {

// What a fake does to the right answer of the implementation behind it.
enum class Fault : std::uint8_t {
    kNone,
    kFlipsAByte,
    kDropsTheLastByte,
    kAddsAByte,
    kWritesNothing,
    kFails,
    kFlipsInALaterRequest,
};

class Fake final : public Implementation {
  public:
    explicit Fake(Fault fault, bool is_named_peer = false, bool answers_plain = true,
                  bool answers_select = true)
        : fault_(fault),
          is_named_peer_(is_named_peer),
          answers_plain_(answers_plain),
          answers_select_(answers_select) {}

    std::string_view name() const noexcept override {
        return is_named_peer_ ? "peer-fake" : "fake";
    }
    std::string_view description() const noexcept override { return "wrong on purpose"; }
    bool answers(const Plan& plan) const noexcept override {
        return plan.roots().front().selection == nullptr ? answers_plain_ : answers_select_;
    }
    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        kernels::Output& output = workspace.output;
        const auto before = output.cursor - output.begin;
        const kernels::BatchStatus status =
            find_implementation("scalar")->transform_rows(root, rows, workspace);
        ++requests_;
        switch (fault_) {
            case Fault::kNone:
                break;
            case Fault::kFlipsAByte:
                output.cursor[-3] ^= 1;
                break;
            case Fault::kDropsTheLastByte:
                --output.cursor;
                break;
            case Fault::kAddsAByte:
                if (kernels::ensure_room(output, 1) == kernels::ErrorCode::kOk) {
                    *output.cursor++ = ' ';
                }
                break;
            case Fault::kWritesNothing:
                output.cursor = output.begin + before;
                break;
            case Fault::kFails:
                return {0, {kernels::ErrorCode::kExpectedValue, 7}};
            case Fault::kFlipsInALaterRequest:
                if (requests_ == 3) {
                    output.cursor[-3] ^= 1;
                }
                break;
        }
        return status;
    }

  private:
    Fault fault_;
    bool is_named_peer_;
    bool answers_plain_;
    bool answers_select_;
    mutable int requests_ = 0;
};

class CheckTest : public testing::Test {
  protected:
    static Setting make(Scenario scenario) {
        SettingKey key =
            catalogue_setting(*workloads::find("small"), workloads::Layout::kCompact, scenario);
        key.documents = 4;
        return {key,
                std::make_shared<DocumentSet>(*key.workload, key.layout, key.rows, key.documents)};
    }
    Setting all_ = make(Scenario::kAll);
    Setting select_ = make(Scenario::kSelect);
};

TEST_F(CheckTest, AcceptsWhatIsRight) {
    const Fake right(Fault::kNone);
    EXPECT_EQ(check_output(right, all_, Part::kCompared), "");
    EXPECT_EQ(check_output(right, select_, Part::kCompared), "");
    EXPECT_EQ(check_output(reference::nlohmann(), all_, Part::kCompared), "");
}

TEST_F(CheckTest, FindsEveryFault) {
    for (const Fault fault : {Fault::kFlipsAByte, Fault::kDropsTheLastByte, Fault::kAddsAByte,
                              Fault::kWritesNothing, Fault::kFails}) {
        const Fake wrong(fault);
        EXPECT_NE(check_output(wrong, all_, Part::kCompared), "") << static_cast<int>(fault);
        EXPECT_NE(check_output(wrong, select_, Part::kCompared), "") << static_cast<int>(fault);
    }
}

TEST_F(CheckTest, LooksAtEveryDocumentOfTheCycle) {
    const std::string wrong =
        check_output(Fake(Fault::kFlipsInALaterRequest), all_, Part::kCompared);
    EXPECT_EQ(wrong.find("document 2 differs from the reference at byte"), 0u) << wrong;
}

TEST_F(CheckTest, SaysWhereAnImplementationFails) {
    const std::string wrong = check_output(Fake(Fault::kFails), all_, Part::kCompared);
    EXPECT_EQ(wrong.find("refuses document 0: row 0, byte 7: "), 0u) << wrong;
}

TEST_F(CheckTest, NeedsAnAnswerEvenWhereItIsNotCompared) {
    EXPECT_EQ(check_output(Fake(Fault::kFlipsAByte), all_, Part::kUncompared), "");
    EXPECT_NE(check_output(Fake(Fault::kFails), all_, Part::kUncompared), "");
}

TEST_F(CheckTest, RefusesRowsThatTheReferenceRefuses) {
    workloads::Workload bad = *workloads::find("small");
    bad.name = "bad";
    bad.generate = [](workloads::Layout, std::uint64_t, std::size_t) {
        return workloads::split_rows("{\"user_id\":}\n");
    };
    const SettingKey key = catalogue_setting(bad, workloads::Layout::kCompact, Scenario::kAll);
    Setting setting(key, std::make_shared<DocumentSet>(bad, key.layout, 1, 1));
    const Implementation& looks_at_nothing = *find_implementation("peer-memcpy");
    EXPECT_THROW(check_output(looks_at_nothing, setting, Part::kUncompared), std::runtime_error);
}

TEST_F(CheckTest, KnowsWhoTakesPart) {
    const auto part = [&](const Fake& fake, Scenario scenario) {
        const Setting& setting = scenario == Scenario::kAll ? all_ : select_;
        return part_of(fake, all_.plan(), setting.plan(), scenario);
    };
    const Fake full(Fault::kNone);
    EXPECT_EQ(part(full, Scenario::kAll), Part::kCompared);
    EXPECT_EQ(part(full, Scenario::kSelect), Part::kCompared);
    // A peer that cannot select is compared where it can answer, and has no place elsewhere.
    const Fake cannot_select(Fault::kNone, true, true, false);
    EXPECT_EQ(part(cannot_select, Scenario::kAll), Part::kCompared);
    EXPECT_EQ(part(cannot_select, Scenario::kSelect), Part::kNone);
    // A floor or a roof does another job.
    const Fake floor(Fault::kNone, true, false, false);
    EXPECT_EQ(part(floor, Scenario::kAll), Part::kUncompared);
    EXPECT_EQ(part(floor, Scenario::kSelect), Part::kNone);
    // Nothing that may ship goes unchecked.
    const Fake no_peer(Fault::kNone, false, false, false);
    EXPECT_EQ(part(no_peer, Scenario::kAll), Part::kNone);
}

TEST(Difference, NamesTheFirstDifferingByte) {
    EXPECT_EQ(difference("abc", "abc"), "");
    EXPECT_EQ(difference("abc", "abd"),
              "differs from the reference at byte 2 (of 3, reference 3): `abd` instead of `abc`");
    EXPECT_EQ(difference("abc", "ab"),
              "differs from the reference at byte 2 (of 2, reference 3): `ab` instead of `abc`");
    EXPECT_EQ(difference("", "\n"),
              "differs from the reference at byte 0 (of 1, reference 0): `\\x0a` instead of ``");
}

TEST(DocumentSet, CountsTheBytesOfCycledCalls) {
    const workloads::Workload& workload = *workloads::find("tiny");
    const DocumentSet documents(workload, workloads::Layout::kCompact, 1, 4);
    double sum = 0.0;
    for (std::uint64_t calls = 1; calls <= 11; ++calls) {
        sum += static_cast<double>(documents.documents()[(calls - 1) % 4].bytes);
        EXPECT_DOUBLE_EQ(documents.bytes_of_calls(calls), sum);
    }
}

TEST(DocumentSet, RefusesATextThatIsNotTheRepositorys) {
    workloads::Workload changed = *workloads::find("tiny");
    changed.generate = [original = changed.generate](workloads::Layout layout, std::uint64_t seed,
                                                     std::size_t count) {
        return original(layout, seed + 1, count);
    };
    EXPECT_THROW(DocumentSet(changed, workloads::Layout::kCompact, 1, 1), std::runtime_error);
}

TEST(PowerOfTwo, IsTheLargestNotAbove) {
    EXPECT_EQ(floor_power_of_two(0), 1u);
    EXPECT_EQ(floor_power_of_two(1), 1u);
    EXPECT_EQ(floor_power_of_two(3), 2u);
    EXPECT_EQ(floor_power_of_two(256), 256u);
}

}  // namespace
}  // namespace rowcast::settings
