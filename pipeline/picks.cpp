#include "pipeline/picks.hpp"

#include <algorithm>
#include <exception>
#include <set>
#include <tuple>
#include <utility>

#include "pipeline/json_document.hpp"

namespace rowcast {

namespace {

constexpr std::string_view kFormat = "rowcast-picks/2";
constexpr std::array<std::string_view, 3> kScenarioNames = {"all", "select", "select-inside"};

// Thrown and caught in this file, so that reading needs no check at every step.
struct Fault {
    std::string message;
};

const nlohmann::json& member(const nlohmann::json& object, const char* name,
                             const std::string& place) {
    if (!object.is_object() || !object.contains(name)) {
        throw Fault{(place.empty() ? "/" : place) + " lacks '" + name + "'"};
    }
    return object[name];
}

std::string text(const nlohmann::json& object, const char* name, const std::string& place) {
    const nlohmann::json& value = member(object, name, place);
    if (!value.is_string()) {
        throw Fault{place + "/" + name + " is no string"};
    }
    return value.get<std::string>();
}

double number(const nlohmann::json& object, const char* name, const std::string& place) {
    const nlohmann::json& value = member(object, name, place);
    if (!value.is_number()) {
        throw Fault{place + "/" + name + " is no number"};
    }
    return value.get<double>();
}

const nlohmann::json& list(const nlohmann::json& object, const char* name,
                           const std::string& place) {
    const nlohmann::json& value = member(object, name, place);
    if (!value.is_array()) {
        throw Fault{place + "/" + name + " is no list"};
    }
    return value;
}

PickScenario read_scenario(const nlohmann::json& pick, const std::string& place) {
    const std::string name = text(pick, "scenario", place);
    const auto found = std::find(kScenarioNames.begin(), kScenarioNames.end(), name);
    if (found == kScenarioNames.end()) {
        throw Fault{place + "/scenario is none of all, select, select-inside"};
    }
    return kPickScenarios[static_cast<std::size_t>(found - kScenarioNames.begin())];
}

std::size_t read_size(const nlohmann::json& pick, const std::string& place) {
    const nlohmann::json& value = member(pick, "up_to_bytes", place);
    if (value.is_null()) {
        return Pick::kAnySize;
    }
    if (!value.is_number_unsigned()) {
        throw Fault{place + "/up_to_bytes is neither null nor a number of bytes"};
    }
    return value.get<std::size_t>();
}

Pick read_pick(const nlohmann::json& json, const std::string& place) {
    Pick pick{.instruction_set = text(json, "instruction_set", place),
              .scenario = read_scenario(json, place),
              .up_to_bytes = read_size(json, place),
              .implementation = text(json, "implementation", place),
              .evidence = {}};
    std::size_t index = 0;
    for (const nlohmann::json& entry : list(json, "evidence", place)) {
        const std::string at = place + "/evidence/" + std::to_string(index++);
        pick.evidence.push_back({.cell = text(entry, "cell", at),
                                 .against = text(entry, "against", at),
                                 .ratio = number(entry, "ratio", at),
                                 .low = number(entry, "low", at),
                                 .high = number(entry, "high", at)});
    }
    return pick;
}

std::map<std::string, PickOrigin, std::less<>> read_sets(const nlohmann::json& document) {
    const nlohmann::json& sets = member(document, "sets", "");
    if (!sets.is_object()) {
        throw Fault{"/sets is no object"};
    }
    std::map<std::string, PickOrigin, std::less<>> origins;
    for (const auto& [name, origin] : sets.items()) {
        const std::string place = "/sets/" + name;
        origins[name] = {.date = text(origin, "date", place),
                         .machine = text(member(origin, "environment", place), "cpu_model",
                                         place + "/environment")};
    }
    return origins;
}

void check_complete(const Picks& picks) {
    std::set<std::string> sets;
    std::set<std::tuple<std::string, PickScenario, std::size_t>> classes;
    for (const Pick& pick : picks.picks) {
        if (sets.insert(pick.instruction_set).second &&
            !picks.sets.contains(pick.instruction_set)) {
            throw Fault{"/sets lacks '" + pick.instruction_set + "', which /picks speaks of"};
        }
        if (!classes.emplace(pick.instruction_set, pick.scenario, pick.up_to_bytes).second) {
            throw Fault{"/picks has two of the same size for " + pick.instruction_set + " and '" +
                        std::string(pick_scenario_name(pick.scenario)) + "'"};
        }
    }
    for (const std::string& set : sets) {
        for (const PickScenario scenario : kPickScenarios) {
            if (picks.find(set, scenario, Pick::kAnySize) == nullptr) {
                throw Fault{"/picks has none of any size for " + set + " and '" +
                            std::string(pick_scenario_name(scenario)) + "'"};
            }
        }
    }
}

}  // namespace

std::string_view pick_scenario_name(PickScenario scenario) noexcept {
    return kScenarioNames[static_cast<std::size_t>(scenario)];
}

PickScenario pick_scenario_of(const Root& root) noexcept {
    if (!root.view.has_selection) {
        return PickScenario::kAll;
    }
    const bool looks_inside = root.selection != nullptr && root.selection->sets.size() > 1;
    return looks_inside ? PickScenario::kSelectInside : PickScenario::kSelect;
}

const Pick* Picks::find(std::string_view instruction_set, PickScenario scenario,
                        std::size_t bytes) const noexcept {
    const Pick* best = nullptr;
    for (const Pick& pick : picks) {
        const bool fits = pick.instruction_set == instruction_set && pick.scenario == scenario &&
                          bytes <= pick.up_to_bytes;
        if (fits && (best == nullptr || pick.up_to_bytes < best->up_to_bytes)) {
            best = &pick;
        }
    }
    return best;
}

Result<Picks> parse_picks(std::string_view json, std::string_view source) {
    const auto document = parse_json_document(json, source);
    if (!document) {
        return document.error();
    }
    try {
        if (text(*document, "format", "") != kFormat) {
            throw Fault{"/format is not '" + std::string(kFormat) + "'"};
        }
        Picks picks{.source = std::string(source), .sets = read_sets(*document), .picks = {}};
        std::size_t index = 0;
        for (const nlohmann::json& pick : list(*document, "picks", "")) {
            picks.picks.push_back(read_pick(pick, "/picks/" + std::to_string(index++)));
        }
        check_complete(picks);
        return picks;
    } catch (const Fault& fault) {
        return PlanError{std::string(source) + ": " + fault.message};
    }
}

}  // namespace rowcast
