#include "harness/bench/ratio.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/check.hpp"
#include "harness/bench/setting.hpp"
#include "harness/bench/sources.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/json_lines.hpp"
#include "harness/measure/percentiles.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;

// One launch works on at most this much text (and at least one document): it has to make it anew.
constexpr std::size_t kLaunchBytes = std::size_t{8} << 20u;

Json to_json(const PairedRequest& request) {
    return {{"workload", request.workload},
            {"layout", request.layout},
            {"scenario", request.scenario},
            {"baseline", request.baseline},
            {"implementation", request.implementation},
            {"compares", request.compares},
            {"seed", request.seed},
            {"budget_ns", request.budget_ns}};
}

PairedAnswer failed(std::string error) {
    PairedAnswer answer;
    answer.error = std::move(error);
    return answer;
}

PairedAnswer parse_answer(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) {
        return failed("a launch gave no answer");
    }
    if (json.contains("error")) {
        return failed(json.at("error").get<std::string>());
    }
    return {.launch = {.median_log_ratio = json.at("median_log_ratio").get<double>(),
                       .pairs = json.at("pairs").get<std::size_t>(),
                       .enough = json.at("enough").get<bool>()},
            .baseline_ns = json.at("baseline_ns").get<double>(),
            .implementation_ns = json.at("implementation_ns").get<double>(),
            .error = {}};
}

measure::Epoch epoch_of(Request& request, const Plan& plan,
                        std::span<const PreparedDocument> documents) {
    return [&request, &plan, documents](std::uint64_t first, std::uint64_t calls) {
        const std::uint64_t mask = documents.size() - 1;
        for (std::uint64_t index = first; index < first + calls; ++index) {
            request.run(plan, documents[index & mask].rows);
            benchmark::DoNotOptimize(request.response().data());
        }
    };
}

Json run_launch(const Json& request, const Options& options) {
    const OwnWorkload own = load_own_workload(options);
    if (!own.error.empty()) {
        return {{"error", own.error}};
    }
    const auto text_of = [&](const char* key) { return request.at(key).get<std::string>(); };
    const workloads::Workload* workload =
        own.workload ? &*own.workload : workloads::find(text_of("workload"));
    const auto layout = workloads::parse_layout(text_of("layout"));
    const Implementation* baseline = find_implementation(text_of("baseline"));
    const Implementation* implementation = find_implementation(text_of("implementation"));
    if (workload == nullptr || !layout || baseline == nullptr || implementation == nullptr) {
        return {{"error", "a launch was asked for what this program does not have"}};
    }
    const Scenario scenario = text_of("scenario") == "all" ? Scenario::kAll : Scenario::kSelect;
    SettingKey key = catalogue_setting(*workload, *layout, scenario);
    const auto* known = workloads::known_document(workload->name, *layout);
    if (known != nullptr && known->bytes > 0) {
        key.documents = std::min(key.documents, floor_power_of_two(kLaunchBytes / known->bytes));
    }

    SettingCache cache;
    const auto setting = cache.get(key);
    const auto documents = setting->documents().documents();
    Request a(*baseline);
    Request b(*implementation);
    if (request.at("compares").get<bool>()) {
        const PreparedDocument& first = documents.front();
        if (!a.run(setting->plan(), first.rows) || !b.run(setting->plan(), first.rows)) {
            return {{"error", "a launch's request failed"}};
        }
        if (a.response() != b.response()) {
            return {{"error", "in a launch: " + difference(a.response(), b.response())}};
        }
    }

    const measure::Clock& clock = measure::Clock::instance();
    const std::uint64_t start = clock.now();
    measure::PairedOptions paired;
    paired.seed = request.at("seed").get<std::uint64_t>();
    paired.budget_ns = request.at("budget_ns").get<double>();
    const measure::LaunchResult result = measure::run_paired_launch(
        epoch_of(a, setting->plan(), documents), epoch_of(b, setting->plan(), documents),
        [&] { return clock.to_ns(clock.now() - start); }, paired);
    return {{"median_log_ratio", result.median_log_ratio},
            {"pairs", result.log_ratios.size()},
            {"enough", result.enough},
            {"baseline_ns", result.a_ns},
            {"implementation_ns", result.b_ns}};
}

// Standard output of a child that runs this program with these arguments.
std::string output_of_child(const std::vector<std::string>& arguments, std::string& error) {
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) {
        error = std::strerror(errno);
        return {};
    }
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t child = -1;
    const int status =
        posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    std::string output;
    if (status != 0) {
        error = std::strerror(status);
        close(ends[0]);
        return output;
    }
    char buffer[4096];
    while (true) {
        const ssize_t got = read(ends[0], buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        output.append(buffer, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(ended)) {
        error = fmt::format("a launch was ended by signal {}", WTERMSIG(ended));
    }
    return output;
}

}  // namespace

PairedAnswer launch_pair(const PairedRequest& request, std::span<const std::string> own_flags) {
    std::vector<std::string> arguments = {"rowcast_bench", "--paired-launch",
                                          to_json(request).dump()};
    arguments.insert(arguments.end(), own_flags.begin(), own_flags.end());
    std::string error;
    const std::string output = output_of_child(arguments, error);
    return error.empty() ? parse_answer(output) : failed(error);
}

int answer_paired_request(const std::string& text, const Options& options) {
    Json answer;
    try {
        answer = run_launch(Json::parse(text), options);
    } catch (const std::exception& error) {
        answer = {{"error", error.what()}};
    }
    std::puts(answer.dump().c_str());
    return answer.contains("error") ? 1 : 0;
}

void report_ratio(std::span<const PairedAnswer> answers, std::string_view baseline,
                  CellResult& result) {
    std::vector<measure::LaunchSummary> launches;
    std::vector<double> baseline_ns;
    std::vector<double> implementation_ns;
    for (const PairedAnswer& answer : answers) {
        launches.push_back(answer.launch);
        baseline_ns.push_back(answer.baseline_ns);
        implementation_ns.push_back(answer.implementation_ns);
    }
    const measure::PairedSummary summary = measure::summarise_launches(launches);
    result.set("ratio", summary.ratio);
    result.set("ratio_low", summary.low);
    result.set("ratio_high", summary.high);
    result.set("ratio_coverage", summary.coverage);
    result.set("pairs", static_cast<double>(summary.pairs));
    result.set("launches", static_cast<double>(summary.launches));
    result.set("baseline_ns", measure::median(baseline_ns));
    result.set("implementation_ns", measure::median(implementation_ns));
    result.remarks.push_back(fmt::format("baseline={}", baseline));
    if (!summary.enough) {
        // Whatever the interval says: a launch of a few pairs proves nothing.
        result.remarks.emplace_back("verdict=UNCLEAR");
        result.warnings.emplace_back("fewer than 15 pairs in a launch");
    }
}

}  // namespace rowcast::bench
