// Peers that claim to answer a plan, against the reference, on generated rows that are valid.

#include <algorithm>
#include <optional>
#include <regex>
#include <string>

#include "harness/cases/run_case.hpp"
#include "harness/equivalence/generate.hpp"
#include "harness/equivalence/property.hpp"
#include "reference/nlohmann.hpp"
#include "tests/reference/peer_test.hpp"

namespace rowcast::reference {
namespace {

// RapidJSON's reader gives strings decoded, so that escapes are spelt anew, and refuses numbers that
// overflow a double.
bool may_differ(const Implementation& peer, const std::vector<std::string>& rows) {
    static const std::regex kBeyondIt(R"(\\|[eE]\+?[0-9]{3})");
    return peer.name() == "peer-rapidjson" &&
           std::any_of(rows.begin(), rows.end(),
                       [](const std::string& row) { return std::regex_search(row, kBeyondIt); });
}

class PeerEquivalence : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(, PeerEquivalence, testing::ValuesIn(peers_that_answer(true)),
                         peer_test_name);

TEST_P(PeerEquivalence, GivesTheReferencesBytes) {
    std::size_t compared = 0;
    const auto check = [&](const equivalence::CaseModel& model) -> std::optional<std::string> {
        const cases::TransformCase transform = render(model);
        const auto plan = cases::compile(transform);
        if (!plan || !GetParam()->answers(**plan) || may_differ(*GetParam(), transform.rows)) {
            return std::nullopt;
        }
        const cases::Outcome expected = cases::run(nlohmann(), transform);
        if (expected.kind != cases::Outcome::Kind::kResponse) {
            return std::nullopt;
        }
        ++compared;
        const cases::Outcome actual = cases::run(*GetParam(), transform);
        if (cases::same_answer(actual, expected)) {
            return std::nullopt;
        }
        return cases::describe_difference(GetParam()->name(), actual, "the reference", expected);
    };
    equivalence::PropertyOptions options;
    options.cases = 10'000;
    const auto result = equivalence::check_property(
        options,
        [](equivalence::Random& random, std::size_t size) {
            return equivalence::generate_case(random, size, {.damage = false});
        },
        check);
    EXPECT_FALSE(result.counter_example) << result.difference;
    EXPECT_GT(compared, options.cases / 50);
}

}  // namespace
}  // namespace rowcast::reference
