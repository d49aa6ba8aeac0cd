#pragma once

// What a cell's launches say about their own worth.

#include <span>
#include <string>
#include <vector>

#include "harness/compare/launch.hpp"

namespace rowcast::compare {

struct Quality {
    std::size_t launches = 0;
    std::size_t pairs = 0;
    double clean_share = 0.0;      // of epochs, mean over launches
    double heap_separation = 0.0;  // median over launches
    double clock_share = 0.0;      // the worst
    double switches_per_second = 0.0;
};
Quality quality_of(std::span<const LaunchAnswer> launches);

// By name: "too few samples", "two heaps", "timer too coarse", "machine unfit".
std::vector<std::string> warnings_of(std::span<const LaunchAnswer> launches);

// The machine is not fit to measure on: something else runs on the processor all the time, or it
// hardly ever keeps one speed.
bool is_unfit(const Quality& quality);

// "7 launches, 1400 pairs, 83 % clean epochs, heaps 2.7, clock 0.02 %"
std::string quality_line(const Quality& quality);

}  // namespace rowcast::compare
