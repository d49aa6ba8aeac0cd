#include "harness/verify/verify.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "harness/cases/run_case.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/request.hpp"
#include "pipeline/schema.hpp"
#include "workloads/content_hash.hpp"

namespace rowcast::verify {

namespace {

using workloads::Document;
using workloads::Layout;
using workloads::Workload;

Result<std::shared_ptr<const Plan>> compile(const Workload& workload, Scenario scenario) {
    auto schema = cases::parse_schema(workload);
    if (!schema) {
        return schema.error();
    }
    return cases::compile_plan(workload, *std::move(schema), scenario);
}

cases::Outcome answer(Request& request, const Plan& plan, const Document& document) {
    const std::vector<kernels::Row> rows = cases::rows_of(document);
    cases::Outcome outcome;
    if (request.run(plan, rows)) {
        outcome.bytes = request.response();
        return outcome;
    }
    outcome.kind = cases::Outcome::Kind::kRowError;
    outcome.code = request.error().code;
    outcome.row = request.error().row;
    outcome.byte = request.error().byte;
    outcome.message = message(outcome.code);
    return outcome;
}

std::string setting_name(const Workload& workload, Layout layout, Scenario scenario) {
    std::string name = workload.name;
    name += '/';
    name += workloads::layout_name(layout);
    name += '/';
    return name += scenario_name(scenario);
}

std::string size_and_hash(std::size_t bytes, std::uint64_t hash) {
    char text[64];
    std::snprintf(text, sizeof text, "%zu bytes, hash %016llx", bytes,
                  static_cast<unsigned long long>(hash));
    return text;
}

// Whether the reference answers the document of seed 1 as it always has.
VerifyRow compare_with_expected(const Workload& workload, Layout layout, Scenario scenario,
                                const cases::Outcome& answered) {
    VerifyRow row{setting_name(workload, layout, scenario),
                  "expected hash",
                  VerifyRow::Verdict::kEqual,
                  1,
                  answered.bytes.size(),
                  ""};
    const ExpectedResponse* const expected = expected_response(workload.name, layout, scenario);
    const std::uint64_t hash = workloads::content_hash(answered.bytes);
    if (expected == nullptr) {
        row.difference = "  no hash is known; the reference gives " +
                         size_and_hash(answered.bytes.size(), hash) + "\n";
    } else if (expected->bytes != answered.bytes.size() || expected->hash != hash) {
        row.difference = "  expected " + size_and_hash(expected->bytes, expected->hash) +
                         "; the reference gives " + size_and_hash(answered.bytes.size(), hash) +
                         "\n";
    }
    if (!row.difference.empty()) {
        row.verdict = VerifyRow::Verdict::kDifferent;
    }
    return row;
}

class Verification {
  public:
    Verification(std::span<const Implementation* const> candidates, const Implementation& reference,
                 const VerifyOptions& options)
        : candidates_(candidates), reference_(reference), options_(options) {}

    bool run(const Workload& workload) {
        for (const Layout layout : workloads::kLayouts) {
            documents_.clear();
            for (std::size_t seed = 1; seed <= options_.seeds; ++seed) {
                documents_.push_back(workload.generate(layout, seed, workload.default_rows));
            }
            for (const Scenario scenario : kScenarios) {
                if (scenario == Scenario::kAll || !workload.select.empty()) {
                    compare(workload, layout, scenario);
                }
            }
        }
        return all_equal_;
    }

  private:
    void compare(const Workload& workload, Layout layout, Scenario scenario) {
        const std::string setting = setting_name(workload, layout, scenario);
        const auto plan = compile(workload, scenario);
        if (!plan) {
            report({setting, std::string(reference_.name()), VerifyRow::Verdict::kDifferent, 0, 0,
                    "  " + plan.error().message + "\n"});
            return;
        }
        std::vector<cases::Outcome> expected;
        std::size_t bytes = 0;
        Request request(reference_);
        for (const Document& document : documents_) {
            expected.push_back(answer(request, **plan, document));
            bytes += expected.back().bytes.size();
        }
        if (options_.check_expected && !expected.empty()) {
            report(compare_with_expected(workload, layout, scenario, expected.front()));
        }
        for (const Implementation* candidate : candidates_) {
            VerifyRow row{
                setting, std::string(candidate->name()), VerifyRow::Verdict::kEqual, 0, bytes, ""};
            if (!candidate->answers(**plan)) {
                row.verdict = VerifyRow::Verdict::kNotAnswered;
            } else {
                compare(*candidate, **plan, expected, row);
            }
            report(std::move(row));
        }
    }

    // One request object for all documents, as in use.
    void compare(const Implementation& candidate, const Plan& plan,
                 std::span<const cases::Outcome> expected, VerifyRow& row) {
        Request request(candidate);
        for (std::size_t i = 0; i != documents_.size(); ++i) {
            const cases::Outcome actual = answer(request, plan, documents_[i]);
            ++row.documents;
            if (!cases::same_answer(actual, expected[i])) {
                row.verdict = VerifyRow::Verdict::kDifferent;
                row.difference = "  seed " + std::to_string(i + 1) + ":\n" +
                                 cases::describe_difference(candidate.name(), actual,
                                                            reference_.name(), expected[i]);
                return;
            }
        }
    }

    void report(VerifyRow row) {
        all_equal_ = all_equal_ && row.verdict != VerifyRow::Verdict::kDifferent;
        if (options_.on_row) {
            options_.on_row(row);
        }
    }

    std::span<const Implementation* const> candidates_;
    const Implementation& reference_;
    const VerifyOptions& options_;
    std::vector<Document> documents_;
    bool all_equal_ = true;
};

}  // namespace

bool run_verify(std::span<const Workload> workloads,
                std::span<const Implementation* const> candidates, const Implementation& reference,
                const VerifyOptions& options) {
    Verification verification(candidates, reference, options);
    bool all_equal = true;
    for (const Workload& workload : workloads) {
        all_equal = verification.run(workload);
    }
    return all_equal;
}

std::string expected_source(std::span<const Workload> workloads, const Implementation& reference) {
    std::string source = "// Responses to seed 1, default size: bytes, FNV-1a.\n";
    Request request(reference);
    for (const Workload& workload : workloads) {
        for (const Layout layout : workloads::kLayouts) {
            const Document document = workload.generate(layout, 1, workload.default_rows);
            for (const Scenario scenario : kScenarios) {
                const auto plan = compile(workload, scenario);
                if (!plan) {
                    throw std::runtime_error(workload.name + ": " + plan.error().message);
                }
                const cases::Outcome outcome = answer(request, **plan, document);
                if (outcome.kind != cases::Outcome::Kind::kResponse) {
                    throw std::runtime_error(workload.name + ": " + cases::describe(outcome));
                }
                source += source_line({workload.name, layout, scenario, outcome.bytes.size(),
                                       workloads::content_hash(outcome.bytes)}) +
                          "\n";
            }
        }
    }
    return source;
}

}  // namespace rowcast::verify
