#pragma once

// Which implementation `auto` takes: what was measured, as a table. One is compiled in, from
// picks.json; the environment's ROWCAST_PICKS names another.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/plan_view.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/result.hpp"

namespace rowcast {

// What of a request decides which implementation is the fastest, beside its size.
enum class PickScenario : std::uint8_t {
    kAll,           // everything is kept
    kSelect,        // members are selected
    kSelectInside,  // and members of members
};
inline constexpr std::array kPickScenarios = {PickScenario::kAll, PickScenario::kSelect,
                                              PickScenario::kSelectInside};
std::string_view pick_scenario_name(PickScenario scenario) noexcept;  // "all", "select", ...
PickScenario pick_scenario_of(const Root& root) noexcept;

// One comparison behind a pick: the time of the one it was compared with over the pick's.
struct PickEvidence {
    std::string cell;
    std::string against;
    double ratio = 1.0;
    double low = 1.0;  // its interval
    double high = 1.0;
};

struct Pick {
    static constexpr std::size_t kAnySize = ~std::size_t{0};

    std::string instruction_set;  // the best that the machine supports
    PickScenario scenario = PickScenario::kAll;
    std::size_t up_to_bytes = kAnySize;  // of a batch's rows together
    std::string implementation;
    std::vector<PickEvidence> evidence;
};

// When an instruction set's picks were measured, and on what.
struct PickOrigin {
    std::string date;
    std::string machine;
};

struct Picks {
    std::string source;  // "compiled in", or the file
    // By instruction set: each that `picks` speaks of is there.
    std::map<std::string, PickOrigin, std::less<>> sets;
    std::vector<Pick> picks;

    // The one for a machine, scenario and size; null if there is none.
    const Pick* find(std::string_view instruction_set, PickScenario scenario,
                     std::size_t bytes) const noexcept;
};

// Reads "rowcast-picks/2" (docs/picks.md). An error names the source and the place. For every
// instruction set and scenario that it speaks of, it must have a pick for any size, and for every
// instruction set when and where it was measured.
Result<Picks> parse_picks(std::string_view json, std::string_view source);

// The text that is compiled in.
std::string_view built_in_picks() noexcept;

}  // namespace rowcast
