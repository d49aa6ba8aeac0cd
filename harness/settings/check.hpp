#pragma once

#include <string>
#include <string_view>

#include "harness/settings/setting.hpp"
#include "pipeline/implementation.hpp"

namespace rowcast::settings {

// Empty if equal; else where the texts first differ and what stands there in each.
std::string difference(std::string_view expected, std::string_view actual);

// How an implementation takes part in a setting.
enum class Part : std::uint8_t {
    kCompared,    // answers it: its output must equal the reference's
    kUncompared,  // a peer that does another job altogether (a floor or a roof): only timed
    kNone,        // cannot answer it
};
// A peer that answers not even the plain plan does another job; one that answers the plain plan
// but not this one has no place here. Peers of the first kind take part in the scenario `all` only.
Part part_of(const Implementation& implementation, const Plan& plain, const Plan& plan,
             Scenario scenario) noexcept;

// Runs the implementation on every document of the setting. Empty if each response is the
// reference's, byte for byte (kUncompared: if there is a response at all); else what was wrong. Throws
// std::runtime_error where the reference refuses the rows.
std::string check_output(const Implementation& implementation, Setting& setting, Part part);

}  // namespace rowcast::settings
