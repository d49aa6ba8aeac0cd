#include "harness/bench/launch.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/ratio.hpp"
#include "harness/bench/scaling.hpp"
#include "harness/measure/child.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;

// One launch works on at most this much text (and at least one document): it has to make it anew.
constexpr std::size_t kLaunchBytes = std::size_t{8} << 20u;

}  // namespace

Json launch(const Json& request, std::span<const std::string> own_flags) {
    std::vector<std::string> arguments = {"rowcast_bench", "--paired-launch", request.dump()};
    arguments.insert(arguments.end(), own_flags.begin(), own_flags.end());
    // It answers once, at its end.
    const std::chrono::duration<double> patience{measure::kPatienceS +
                                                 (4e-9 * request.at("budget_ns").get<double>())};
    const measure::ChildAnswer child = measure::run_anew(arguments, patience);
    if (!child.error.empty()) {
        return {{"error", child.error}};
    }
    Json answer = Json::parse(child.output, nullptr, false);
    if (answer.is_discarded() || !answer.is_object()) {
        return {{"error", "a launch gave no answer"}};
    }
    return answer;
}

int answer_launch(const std::string& text, const Options& options) {
    measure::end_with_parent();
    Json answer;
    try {
        const Json request = Json::parse(text);
        answer = request.at("kind") == "scaling" ? run_scaling_launch(request, options)
                                                 : run_paired_launch(request, options);
    } catch (const std::exception& error) {
        answer = {{"error", error.what()}};
    }
    std::puts(answer.dump().c_str());
    return answer.contains("error") ? 1 : 0;
}

std::unique_ptr<LaunchWork> prepare_launch(const Json& request, const Options& options) {
    auto work = std::make_unique<LaunchWork>();
    work->own = load_own_workload(options);
    if (!work->own.error.empty()) {
        throw std::runtime_error(work->own.error);
    }
    const auto text_of = [&](const char* key) { return request.at(key).get<std::string>(); };
    const workloads::Workload* workload =
        work->own.workload ? &*work->own.workload : workloads::find(text_of("workload"));
    const auto layout = workloads::parse_layout(text_of("layout"));
    if (workload == nullptr || !layout) {
        throw std::runtime_error("a launch was asked for what this program does not have");
    }
    const Scenario scenario = text_of("scenario") == "all" ? Scenario::kAll : Scenario::kSelect;
    SettingKey key = catalogue_setting(*workload, *layout, scenario);
    const auto* known = workloads::known_document(workload->name, *layout);
    std::size_t bytes = known == nullptr ? 0 : known->bytes;
    if (const auto rows = request.value("rows", std::size_t{0}); rows != 0) {
        bytes = bytes / key.rows * rows;
        key.rows = rows;
    }
    if (bytes > 0) {
        key.documents = std::min(key.documents, floor_power_of_two(kLaunchBytes / bytes));
    }
    work->setting = work->cache.get(key);
    return work;
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

const Implementation& launched_implementation(const Json& request, const char* key) {
    const Implementation* found = find_implementation(request.at(key).get<std::string>());
    if (found == nullptr) {
        throw std::runtime_error("a launch was asked for what this program does not have");
    }
    return *found;
}

}  // namespace rowcast::bench
