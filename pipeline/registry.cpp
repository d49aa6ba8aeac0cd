#include "pipeline/registry.hpp"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernels/instruction_sets.hpp"
#include "pipeline/picked.hpp"
#include "pipeline/text.hpp"

namespace rowcast {

namespace {

constexpr const char* kEnvironmentVariable = "ROWCAST_IMPLEMENTATION";
constexpr const char* kPicksVariable = "ROWCAST_PICKS";
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

const Implementation* find_own(std::string_view name) noexcept {
    for (const KernelImplementation& implementation : registry().own) {
        if (implementation.name() == name) {
            return &implementation;
        }
    }
    return nullptr;
}

// A table of picks with what it comes to on this machine.
struct ResolvedPicks {
    Picks picks;
    std::shared_ptr<const PickedImplementation> picked;
};

Result<ResolvedPicks> resolve_picks(std::string_view json, std::string_view source) {
    auto picks = parse_picks(json, source);
    if (!picks) {
        return picks.error();
    }
    auto picked = PickedImplementation::resolve(*picks, best_implementation().name(), find_own);
    if (!picked) {
        return picked.error();
    }
    return ResolvedPicks{*std::move(picks), *picked};
}

// The environment's file, read once in a process, or what is compiled in.
Result<const ResolvedPicks*> current_picks() {
    static std::mutex one_at_a_time;
    static std::map<std::string, std::unique_ptr<const ResolvedPicks>, std::less<>> known;
    const char* const variable = std::getenv(kPicksVariable);
    const std::string path = variable == nullptr ? "" : variable;
    const std::lock_guard lock(one_at_a_time);
    if (const auto found = known.find(path); found != known.end()) {
        return found->second.get();
    }
    std::string json(built_in_picks());
    if (!path.empty()) {
        std::ifstream file(path, std::ios::binary);
        file.peek();  // a folder opens well enough, and fails here
        if (file) {
            json.assign(std::istreambuf_iterator<char>(file), {});
        }
        if (!file) {
            return PlanError{std::string(kPicksVariable) + ": " + shown(path) + ": cannot be read"};
        }
    }
    auto resolved =
        resolve_picks(json, path.empty() ? "compiled in" : kPicksVariable + (": " + shown(path)));
    if (!resolved) {
        return resolved.error();
    }
    auto kept = std::make_unique<const ResolvedPicks>(*std::move(resolved));
    return known.emplace(path, std::move(kept)).first->second.get();
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
        const auto picks = current_picks();
        if (!picks) {
            return picks.error();
        }
        const Implementation* const only = (*picks)->picked->only();
        return only != nullptr ? only : (*picks)->picked.get();
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

Result<PickAnswer> explain_pick(PickScenario scenario, std::size_t bytes) {
    const auto picks = current_picks();
    if (!picks) {
        return picks.error();
    }
    return PickAnswer{.implementation = &(*picks)->picked->pick(scenario, bytes),
                      .pick = (*picks)->picks.find(best_implementation().name(), scenario, bytes),
                      .picks = &(*picks)->picks};
}

}  // namespace rowcast
