#include "harness/measure/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace rowcast::measure {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        all.push_back(const_cast<char*>(text.c_str()));
    }
    all.push_back(nullptr);
    return all;
}

std::vector<std::string> environment_with(
    std::span<const std::pair<std::string, std::string>> variables) {
    std::vector<std::string> all;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::string_view name = text.substr(0, text.find('='));
        bool is_replaced = false;
        for (const auto& [replaced, value] : variables) {
            is_replaced |= replaced == name;
        }
        if (!is_replaced) {
            all.emplace_back(text);
        }
    }
    for (const auto& [name, value] : variables) {
        all.push_back(name + "=" + value);
    }
    return all;
}

using Seconds = std::chrono::duration<double>;

constexpr Seconds kForEver{std::numeric_limits<double>::infinity()};

// False: nothing came for as long as `patience`.
bool read_all(int end, std::string& output, const std::function<void()>& on_second,
              Seconds patience) {
    using Clock = std::chrono::steady_clock;
    constexpr int kSecond = 1000;
    char buffer[4096];
    Clock::time_point latest = Clock::now();
    while (true) {
        pollfd waited = {.fd = end, .events = POLLIN, .revents = 0};
        const int ready = poll(&waited, 1, kSecond);
        if (ready == 0) {
            if (Clock::now() - latest >= patience) {
                return false;
            }
            on_second();
            continue;
        }
        const ssize_t got = ready < 0 ? -1 : read(end, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return true;
        }
        output.append(buffer, static_cast<std::size_t>(got));
        latest = Clock::now();
    }
}

ChildAnswer run(const char* program, const std::vector<std::string>& arguments,
                std::span<const std::pair<std::string, std::string>> variables,
                const std::function<void()>& on_second, Seconds patience) {
    ChildAnswer answer;
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        answer.error = std::strerror(errno);
        return answer;
    }
    const std::vector<std::string> environment = environment_with(variables);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = -1;
    const int status = posix_spawnp(&child, program, &actions, nullptr, pointers(arguments).data(),
                                    pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (status != 0) {
        close(ends[0]);
        answer.error = fmt::format("{}: {}", arguments.front(), std::strerror(status));
        return answer;
    }
    answer.hung = !read_all(ends[0], answer.output, on_second, patience);
    if (answer.hung) {
        kill(child, SIGKILL);
    }
    close(ends[0]);
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    if (answer.hung) {
        answer.error = fmt::format("{} hung: it was ended, having said nothing for {:g} s",
                                   arguments.front(), patience.count());
    } else if (WIFSIGNALED(ended)) {
        answer.error = fmt::format("{} was ended by signal {}", arguments.front(), WTERMSIG(ended));
    } else {
        answer.exit_code = WEXITSTATUS(ended);
    }
    return answer;
}

}  // namespace

ChildAnswer run_child(const std::vector<std::string>& arguments,
                      std::span<const std::pair<std::string, std::string>> variables,
                      const std::function<void()>& on_second) {
    return run(arguments.front().c_str(), arguments, variables, on_second, kForEver);
}

void end_with_parent() noexcept { prctl(PR_SET_PDEATHSIG, SIGKILL); }

ChildAnswer run_anew(const std::vector<std::string>& arguments,
                     std::chrono::duration<double> patience) {
    return run(
        "/proc/self/exe", arguments, {}, [] {}, patience);
}

}  // namespace rowcast::measure
