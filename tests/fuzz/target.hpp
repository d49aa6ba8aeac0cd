#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/fuzz/mutate.hpp"

namespace rowcast::fuzz {

// What is fuzzed: a judge of any bytes.
struct Target {
    std::string_view name;
    Focus focus;
    // What is wrong, in words, with command lines; nothing if all is well.
    std::optional<std::string> (*check)(std::string_view bytes);
    // The cases that the bytes stand for, as command lines, whether anything is wrong or not.
    std::string (*describe)(std::string_view bytes);
};

extern const Target kDifferential;
extern const Target kPlan;

// Null if there is none of that name.
const Target* find_target(std::string_view name) noexcept;

}  // namespace rowcast::fuzz
