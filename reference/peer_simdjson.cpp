#include <memory>
#include <string>

#include "pipeline/error.hpp"
#include "reference/peers.hpp"
#include "reference/simdjson/choice.hpp"

namespace rowcast::reference {

namespace {

class EngineState final : public Implementation::State {
  public:
    explicit EngineState(const SimdjsonEngine& engine) : state(engine) {}

    SimdjsonState state;
};

class PeerSimdjson final : public Implementation {
  public:
    PeerSimdjson(std::string_view name, ChosenKernel::Choose choose)
        : name_(name),
          chosen_(choose,
                  "simdjson On-Demand by its kernel {}; strings and numbers are copied, not read") {
    }

    std::string_view name() const noexcept override { return name_; }
    std::string_view description() const noexcept override { return chosen_.description(); }
    std::span<const std::string_view> required_features() const noexcept override {
        return chosen_.kernel().required_features;
    }
    const char* unsupported_reason() const noexcept override {
        return chosen_.unsupported_reason();
    }

    // Exact on valid rows. On-Demand does not look at all that a bad row may hold.
    bool answers(const Plan& plan) const noexcept override;

    std::unique_ptr<State> make_state() const override {
        return std::make_unique<EngineState>(*chosen_.kernel().engine);
    }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        const SimdjsonState& state = static_cast<EngineState*>(workspace.state)->state;
        void* const memory = state.memory();
        if (memory == nullptr) {
            return {0, {ErrorCode::kOutOfMemory, 0}};
        }
        const std::size_t sets = root.selection == nullptr ? 0 : root.selection->sets.size();
        return state.engine().transform(memory, root.view, sets, rows.data(), rows.size(),
                                        workspace.output);
    }

  private:
    std::string_view name_;
    ChosenKernel chosen_;
};

// Values are met once, so that a field that is looked into cannot be written in two ways.
bool looks_into_each_field_once(const SelectionSet& set) noexcept {
    for (const SelectedField& field : set.fields) {
        for (const SelectedField& other : set.fields) {
            if (&field != &other && field.selection_set != kNoSelectionSet &&
                field.camel_name == other.camel_name) {
                return false;
            }
        }
    }
    return true;
}

bool PeerSimdjson::answers(const Plan& plan) const noexcept {
    for (const Root& root : plan.roots()) {
        if (root.max_depth > kSimdjsonDepth) {
            return false;
        }
        if (root.selection == nullptr) {
            continue;
        }
        for (const SelectionSet& set : root.selection->sets) {
            if (!looks_into_each_field_once(set)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

const Implementation& peer_simdjson() noexcept {
    static const PeerSimdjson kImplementation("peer-simdjson", fastest_to_index);
    return kImplementation;
}

const Implementation& peer_simdjson_westmere() noexcept {
    static const PeerSimdjson kImplementation(
        "peer-simdjson-westmere",
        []() noexcept -> const SimdjsonKernel& { return simdjson_kernel("westmere"); });
    return kImplementation;
}

}  // namespace rowcast::reference
