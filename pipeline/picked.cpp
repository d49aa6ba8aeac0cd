#include "pipeline/picked.hpp"

#include <algorithm>

#include "pipeline/text.hpp"

namespace rowcast {

Result<std::shared_ptr<const PickedImplementation>> PickedImplementation::resolve(
    const Picks& picks, std::string_view instruction_set, const Find& find) {
    const auto picked = std::make_shared<PickedImplementation>();
    for (const Pick& pick : picks.picks) {
        if (pick.instruction_set != instruction_set) {
            continue;
        }
        const auto refuse = [&](const std::string& why) {
            return PlanError{picks.source + ": a pick for " + std::string(instruction_set) +
                             " names '" + shown(pick.implementation) + "', which " + why};
        };
        const Implementation* const implementation = find(pick.implementation);
        if (implementation == nullptr) {
            return refuse("is no implementation of this library");
        }
        if (implementation->unsupported_reason() != nullptr) {
            return refuse(std::string("cannot run here: ") + implementation->unsupported_reason());
        }
        picked->steps_[static_cast<std::size_t>(pick.scenario)].push_back(
            {.up_to_bytes = pick.up_to_bytes, .implementation = implementation});
    }
    for (std::vector<Step>& steps : picked->steps_) {
        if (steps.empty()) {
            steps.push_back(
                {.up_to_bytes = Pick::kAnySize, .implementation = find(instruction_set)});
        }
        std::sort(steps.begin(), steps.end(), [](const Step& left, const Step& right) {
            return left.up_to_bytes < right.up_to_bytes;
        });
        // A step that goes on with the same implementation is none.
        for (std::size_t index = steps.size() - 1; index > 0; --index) {
            if (steps[index - 1].implementation == steps[index].implementation) {
                steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(index) - 1);
            }
        }
    }
    for (std::size_t scenario = 0; scenario < kPickScenarios.size(); ++scenario) {
        const std::vector<Step>& steps = picked->steps_[scenario];
        picked->of_any_size_[scenario] = steps.size() == 1 ? steps.front().implementation : nullptr;
    }
    return std::shared_ptr<const PickedImplementation>(picked);
}

const Implementation* PickedImplementation::only() const noexcept {
    const Implementation* const first = of_any_size_.front();
    const bool is_only = std::all_of(of_any_size_.begin(), of_any_size_.end(),
                                     [&](const Implementation* other) { return other == first; });
    return is_only ? first : nullptr;
}

const Implementation& PickedImplementation::pick(PickScenario scenario,
                                                 std::size_t bytes) const noexcept {
    const std::vector<Step>& steps = steps_[static_cast<std::size_t>(scenario)];
    std::size_t index = 0;
    while (bytes > steps[index].up_to_bytes) {
        ++index;
    }
    return *steps[index].implementation;
}

kernels::BatchStatus PickedImplementation::transform_rows(
    const Root& root, std::span<const kernels::Row> rows,
    const Workspace& workspace) const noexcept {
    const auto scenario = static_cast<std::size_t>(pick_scenario_of(root));
    const Implementation* const of_any_size = of_any_size_[scenario];
    if (of_any_size != nullptr) {
        return of_any_size->transform_rows(root, rows, workspace);
    }
    // Sizes are added up only as far as they matter.
    const Step* step = steps_[scenario].data();
    std::size_t bytes = 0;
    for (const kernels::Row& row : rows) {
        bytes += row.size;
        while (bytes > step->up_to_bytes) {
            ++step;
        }
        if (step->up_to_bytes == Pick::kAnySize) {
            break;
        }
    }
    return step->implementation->transform_rows(root, rows, workspace);
}

}  // namespace rowcast
