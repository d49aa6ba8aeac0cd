#include "harness/settings/check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/error.hpp"
#include "pipeline/request.hpp"
#include "reference/nlohmann.hpp"

namespace rowcast::settings {
namespace {

// A few bytes around the place, printable.
std::string excerpt(std::string_view text, std::size_t offset) {
    constexpr std::size_t kBefore = 12;
    constexpr std::size_t kShown = 40;
    const std::size_t begin = offset > kBefore ? offset - kBefore : 0;
    std::string shown;
    for (const char character : text.substr(std::min(begin, text.size()), kShown)) {
        const auto byte = static_cast<unsigned char>(character);
        shown += byte >= 0x20 && byte < 0x7F ? std::string(1, character)
                                             : fmt::format("\\x{:02x}", byte);
    }
    return begin + kShown < text.size() ? shown + "..." : shown;
}

}  // namespace

std::string difference(std::string_view expected, std::string_view actual) {
    if (expected == actual) {
        return {};
    }
    const auto [left, right] =
        std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
    const auto offset = static_cast<std::size_t>(left - expected.begin());
    return fmt::format(
        "differs from the reference at byte {} (of {}, reference {}): `{}` instead of `{}`", offset,
        actual.size(), expected.size(), excerpt(actual, offset), excerpt(expected, offset));
}

Part part_of(const Implementation& implementation, const Plan& plain, const Plan& plan,
             Scenario scenario) noexcept {
    if (implementation.answers(plan)) {
        return Part::kCompared;
    }
    const bool does_another_job = is_peer(implementation) && !implementation.answers(plain);
    return does_another_job && scenario == Scenario::kAll ? Part::kUncompared : Part::kNone;
}

std::string check_output(const Implementation& implementation, Setting& setting, Part part) {
    // The reference compared with itself would prove nothing.
    if (&implementation == &reference::nlohmann()) {
        setting.expected(0);
        return {};
    }
    Request request(implementation);
    const auto documents = setting.documents().documents();
    for (std::size_t index = 0; index < documents.size(); ++index) {
        // What the reference refuses is nobody's to be timed with, a peer's that looks at less neither.
        const std::string& expected = setting.expected(index);
        if (!request.run(setting.plan(), documents[index].rows)) {
            const Error& error = request.error();
            return fmt::format("refuses document {}: row {}, byte {}: {}", index, error.row,
                               error.byte, message(error.code));
        }
        if (part == Part::kCompared) {
            const std::string wrong = difference(expected, request.response());
            if (!wrong.empty()) {
                return fmt::format("document {} {}", index, wrong);
            }
        }
    }
    return {};
}

}  // namespace rowcast::settings
