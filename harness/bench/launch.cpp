#include "harness/bench/launch.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "harness/bench/ratio.hpp"
#include "harness/bench/scaling.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::bench {
namespace {

using measure::Json;

// One launch works on at most this much text (and at least one document): it has to make it anew.
constexpr std::size_t kLaunchBytes = std::size_t{8} << 20u;

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

Json launch(const Json& request, std::span<const std::string> own_flags) {
    std::vector<std::string> arguments = {"rowcast_bench", "--paired-launch", request.dump()};
    arguments.insert(arguments.end(), own_flags.begin(), own_flags.end());
    std::string error;
    const std::string output = output_of_child(arguments, error);
    if (!error.empty()) {
        return {{"error", error}};
    }
    Json answer = Json::parse(output, nullptr, false);
    if (answer.is_discarded() || !answer.is_object()) {
        return {{"error", "a launch gave no answer"}};
    }
    return answer;
}

int answer_launch(const std::string& text, const Options& options) {
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
