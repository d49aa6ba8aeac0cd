#pragma once

// Implementations against the reference, and the reference against known hashes, on workloads.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "harness/verify/expected.hpp"
#include "pipeline/implementation.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::verify {

// One line of the result: an implementation on one workload in one layout and scenario.
struct VerifyRow {
    enum class Verdict : std::uint8_t {
        kEqual,
        kDifferent,
        kNotAnswered,  // a peer that has no exact answer to such a plan
    };

    std::string setting;         // medium/jsonb/select
    std::string implementation;  // or `expected hash`
    Verdict verdict = Verdict::kEqual;
    std::size_t documents = 0;       // compared
    std::size_t response_bytes = 0;  // of the reference, in all of them
    std::string difference;          // several lines; empty unless kDifferent
};

struct VerifyOptions {
    std::size_t seeds = 3;                                  // documents of each workload
    bool check_expected = true;                             // the catalogue's workloads only
    std::function<void(const VerifyRow& row)> on_row = {};  // as results come
};

// True if nothing differs. Workloads without a selection take part in the scenario `all` only.
bool run_verify(std::span<const workloads::Workload> workloads,
                std::span<const Implementation* const> candidates, const Implementation& reference,
                const VerifyOptions& options);

// The text of expected.inc, from what the reference answers now. Throws std::runtime_error if it
// refuses a row.
std::string expected_source(std::span<const workloads::Workload> workloads,
                            const Implementation& reference);

}  // namespace rowcast::verify
