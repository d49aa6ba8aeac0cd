#pragma once

// The tool's commands. Each adds itself to the command line; when it was the one asked for, it runs
// and leaves its exit code: 0 ok, 1 bad input or a failed check, 2 usage; those that judge have more.

#include <stdexcept>
#include <string>

// Its headers are long to compile, and most of what includes this one needs none of them.
namespace CLI {
class App;
}

namespace rowcast::tool {

inline constexpr int kOk = 0;
inline constexpr int kBadInput = 1;
inline constexpr int kUsage = 2;
// Of the commands that judge:
inline constexpr int kRegression = 3;
inline constexpr int kInconclusive = 4;
inline constexpr int kUnfit = 5;  // the machine, to measure on

// Ends a command with a message on standard error and an exit code.
class Stop : public std::runtime_error {
  public:
    Stop(int exit_code, const std::string& message)
        : std::runtime_error(message), exit_code_(exit_code) {}
    int exit_code() const noexcept { return exit_code_; }

  private:
    int exit_code_;
};

void add_transform_command(CLI::App& app, int& exit_code);
void add_implementations_command(CLI::App& app, int& exit_code);
void add_workload_command(CLI::App& app, int& exit_code);
void add_verify_command(CLI::App& app, int& exit_code);
void add_compare_command(CLI::App& app, int& exit_code);
void add_count_command(CLI::App& app, int& exit_code);
void add_equivalence_command(CLI::App& app, int& exit_code);

}  // namespace rowcast::tool
