#include "harness/count/measures.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>

#if defined(ROWCAST_HAVE_VALGRIND)
#include <valgrind/callgrind.h>
#endif

#include "harness/count/decode.hpp"
#include "harness/count/stepping.hpp"
#include "harness/measure/allocation.hpp"
#include "harness/measure/clock.hpp"
#include "harness/measure/counters.hpp"

namespace rowcast::count {
namespace {

struct CountedEvent {
    const char* value;  // our name
    const char* event;  // PAPI's
};
constexpr CountedEvent kEvents[] = {
    {.value = "instructions", .event = "PAPI_TOT_INS"},
    {.value = "loads", .event = "PAPI_LD_INS"},
    {.value = "stores", .event = "PAPI_SR_INS"},
    // PAPI_BR_TKN leaves out jumps, calls and returns, which the other sources count.
};

void set_allocations(Json& values, const std::string& suffix,
                     const measure::AllocationCounts& counts) {
    values["allocations" + suffix] = counts.count;
    values["allocation_bytes" + suffix] = counts.bytes;
    values["allocation_peak_bytes" + suffix] = counts.peak_live_bytes;
    values["allocation_left_bytes" + suffix] = counts.left_bytes;
}

}  // namespace

Json count_allocations(RequestLoop& loop) {
    const measure::AllocationSource source = measure::allocation_source();
    if (!source.available) {
        throw std::runtime_error(source.reason);
    }
    Json values;
    {
        const measure::AllocationScope scope;
        loop.run(1);
        set_allocations(values, "", scope.counts());
    }
    measure::AllocationCounts of_plan;
    measure::AllocationCounts cold;
    {
        const measure::AllocationScope scope;
        loop.run_cold([&] { of_plan = scope.counts(); });
        cold = scope.counts();
    }
    set_allocations(values, "_cold", cold);
    values["plan_allocations"] = of_plan.count;
    return {{"source", source.name}, {"values", std::move(values)}};
}

Json count_events(RequestLoop& loop, std::uint64_t requests) {
    std::vector<measure::CounterEvent> events;
    for (const CountedEvent& counted : kEvents) {
        events.push_back({.name = counted.event, .kind = measure::EventKind::kHardware});
    }
    const auto provider = measure::make_papi_provider();
    measure::Counters counters(*provider, events);
    const auto one = counters.measure([&] { loop.run(1); });
    const auto more = counters.measure([&] { loop.run(1 + requests); });
    Json values = Json::object();
    Json reasons = Json::object();
    for (std::size_t index = 0; index < events.size(); ++index) {
        const bool counted = one[index].value && more[index].value;
        if (counted && *more[index].value > *one[index].value) {
            values[kEvents[index].value] =
                static_cast<double>(*more[index].value - *one[index].value) /
                static_cast<double>(requests);
        } else if (counted) {
            reasons[kEvents[index].value] = "the counter stood still";
        } else {
            reasons[kEvents[index].value] =
                one[index].value ? more[index].reason : one[index].reason;
        }
    }
    return {{"source", provider->name()},
            {"values", std::move(values)},
            {"reasons", std::move(reasons)}};
}

Json count_under_callgrind([[maybe_unused]] RequestLoop& loop,
                           [[maybe_unused]] std::uint64_t requests) {
#if defined(ROWCAST_HAVE_VALGRIND)
    if (RUNNING_ON_VALGRIND == 0) {
        throw std::runtime_error("does not run under callgrind");
    }
    struct Dump {
        const char* name;
        std::uint64_t requests;
    };
    const Dump dumps[] = {{"begin", 0}, {kFirstDump, 1}, {kSecondDump, 1 + requests}};
    // Not known to the compiler, so that it leaves the loop a loop: the same instructions lie
    // between any two dumps, and cancel.
    const volatile std::size_t count = std::size(dumps);
    CALLGRIND_START_INSTRUMENTATION;
    for (std::size_t index = 0; index < count; ++index) {
        loop.run(dumps[index].requests);
        CALLGRIND_DUMP_STATS_AT(dumps[index].name);
    }
    CALLGRIND_STOP_INSTRUMENTATION;
    return Json::object();
#else
    throw std::runtime_error("built without valgrind's headers");
#endif
}

Json time_requests(RequestLoop& loop) {
    constexpr double kEpochNs = 0.2e6;
    constexpr double kAllNs = 200e6;
    const measure::Clock& clock = measure::Clock::instance();
    const auto ns_of = [&](std::uint64_t requests) {
        const std::uint64_t begin = clock.now();
        loop.run(requests);
        return clock.to_ns(clock.now() - begin);
    };
    std::uint64_t in_an_epoch = 1;
    while (ns_of(in_an_epoch) < kEpochNs) {
        in_an_epoch *= 2;
    }
    std::vector<double> means;
    for (double passed = 0; passed < kAllNs;) {
        const double ns = ns_of(in_an_epoch);
        means.push_back(ns / static_cast<double>(in_an_epoch));
        passed += ns;
    }
    const auto middle = means.begin() + static_cast<std::ptrdiff_t>(means.size() / 2);
    std::nth_element(means.begin(), middle, means.end());
    return {{"source", clock.source() == measure::ClockSource::kTsc ? "tsc" : "monotonic"},
            {"values", {{"ns", *middle}}},
            {"epochs", means.size()},
            {"requests_in_an_epoch", in_an_epoch}};
}

std::string allocator_library() {
    Dl_info found{};
    void* const passed_on_to = dlsym(RTLD_NEXT, "malloc");
    if (passed_on_to == nullptr || dladdr(passed_on_to, &found) == 0 ||
        found.dli_fname == nullptr) {
        return "unknown";
    }
    const std::string path = found.dli_fname;
    return path.substr(path.rfind('/') + 1);
}

Json count_steps(RequestLoop& loop, std::uint64_t requests, std::uint64_t max_steps) {
    if (const char* reason = stepping_unavailable()) {
        throw std::runtime_error(reason);
    }
    const Steps steps = step([&] { loop.run(1 + requests); },
                             {.entry = RequestLoop::entry(), .rounds = requests}, max_steps);
    if (!steps.error.empty()) {
        throw std::runtime_error(steps.error);
    }
    const auto each = [&](std::uint64_t times) {
        return static_cast<double>(times) / static_cast<double>(requests);
    };
    Json answer;
    Json& values = answer["values"];
    values["instructions"] = each(instructions(steps.edges));

    const Decoded decoded = decode(steps.edges, c_library_code());
    if (!decoded.error.empty()) {
        for (const char* name : {"loads", "stores", "taken_branches", "mix", "instruction_sets"}) {
            answer["reasons"][name] = decoded.error;
        }
        return answer;
    }
    values["loads"] = each(decoded.loads);
    values["stores"] = each(decoded.stores);
    values["taken_branches"] = each(decoded.taken_branches);
    for (std::size_t width = 0; width < kWidths; ++width) {
        values["mix"][std::string(width_name(static_cast<Width>(width)))] =
            each(decoded.mix[width]);
    }
    Json& sets = values["instruction_sets"];
    sets = Json::object();
    for (const auto& [name, times] : decoded.instruction_sets) {
        sets[name] = each(times);
    }
    return answer;
}

}  // namespace rowcast::count
