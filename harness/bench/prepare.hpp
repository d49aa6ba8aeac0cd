#pragma once

// What cells of requests begin with, and the ways in which they end without figures.

#include <memory>
#include <string>

#include "harness/bench/cell.hpp"
#include "harness/settings/check.hpp"
#include "harness/settings/setting.hpp"

namespace rowcast::bench {

using namespace settings;

// The setting, and the implementation's output on it found right; else the error.
struct Checked {
    std::shared_ptr<Setting> setting;
    std::string error;
};
Checked prepare(CellRun& run, const SettingKey& key, const Implementation& implementation,
                Part part);

CellResult failure(std::string message);
CellResult interruption();

}  // namespace rowcast::bench
