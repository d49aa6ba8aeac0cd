#include "harness/measure/relaunch.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace rowcast::measure {

Relaunched relaunch(const std::vector<std::string>& arguments) {
    Relaunched child;
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) {
        child.error = std::strerror(errno);
        return child;
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
    pid_t process = -1;
    const int status =
        posix_spawn(&process, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (status != 0) {
        child.error = std::strerror(status);
        close(ends[0]);
        return child;
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
        child.output.append(buffer, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    int ended = 0;
    while (waitpid(process, &ended, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(ended)) {
        child.error = fmt::format("a launch was ended by signal {}", WTERMSIG(ended));
    }
    return child;
}

}  // namespace rowcast::measure
