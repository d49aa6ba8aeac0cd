#include "harness/bench/context.hpp"

#include <random>

#include <CLI/Version.hpp>
#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <nlohmann/json.hpp>

#include "harness/measure/allocation.hpp"
#include "workloads/content_hash.hpp"

#if defined(ROWCAST_HAVE_PAPI)
#include <papi.h>
#endif

namespace rowcast::bench {
namespace {

std::string library_versions() {
    std::string text = fmt::format(
        "benchmark {}, nlohmann_json {}.{}.{}, fmt {}.{}.{}, CLI11 {}, glibc {}",
        ROWCAST_BENCHMARK_VERSION, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
        NLOHMANN_JSON_VERSION_PATCH, FMT_VERSION / 10'000, FMT_VERSION / 100 % 100,
        FMT_VERSION % 100, CLI11_VERSION, gnu_get_libc_version());
#if defined(__GLIBCXX__)
    text += fmt::format(", libstdc++ {} ({})", _GLIBCXX_RELEASE, __GLIBCXX__);
#endif
#if defined(ROWCAST_HAVE_PAPI)
    text += fmt::format(", PAPI {}.{}.{}", PAPI_VERSION_MAJOR(PAPI_VERSION),
                        PAPI_VERSION_MINOR(PAPI_VERSION), PAPI_VERSION_REVISION(PAPI_VERSION));
#endif
    return text;
}

// Of the document of seed 1 in each layout, as the repository has it; each is checked when it is
// generated.
std::string workload_hashes(const Sources& sources) {
    std::string text;
    for (const workloads::Workload* workload : sources.workloads) {
        for (const workloads::Layout layout : workloads::kLayouts) {
            const auto* known = workloads::known_document(workload->name, layout);
            if (known != nullptr) {
                text += fmt::format("{}{}/{}={:016x}", text.empty() ? "" : " ", workload->name,
                                    workloads::layout_name(layout), known->hash);
            }
        }
        if (workloads::known_document(workload->name, workloads::Layout::kCompact) == nullptr) {
            const workloads::Document document =
                workload->generate(workloads::Layout::kCompact, 1, workload->default_rows);
            text += fmt::format("{}{}={:016x}", text.empty() ? "" : " ", workload->name,
                                workloads::content_hash(document.text));
        }
    }
    return text;
}

// Tells this run from every other one, whatever else they have in common: the date is in seconds,
// and machines made from one image bear one name.
std::string run_id() {
    std::random_device random;
    std::string text;
    for (int part = 0; part < 4; ++part) {
        text += fmt::format("{:08x}", random());
    }
    return text;
}

std::string unavailable_counters(const Instruments& instruments) {
    std::string text;
    for (const measure::CounterReading& reading : instruments.counters.unavailable()) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", reading.name, reading.reason);
    }
    return text;
}

std::string unsupported(const Sources& sources) {
    std::string text;
    for (const LeftOut& implementation : sources.unsupported) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", implementation.name,
                            implementation.reason);
    }
    return text;
}

}  // namespace

measure::Facts describe_run(const Sources& sources, const Instruments& instruments,
                            const std::string& pinned) {
    const Options& options = instruments.options;
    const measure::Clock& clock = instruments.clock;
    measure::Facts facts = measure::machine_facts();
    for (auto& fact : measure::build_facts()) {
        facts.push_back(std::move(fact));
    }
    const auto add = [&](const char* key, std::string value) {
        facts.emplace_back(key, std::move(value));
    };
    add("run_id", run_id());
    add("library_versions", library_versions());
    add("clock_source",
        fmt::format("{}, {:.6f} ticks/ns, resolution {:.1f} ns, a reading {:.1f} ns", clock.name(),
                    clock.ticks_per_ns(), clock.resolution_ns(), clock.cost_ns()));
    add("empty_call_ns", fmt::format("{:.2f}", instruments.empty_call_ns));
    add("pinned", pinned);
    add("workload_hashes", workload_hashes(sources));
    add("seeds", "documents 1 and up, one each; order of paired epochs: the number of the launch");
    add("counter_source", instruments.provider->name());
    add("counters_unavailable", unavailable_counters(instruments));
    add("allocation_source", instruments.allocations.available
                                 ? instruments.allocations.name
                                 : "none: " + instruments.allocations.reason);
    add("implementations_unsupported", unsupported(sources));
    add("baseline", options.baseline);
    add("launches", std::to_string(options.launches));
    add("cell_budget_s", fmt::format("{}", options.cell_budget()));
    add("deadline_s", fmt::format("{}", options.deadline()));
    add("cell_set", options.quick ? "quick" : "full");
    add("evicts_caches", options.evict_caches ? "true" : "false");
    return facts;
}

}  // namespace rowcast::bench
