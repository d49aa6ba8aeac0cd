#pragma once

// Launches: measurements in fresh processes of this program, each with addresses of its own. The
// request goes out as JSON on the command line, the answer comes back on standard output.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/bench/options.hpp"
#include "harness/bench/sources.hpp"
#include "harness/measure/json_lines.hpp"
#include "harness/measure/paired.hpp"
#include "harness/settings/setting.hpp"
#include "pipeline/request.hpp"

namespace rowcast::bench {

using namespace settings;

// Starts this program with the request and waits for its answer: an object, whose "error" says what
// went wrong if something did.
measure::Json launch(const measure::Json& request, std::span<const std::string> own_flags);

// The child's side: `text` is the request's JSON, and its "kind" says who answers it. Prints the
// answer and returns the exit code.
int answer_launch(const std::string& text, const Options& options);

// What a request names by "workload", "layout", "scenario" and, where the catalogue's size is not
// meant, "rows".
struct LaunchWork {
    OwnWorkload own;
    SettingCache cache;
    std::shared_ptr<Setting> setting;
};
// Throws std::runtime_error.
std::unique_ptr<LaunchWork> prepare_launch(const measure::Json& request, const Options& options);

// One request a call, cycling through the documents. All must outlive it.
measure::Epoch epoch_of(Request& request, const Plan& plan,
                        std::span<const PreparedDocument> documents);

// Throws std::runtime_error where there is none.
const Implementation& launched_implementation(const measure::Json& request, const char* key);

}  // namespace rowcast::bench
