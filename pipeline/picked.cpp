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
    return std::shared_ptr<const PickedImplementation>(picked);
}

const Implementation* PickedImplementation::only() const noexcept {
    const Implementation* const first = steps_.front().front().implementation;
    for (const std::vector<Step>& steps : steps_) {
        if (steps.size() != 1 || steps.front().implementation != first) {
            return nullptr;
        }
    }
    return first;
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
    const PickScenario scenario = pick_scenario_of(root);
    const std::vector<Step>& steps = steps_[static_cast<std::size_t>(scenario)];
    // Sizes are added up only as far as they matter.
    std::size_t bytes = 0;
    if (steps.size() > 1) {
        const std::size_t matters = steps[steps.size() - 2].up_to_bytes;
        for (const kernels::Row& row : rows) {
            bytes += row.size;
            if (bytes > matters) {
                break;
            }
        }
    }
    return pick(scenario, bytes).transform_rows(root, rows, workspace);
}

}  // namespace rowcast
