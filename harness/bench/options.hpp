#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workloads/catalogue.hpp"

namespace rowcast::bench {

// What rowcast_bench takes beside Google Benchmark's own flags.
struct Options {
    std::string cells_file;    // a JSON line per finished cell
    std::string results_file;  // all of them as one file of Google's format, at the end
    bool resume = false;
    bool quick = false;
    bool list = false;
    bool quiet = false;
    bool evict_caches = false;
    double cell_budget_s = 0.0;  // 0: 1 s, quick 0.3 s
    double deadline_s = -1.0;    // below 0: 400 s, quick 45 s; 0: none
    int launches = 7;
    std::string pin = "last";  // a processor's number, "last" or "none"
    std::string samples_directory;
    std::string baseline = "scalar";
    std::vector<std::string> implementations;  // empty: all
    std::size_t chunk_bytes = 0;               // of requests on several threads; 0: their own
    workloads::FileRequest own_rows;           // with `input` set: a user's own workload
    bool own_single = false;
    std::string launch_request;  // set in the child processes of ratio cells

    // Taken from Google Benchmark's flags, which see the rest of the command line.
    double least_timed_s = 0.0;  // --benchmark_min_time
    std::string output_format;   // --benchmark_out_format
    int repetitions = 1;         // --benchmark_repetitions
    bool writes_file = false;    // --benchmark_out
    bool lists_only = false;     // --benchmark_list_tests

    double cell_budget() const noexcept {
        return cell_budget_s > 0.0 ? cell_budget_s : quick ? 0.3 : 1.0;
    }
    double deadline() const noexcept {
        return deadline_s >= 0.0 ? deadline_s : quick ? 45.0 : 400.0;
    }
};

// What stands in argv after the program's own flags have been taken out.
struct CommandLine {
    Options options;
    std::vector<std::string> remaining;  // argv[0] and Google Benchmark's flags
    std::vector<std::string> own;        // our flags as given, for child processes
    std::optional<int> exit_code;        // set: end at once (help, or a usage error already told)
};

CommandLine parse_command_line(int argc, char** argv);

}  // namespace rowcast::bench
