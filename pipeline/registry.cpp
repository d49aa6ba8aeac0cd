#include "pipeline/registry.hpp"

#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "kernels/instruction_sets.hpp"
#include "pipeline/text.hpp"

namespace rowcast {

namespace {

constexpr const char* kEnvironmentVariable = "ROWCAST_IMPLEMENTATION";
constexpr std::string_view kAuto = "auto";

// An instruction set's engines as an implementation.
class KernelImplementation final : public Implementation {
  public:
    explicit KernelImplementation(const kernels::InstructionSet& set) : set_(&set) {
        const std::string_view missing = kernels::missing_feature(set);
        if (!missing.empty()) {
            reason_ = "this machine lacks " + std::string(missing);
        }
    }

    std::string_view name() const noexcept override { return set_->name; }
    std::string_view description() const noexcept override { return set_->description; }
    std::span<const std::string_view> required_features() const noexcept override {
        return set_->required_features;
    }
    const char* unsupported_reason() const noexcept override {
        return reason_.empty() ? nullptr : reason_.c_str();
    }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        const kernels::KernelTable& table = *set_->table;
        const kernels::RootView& view = root.view;
        const kernels::TransformRows transform =
            view.has_selection
                ? (view.raw_keys ? table.transform_select_raw : table.transform_select_camel)
                : (view.raw_keys ? table.transform_all_raw : table.transform_all_camel);
        return transform(view, rows.data(), rows.size(), workspace.output, workspace.scratch);
    }

  private:
    const kernels::InstructionSet* set_;
    std::string reason_;
};

struct Registry {
    Registry() {
        for (const kernels::InstructionSet& set : kernels::instruction_sets()) {
            own.emplace_back(set);
            all.push_back(&own.back());
        }
    }

    std::deque<KernelImplementation> own;
    std::vector<const Implementation*> all;
};

Registry& registry() {
    static Registry instance;
    return instance;
}

std::string known_names() {
    std::string names(kAuto);
    for (const Implementation* implementation : registry().all) {
        names += ", ";
        names += implementation->name();
    }
    return names;
}

}  // namespace

std::span<const Implementation* const> implementations() noexcept { return registry().all; }

void add_implementation(const Implementation& implementation) {
    if (find_implementation(implementation.name()) == nullptr) {
        registry().all.push_back(&implementation);
    }
}

const Implementation* find_implementation(std::string_view name) noexcept {
    for (const Implementation* implementation : registry().all) {
        if (implementation->name() == name) {
            return implementation;
        }
    }
    return nullptr;
}

const Implementation& best_implementation() noexcept {
    for (const Implementation* implementation : registry().all) {
        if (implementation->unsupported_reason() == nullptr && !is_peer(*implementation)) {
            return *implementation;
        }
    }
    return *registry().all.front();  // not reached: scalar runs everywhere
}

Result<const Implementation*> choose_implementation(std::string_view requested) {
    std::string source;
    if (requested.empty()) {
        const char* const variable = std::getenv(kEnvironmentVariable);
        if (variable != nullptr && *variable != '\0') {
            requested = variable;
            source = std::string(kEnvironmentVariable) + ": ";
        }
    }
    if (requested.empty() || requested == kAuto) {
        return &best_implementation();
    }
    const Implementation* const found = find_implementation(requested);
    if (found == nullptr) {
        return PlanError{source + "no implementation is called '" + shown(requested) +
                         "'; there are: " + known_names()};
    }
    if (found->unsupported_reason() != nullptr) {
        return PlanError{source + "the implementation '" + std::string(requested) +
                         "' cannot run here: " + found->unsupported_reason()};
    }
    return found;
}

}  // namespace rowcast
