#include <csignal>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/tool/command.hpp"
#include "harness/tool/output_stream.hpp"
#include "pipeline/version.hpp"
#include "reference/register.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace rowcast::tool;
    CLI::App app{"rowcast: JSON rows in, the bytes of a GraphQL response out", "rowcast"};
    app.set_version_flag("--version", rowcast::kVersion);
    app.require_subcommand(1);
    app.get_formatter()->column_width(38);
    int exit_code = kOk;
    add_transform_command(app, exit_code);
    add_implementations_command(app, exit_code);
    add_workload_command(app, exit_code);
    add_verify_command(app, exit_code);
    add_compare_command(app, exit_code);
    add_count_command(app, exit_code);
#if defined(ROWCAST_HAVE_EQUIVALENCE)
    add_equivalence_command(app, exit_code);
#endif
    try {
        app.parse(argc, argv);
        return exit_code;
    } catch (const CLI::Success& success) {  // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "rowcast: {}\nRun 'rowcast --help' or 'rowcast COMMAND --help'.\n",
                   error.what());
        return kUsage;
    } catch (const Stop& stop) {
        fmt::print(stderr, "rowcast: {}\n", stop.what());
        return stop.exit_code();
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a write error, reported as such
    try {
        rowcast::reference::register_implementations();
        const int exit_code = run(argc, argv);
        return rowcast::tool::flush_standard_output() ? exit_code : rowcast::tool::kBadInput;
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "rowcast: out of memory\n");
    } catch (const std::exception& error) {
        fmt::print(stderr, "rowcast: {}\n", error.what());
    }
    return rowcast::tool::kBadInput;
}
