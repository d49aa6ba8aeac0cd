// rowcast_requests: answers requests for one document of a workload and counts them in one way.
// `rowcast count` starts it; under a profiler it is a program that does the work and nothing else.

#include <alloca.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/count/measures.hpp"
#include "harness/count/request_loop.hpp"
#include "harness/count/work.hpp"
#include "reference/register.hpp"

namespace {

using namespace rowcast;
using namespace rowcast::count;

struct Options {
    Work work;
    Method method = Method::kNothing;
};

Json counted(RequestLoop& loop, const Options& options) {
    switch (options.method) {
        case Method::kAllocations:
            return count_allocations(loop);
        case Method::kPapi:
            return count_events(loop, options.work.requests);
        case Method::kCallgrind:
            return count_under_callgrind(loop, options.work.requests);
        case Method::kStep:
            return count_steps(loop, options.work.requests, options.work.max_steps);
        case Method::kTime:
            return time_requests(loop);
        case Method::kNothing:
            break;
    }
    loop.run(options.work.requests);
    return Json::object();
}

Json answer(const Options& options) {
    try {
        RequestLoop loop(options.work);
        loop.run(kWarmUpRequests);
        Json members = counted(loop, options);
        if (loop.failed()) {
            throw std::runtime_error("a request failed");
        }
        members["implementation"] = loop.implementation().name();
        members["description"] = loop.implementation().description();
        members["allocator"] = allocator_library();
        members["output_bytes"] = loop.response().size();
        members["response_hash"] = workloads::content_hash(loop.response());
        return members;
    } catch (const std::exception& error) {
        return {{"error", error.what()}};
    }
}

template <class Value>
CLI::Transformer names_of(std::map<std::string, Value> names) {
    return CLI::Transformer(std::move(names));
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("IMPLEMENTATION", options.work.implementation)->required()->type_name("");
    app.add_option("WORKLOAD", options.work.workload)->required()->type_name("");
    app.add_option("--layout", options.work.layout)
        ->transform(names_of<workloads::Layout>(
            {{"compact", workloads::Layout::kCompact}, {"jsonb", workloads::Layout::kJsonb}}))
        ->type_name("compact|jsonb");
    app.add_option("--scenario", options.work.scenario)
        ->transform(names_of<cases::Scenario>(
            {{"all", cases::Scenario::kAll}, {"select", cases::Scenario::kSelect}}))
        ->type_name("all|select");
    app.add_option("--seed", options.work.seed, "which of the workload's documents")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--requests", options.work.requests, "so many, after a few to warm up")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--count", options.method, "how to count")
        ->transform(names_of<Method>({{"nothing", Method::kNothing},
                                      {"allocations", Method::kAllocations},
                                      {"papi", Method::kPapi},
                                      {"callgrind", Method::kCallgrind},
                                      {"step", Method::kStep},
                                      {"time", Method::kTime}}))
        ->type_name("nothing|allocations|papi|callgrind|step|time");
    app.add_option("--max-steps", options.work.max_steps)->type_name("N");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        CLI::App app{
            "Answers requests for a workload's document. Prints one line of JSON; profilers run "
            "it, and `rowcast count`.",
            "rowcast_requests"};
        Options options;
        add_options(app, options);
        try {
            app.parse(argc, argv);
        } catch (const CLI::Success& success) {
            return app.exit(success);
        } catch (const CLI::ParseError& error) {
            fmt::print(stderr, "rowcast_requests: {}\n", error.what());
            return 2;
        }
        reference::register_implementations();
        // Where the stack begins depends on the lengths of the environment and the arguments, and
        // on chance; where in a page it begins shall not, for code may ask how memory is aligned.
        constexpr std::uintptr_t kPage = 4096;
        volatile char* const padding = static_cast<char*>(
            alloca(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) % kPage + 1));
        padding[0] = 0;
        // Unbuffered: the buffer would be a block that is never freed, and this program is looked at
        // by those that look for such.
        std::setvbuf(stdout, nullptr, _IONBF, 0);
        const Json line = answer(options);
        fmt::print("{}\n", line.dump());
        return line.contains("error") ? 1 : 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "rowcast_requests: {}\n", error.what());
        return 1;
    }
}
