#pragma once

// The interface that every implementation of the pipeline stands behind: it turns rows of one root
// field into their transformed bytes. The wrapper, the order of roots and the errors' indices are
// the request's business (pipeline/request.hpp), the same for all.

#include <memory>
#include <span>
#include <string_view>

#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"
#include "pipeline/plan.hpp"

namespace rowcast {

class Implementation {
  public:
    // What an implementation keeps between the batches of one request object (parsers, padded
    // copies of rows, ...). It is made once per request object and reused by all its requests.
    class State {
      public:
        State() = default;
        virtual ~State() = default;
        State(const State&) = delete;
        State& operator=(const State&) = delete;
    };

    // Where a batch goes.
    struct Workspace {
        kernels::Output& output;
        kernels::Scratch& scratch;
        State* state;  // what make_state() returned
    };

    Implementation() = default;
    virtual ~Implementation() = default;
    Implementation(const Implementation&) = delete;
    Implementation& operator=(const Implementation&) = delete;

    virtual std::string_view name() const noexcept = 0;
    virtual std::string_view description() const noexcept = 0;

    // CPU features it needs, by their usual names ("avx2", "bmi2"); empty: any machine.
    virtual std::span<const std::string_view> required_features() const noexcept { return {}; }

    // Null where this machine can run it, else why not, in one line.
    virtual const char* unsupported_reason() const noexcept { return nullptr; }

    // Whether it gives the exact answer to this plan. All but the `peer-*` ones answer every plan.
    virtual bool answers(const Plan& /*plan*/) const noexcept { return true; }

    virtual std::unique_ptr<State> make_state() const { return nullptr; }

    // Appends the transformed rows to the output, ',' between them. Stops at the first bad row:
    // what was appended by then is of no use and will be dropped. Never throws. Rows are at most
    // 4 GiB - 1 bytes; nothing beyond them is read and nothing in them is written.
    virtual kernels::BatchStatus transform_rows(const Root& root,
                                                std::span<const kernels::Row> rows,
                                                const Workspace& workspace) const noexcept = 0;
};

// Comparisons take part in measurements but are never shipped and never chosen by `auto`.
inline bool is_peer(const Implementation& implementation) noexcept {
    return implementation.name().starts_with("peer-");
}

}  // namespace rowcast
