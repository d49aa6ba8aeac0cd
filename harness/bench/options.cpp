#include "harness/bench/options.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

#include <CLI/CLI.hpp>

namespace rowcast::bench {
namespace {

constexpr const char* kFooter = R"(
Cells are named
  pipeline/<workload>/<layout>/<scenario>/<implementation>
  ratio/<workload>/<layout>/<scenario>/<implementation>          time over the baseline's, paired
  sweep/<workload>/<layout>/<scenario>/<implementation>/<rows>
  threads/<workload>/<layout>/<scenario>/<implementation>/<threads>/<rows>   over one thread's
  scaling/<workload>/<layout>/<scenario>/<implementation>/<threads>
  kernel/<kernel>/<instruction set or library>/<size>[-<variant>]
Choose among them with --benchmark_filter=<extended regular expression>; '-' before it leaves out.

Google Benchmark's own flags all work (--benchmark_min_time=S makes the timed part of each cell
last at least S seconds). They are listed by --helpfull.

Exit codes: 0 done; 1 a cell failed, or a file cannot be read or written; 2 usage;
3 --resume, and the cells are of another build, machine or manner of measuring.
Interrupted (Ctrl-C): 130, and 143 for SIGTERM; with --cells, --resume goes on.)";

// Google's flags that we must know too.
void read_google_flag(std::string_view argument, Options& options) {
    if (argument == "--benchmark_list_tests") {
        options.lists_only = true;
    }
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos) {
        return;
    }
    const std::string_view name = argument.substr(0, equals);
    const std::string value(argument.substr(equals + 1));
    try {
        if (name == "--benchmark_min_time") {
            options.least_timed_s = std::stod(value);
        } else if (name == "--benchmark_repetitions") {
            options.repetitions = std::stoi(value);
        } else if (name == "--benchmark_out_format") {
            options.output_format = value;
        } else if (name == "--benchmark_out") {
            options.writes_file = !value.empty();
        } else if (name == "--benchmark_list_tests") {
            options.lists_only = value.find_first_of("1tTyY") == 0;
        }
    } catch (const std::exception&) {
        // Google Benchmark says what is wrong with it.
    }
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
    CommandLine line;
    Options& options = line.options;
    CLI::App app("Measures the implementations on the workloads: a Google Benchmark program.",
                 "rowcast_bench");
    app.footer(kFooter);
    app.allow_extras();
    app.add_option("--cells", options.cells_file, "append one JSON line per finished cell to FILE")
        ->type_name("FILE");
    app.add_option("--results", options.results_file,
                   "at the end, write all cells to FILE as one standard JSON (needs --cells)")
        ->type_name("FILE");
    app.add_flag("--resume", options.resume, "leave out the cells that --cells has already");
    app.add_flag("--quick", options.quick, "fewer cells, smaller budgets: under a minute");
    app.add_flag("--list", options.list, "list the cells, and what was left out and why");
    app.add_flag("--quiet", options.quiet, "no progress on standard error");
    app.add_flag("--evict-caches", options.evict_caches,
                 "empty the caches before each sample (recorded in the context)");
    app.add_option("--cell-budget", options.cell_budget_s,
                   "most seconds a cell is sampled for (default 1; quick: 0.3)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.001, 3600.0));
    app.add_option("--deadline", options.deadline_s,
                   "shrink budgets so that all cells take about this long; 0: never "
                   "(default 400; quick: 45)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, 1e6));
    app.add_option("--launches", options.launches, "processes a ratio is measured in (default 7)")
        ->type_name("N")
        ->check(CLI::Range(1, 1000));
    app.add_option("--pin", options.pin,
                   "processor to run on: a number, last or none (default last)")
        ->type_name("CPU");
    app.add_option("--samples", options.samples_directory, "write each cell's raw samples into DIR")
        ->type_name("DIR");
    app.add_option("--baseline", options.baseline, "what ratios compare with (default scalar)")
        ->type_name("NAME");
    app.add_option("--impl", options.implementations, "only these implementations (repeatable)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_option("--chunk-bytes", options.chunk_bytes,
                   "how large a part of a request a thread takes at a time (threads/, scaling/)")
        ->type_name("BYTES");
    CLI::Option* input =
        app.add_option("--input", options.own_rows.input,
                       "measure your own NDJSON rows instead of the catalogue, as workload `input`")
            ->type_name("FILE");
    app.add_option("--type", options.own_rows.type, "their row type")->type_name("T")->needs(input);
    app.add_option("--schema", options.own_rows.schema, "their schema")
        ->type_name("FILE")
        ->needs(input);
    app.add_option("--select", options.own_rows.select, "what the scenario `select` selects")
        ->type_name("TEXT")
        ->needs(input);
    app.add_option("--field", options.own_rows.field, "their response key (default data)")
        ->type_name("F")
        ->needs(input);
    app.add_flag("--single", options.own_single, "one object is expected, not a list")
        ->needs(input);
    app.add_option("--paired-launch", options.launch_request)->group("");  // not in the help

    bool wants_google_help = false;
    app.add_flag("--helpfull", wants_google_help, "Google Benchmark's flags");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        line.exit_code = code == 0 ? 0 : 2;
        return line;
    }

    line.remaining.emplace_back(argv[0]);
    for (const std::string& extra : app.remaining()) {
        read_google_flag(extra, options);
        line.remaining.push_back(extra);
    }
    if (wants_google_help) {
        line.remaining.emplace_back("--help");
    }
    const auto usage = [&](const char* message) {
        std::fprintf(stderr, "rowcast_bench: %s\n", message);
        line.exit_code = 2;
    };
    if ((options.resume || !options.results_file.empty()) && options.cells_file.empty()) {
        usage("--resume and --results need --cells");
    }
    if (options.pin != "last" && options.pin != "none") {
        int cpu = -1;
        const auto [end, error] =
            std::from_chars(options.pin.data(), options.pin.data() + options.pin.size(), cpu);
        if (error != std::errc{} || end != options.pin.data() + options.pin.size() || cpu < 0) {
            usage("--pin takes a processor's number, last or none");
        }
    }

    for (int index = 1; index < argc; ++index) {
        line.own.emplace_back(argv[index]);
    }
    return line;
}

}  // namespace rowcast::bench
