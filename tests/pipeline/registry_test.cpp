#include "pipeline/registry.hpp"

#include <cstdlib>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "pipeline/error.hpp"

namespace rowcast {
namespace {

constexpr const char* kVariable = "ROWCAST_IMPLEMENTATION";

// Sets the variable for one test.
class Registry : public testing::Test {
  protected:
    Registry() {
        if (const char* const value = std::getenv(kVariable)) {
            before_ = value;
        }
        unsetenv(kVariable);
    }
    ~Registry() override {
        before_.empty() ? unsetenv(kVariable) : setenv(kVariable, before_.c_str(), 1);
    }

  private:
    std::string before_;
};

class Unsupported final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "test-unsupported"; }
    std::string_view description() const noexcept override { return "runs nowhere"; }
    const char* unsupported_reason() const noexcept override { return "no machine is good enough"; }
    kernels::BatchStatus transform_rows(const Root&, std::span<const kernels::Row>,
                                        const Workspace&) const noexcept override {
        return {0, {kernels::ErrorCode::kOutOfMemory, 0}};
    }
};

TEST_F(Registry, HasDistinctNamesWithDescriptions) {
    std::set<std::string_view> names;
    for (const Implementation* implementation : implementations()) {
        EXPECT_TRUE(names.insert(implementation->name()).second) << implementation->name();
        EXPECT_FALSE(implementation->description().empty());
        EXPECT_EQ(find_implementation(implementation->name()), implementation);
    }
    EXPECT_EQ(find_implementation("no-such"), nullptr);
    EXPECT_EQ(find_implementation("auto"), nullptr);
}

TEST_F(Registry, TakesTheFirstSupportedThatIsNoPeerForAuto) {
    const Implementation& best = best_implementation();
    EXPECT_EQ(best.unsupported_reason(), nullptr);
    EXPECT_FALSE(is_peer(best));
    for (const Implementation* implementation : implementations()) {
        if (implementation == &best) {
            break;
        }
        EXPECT_TRUE(implementation->unsupported_reason() != nullptr || is_peer(*implementation));
    }
}

TEST_F(Registry, TakesWhatThePicksNameForAuto) {
    const auto automatic = choose_implementation("auto");
    ASSERT_TRUE(automatic);
    EXPECT_EQ(*choose_implementation(""), *automatic);
    const auto answer = explain_pick(PickScenario::kAll, 1'000);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->implementation->unsupported_reason(), nullptr);
    if ((*automatic)->name() != "auto") {
        EXPECT_EQ(*automatic, answer->implementation);
    }
}

TEST_F(Registry, ObeysTheEnvironmentAndAnExplicitNameBeatsIt) {
    const auto automatic = choose_implementation("auto");
    ASSERT_TRUE(automatic);
    for (const Implementation* implementation : implementations()) {
        if (implementation->unsupported_reason() == nullptr) {
            setenv(kVariable, std::string(implementation->name()).c_str(), 1);
            EXPECT_EQ(*choose_implementation(""), implementation);
            EXPECT_EQ(*choose_implementation("auto"), *automatic);
        }
    }
    setenv(kVariable, "no-such", 1);
    const auto chosen = choose_implementation("");
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().message.find("ROWCAST_IMPLEMENTATION: no implementation is called "
                                          "'no-such'; there are: auto, "),
              0U)
        << chosen.error().message;
    EXPECT_TRUE(choose_implementation(best_implementation().name()));
}

TEST_F(Registry, RefusesUnknownAndUnsupportedNames) {
    static const Unsupported kUnsupported;
    add_implementation(kUnsupported);
    add_implementation(kUnsupported);  // a name already taken is ignored
    const auto unknown = choose_implementation("no-such");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("no-such"), std::string::npos);
    EXPECT_NE(unknown.error().message.find(std::string(best_implementation().name())),
              std::string::npos);
    const auto unclean = choose_implementation("no\nsuch");
    ASSERT_FALSE(unclean);
    EXPECT_EQ(unclean.error().message.find("no implementation is called 'no\\u000asuch'; "), 0U);
    const auto unsupported = choose_implementation("test-unsupported");
    ASSERT_FALSE(unsupported);
    EXPECT_EQ(unsupported.error().message,
              "the implementation 'test-unsupported' cannot run here: no machine is good enough");
    EXPECT_NE(&best_implementation(), &kUnsupported);
}

TEST(ErrorMessages, AreThereForEveryCode) {
    std::set<std::string> seen;
    for (unsigned code = 0; code <= static_cast<unsigned>(ErrorCode::kOutOfMemory); ++code) {
        const std::string text = message(static_cast<ErrorCode>(code));
        EXPECT_FALSE(text.empty());
        EXPECT_TRUE(seen.insert(text).second) << text;
    }
    EXPECT_STREQ(message(ErrorCode::kExpectedColon), "':' expected");
}

}  // namespace
}  // namespace rowcast
