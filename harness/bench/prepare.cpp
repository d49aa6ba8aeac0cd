#include "harness/bench/prepare.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace rowcast::bench {

Checked prepare(CellRun& run, const SettingKey& key, const Implementation& implementation,
                Part part) {
    Checked checked;
    try {
        checked.setting = run.instruments.settings.get(key);
        std::string& verdict = run.instruments.verdicts[fmt::format(
            "{}/{}/{}", setting_name(key), key.rows, implementation.name())];
        if (verdict.empty()) {
            const std::string wrong = check_output(implementation, *checked.setting, part);
            verdict = wrong.empty() ? "ok" : wrong;
        }
        checked.error = verdict == "ok" ? "" : verdict;
    } catch (const std::exception& error) {
        checked.error = error.what();
    }
    return checked;
}

CellResult failure(std::string message) {
    CellResult result;
    result.error = std::move(message);
    return result;
}

CellResult interruption() {
    CellResult result;
    result.interrupted = true;
    return result;
}

}  // namespace rowcast::bench
