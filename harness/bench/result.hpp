#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowcast::bench {

// What one cell found out.
struct CellResult {
    std::vector<std::pair<std::string, double>> counters;
    std::vector<std::pair<std::string, std::string>> unavailable;  // counter, reason
    std::vector<std::pair<double, double>> distribution_ns;        // quantile, time of one call
    std::vector<std::string> remarks;   // words of the form key=value, for the label
    std::vector<std::string> warnings;  // sentences about how far to trust the figures
    std::string error;                  // if not empty, there are no figures
    bool interrupted = false;           // neither figures nor an error: to be run again

    void set(std::string_view name, double value) { counters.emplace_back(name, value); }
    void set_unavailable(std::string_view name, std::string_view reason) {
        unavailable.emplace_back(name, reason);
    }
};

// One line for Google Benchmark's label: the remarks, and what is unavailable grouped by reason.
std::string make_label(const CellResult& result);

}  // namespace rowcast::bench
