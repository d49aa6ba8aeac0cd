#pragma once

// What `auto` stands for: the picks, resolved for this machine.

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/implementation.hpp"
#include "pipeline/picks.hpp"
#include "pipeline/result.hpp"

namespace rowcast {

// Takes for each batch the implementation that the picks name for its scenario and its size.
class PickedImplementation final : public Implementation {
  public:
    using Find = std::function<const Implementation*(std::string_view)>;

    // `instruction_set` is the best that this machine supports, and `find` knows the
    // implementations that may be picked, its own among them: that is taken where the table has no
    // pick for it. A pick for this machine that names an unknown or unsupported one is an error.
    static Result<std::shared_ptr<const PickedImplementation>> resolve(
        const Picks& picks, std::string_view instruction_set, const Find& find);

    // The one that every batch goes to; null where it depends on the batch.
    const Implementation* only() const noexcept;
    // For a batch of so many bytes.
    const Implementation& pick(PickScenario scenario, std::size_t bytes) const noexcept;

    std::string_view name() const noexcept override { return "auto"; }
    std::string_view description() const noexcept override {
        return "what was measured to be the fastest for the batch's scenario and size";
    }
    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override;

  private:
    struct Step {
        std::size_t up_to_bytes;
        const Implementation* implementation;
    };

    // By scenario, smallest first; the last one takes any size.
    std::array<std::vector<Step>, kPickScenarios.size()> steps_;
    // By scenario, where the size does not matter; else null.
    std::array<const Implementation*, kPickScenarios.size()> of_any_size_{};
};

}  // namespace rowcast
