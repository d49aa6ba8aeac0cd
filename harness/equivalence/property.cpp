#include "harness/equivalence/property.hpp"

#include <rapidcheck.h>

#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/equivalence/shrink.hpp"

namespace rowcast::equivalence {

namespace {

using Clock = std::chrono::steady_clock;

// The simpler cases, made one at a time as the search asks for them.
rc::Seq<CaseModel> simpler_cases(const CaseModel& model) {
    auto base = std::make_shared<const CaseModel>(model);
    auto list = std::make_shared<const std::vector<Simplification>>(simplifications(*base));
    std::vector<std::size_t> indices(list->size());
    for (std::size_t i = 0; i != indices.size(); ++i) {
        indices[i] = i;
    }
    return rc::seq::map(rc::seq::fromContainer(std::move(indices)), [base, list](std::size_t i) {
        CaseModel simpler = *base;
        (*list)[i](simpler);
        return simpler;
    });
}

rc::Gen<CaseModel> cases_from(const DrawCase& draw) {
    return [draw](const rc::Random& entropy, int size) {
        rc::Random source = entropy;
        Random random(source.next());
        return rc::shrinkable::shrinkRecur(
            draw(random, static_cast<std::size_t>(size)),
            [](const CaseModel& model) { return simpler_cases(model); });
    };
}

// RapidCheck's own listeners write to the terminal.
class Silent : public rc::detail::TestListener {
  public:
    void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
    void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
    void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

std::size_t row_bytes(const CaseModel& model) {
    std::size_t bytes = 0;
    for (const RowModel& row : model.rows) {
        bytes += render(row).size();
    }
    return bytes;
}

}  // namespace

PropertyResult check_property(const PropertyOptions& options, const DrawCase& draw,
                              const CheckCase& check) {
    PropertyResult result;
    const auto start = Clock::now();
    const auto cases = cases_from(draw);
    const auto property = [&] {
        // The search for a smaller case may take as long as it needs; only drawing stops.
        if (!result.counter_example && options.time_limit &&
            Clock::now() - start >= *options.time_limit) {
            result.timed_out = true;
            return;
        }
        const CaseModel model = *cases.as("case");
        if (!result.counter_example) {
            ++result.cases_run;
        }
        if (auto difference = check(model)) {
            if (!result.counter_example) {
                result.first_failure_bytes = row_bytes(model);
            }
            // The last case that failed is the smallest: the search only goes on from failures.
            result.counter_example = model;
            result.difference = std::move(*difference);
            RC_FAIL(result.difference);
        }
    };
    rc::detail::TestParams params;
    params.seed = options.seed;
    params.maxSuccess = static_cast<int>(options.cases);
    params.maxSize = static_cast<int>(options.max_size);
    Silent listener;
    const auto outcome =
        rc::detail::checkTestable(property, rc::detail::TestMetadata(), params, listener,
                                  std::unordered_map<std::string, rc::detail::Reproduce>());
    if (outcome.is<rc::detail::Error>()) {
        throw std::runtime_error(outcome.get<rc::detail::Error>().description);
    }
    if (outcome.is<rc::detail::GaveUpResult>()) {
        throw std::runtime_error(outcome.get<rc::detail::GaveUpResult>().description);
    }
    return result;
}

}  // namespace rowcast::equivalence
