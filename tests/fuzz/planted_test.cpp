// Fuzzing must be able to find something: an implementation that is wrong on purpose, registered
// beside the others, in ways that only the right input shows.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/target.hpp"
#include "tests/support/faulty.hpp"
#include "workloads/random.hpp"

namespace rowcast::fuzz {
namespace {

struct Fault {
    test::Faulty::SpoilRow row = [](std::string&) {};
    test::Faulty::SpoilVerdict verdict = [](kernels::BatchStatus&) {};
};

// Registered once, since nothing leaves the registry; right where there is no fault.
Fault& fault() {
    static Fault current;
    static const test::Faulty kFaulty(
        [](std::string& row) { current.row(row); },
        [](kernels::BatchStatus& status) { current.verdict(status); });
    add_implementation(kFaulty);
    return current;
}

std::vector<std::string> corpus(const std::string& target) {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(ROWCAST_FUZZ_CORPUS "/" + target)) {
        std::ifstream file(entry.path(), std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    std::sort(files.begin(), files.end());
    return files;
}

class Planted : public testing::Test {
  protected:
    static void TearDownTestSuite() { fault() = {}; }

    // Changes the corpus's files, without any knowledge of coverage, until the target finds the
    // faulty implementation; what it then says.
    static std::optional<std::string> find(const Target& target, Fault planted) {
        fault() = std::move(planted);
        const std::vector<std::string> files = corpus(std::string(target.name));
        workloads::Random random(1);
        for (std::uint64_t step = 0; step != 60000; ++step) {
            std::string bytes = files[random.below(files.size())];
            for (std::uint64_t more = step % 4; more != 0; --more) {
                bytes = mutate(bytes, kLimit, random.next(), target.focus, nullptr);
            }
            auto wrong = target.check(bytes);
            if (wrong && wrong->starts_with("faulty differs from nlohmann\n")) {
                return wrong;
            }
        }
        return std::nullopt;
    }

    static constexpr std::size_t kLimit = 500;
};

TEST_F(Planted, NothingIsFoundWhereNothingIsWrong) {
    fault() = {};
    for (const Target* target : {&kDifferential, &kPlan}) {
        for (const std::string& bytes : corpus(std::string(target->name))) {
            EXPECT_EQ(target->check(bytes), std::nullopt);
        }
    }
}

TEST_F(Planted, AByteReadWronglyAtTheEndOfABlockIsFound) {
    const auto wrong = find(kDifferential, {.row = [](std::string& row) {
                                if (row.size() > 63 && row[63] == '_') {
                                    row[63] = 'x';
                                }
                            }});
    ASSERT_TRUE(wrong);
    EXPECT_NE(wrong->find("responses differ from byte"), std::string::npos) << *wrong;
    EXPECT_NE(wrong->find("rowcast transform"), std::string::npos) << *wrong;
    EXPECT_NE(wrong->find("--impl faulty"), std::string::npos) << *wrong;
}

TEST_F(Planted, ARowAcceptedThatMustNotBeIsFound) {
    // Forgets whether a string is open where a block begins.
    const auto wrong = find(kDifferential, {.row = [](std::string& row) {
                                if (row.size() > 64 && row[64] == '\x1F') {
                                    row[64] = ' ';
                                }
                            }});
    ASSERT_TRUE(wrong);
    EXPECT_NE(wrong->find("nlohmann: row "), std::string::npos) << *wrong;
}

TEST_F(Planted, AMisplacedErrorIsFound) {
    const auto wrong = find(kDifferential, {.verdict = [](kernels::BatchStatus& status) {
                                if (status.status.code == kernels::ErrorCode::kLoneSurrogate) {
                                    ++status.status.offset;
                                }
                            }});
    ASSERT_TRUE(wrong);
    EXPECT_NE(wrong->find("faulty: row "), std::string::npos) << *wrong;
    EXPECT_NE(wrong->find("nlohmann: row "), std::string::npos) << *wrong;
}

TEST_F(Planted, ADifferenceUnderAnyPlanIsFound) {
    const auto wrong = find(kPlan, {.row = [](std::string& row) {
                                const std::size_t at = row.find("A");
                                if (at != std::string::npos) {
                                    row[at] = 'B';
                                }
                            }});
    ASSERT_TRUE(wrong);
}

}  // namespace
}  // namespace rowcast::fuzz
