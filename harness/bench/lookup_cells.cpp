// Ways to look a key up, beside the plan's own.

#include <string_view>

#include "harness/bench/kernel_timing.hpp"
#include "harness/bench/lookup_variants.hpp"
#include "harness/measure/allocation.hpp"

namespace rowcast::bench {
namespace {

using measure::AllocationScope;

// What a variant and all that it allocated takes: the requests' bytes, without what an allocator
// adds to each.
template <class Variant>
void report_memory(const std::vector<std::string>& names, const Instruments& instruments,
                   CellResult& result) {
    if (!instruments.allocations.available) {
        result.set_unavailable("memory_bytes", instruments.allocations.reason);
        return;
    }
    const AllocationScope scope;
    const Variant variant(names);
    benchmark::DoNotOptimize(&variant);
    result.set("memory_bytes", static_cast<double>(sizeof variant + scope.counts().left_bytes));
}

template <class Variant>
bool holds(const Variant& variant, std::string_view key) noexcept {
    if constexpr (requires { variant.contains(key); }) {
        return variant.contains(key);
    } else {
        return variant.find(key) != kernels::kNotFound;
    }
}

template <class Variant>
void add_lookup(const char* kernel, std::size_t fields, bool hits, const Options& options,
                CellList& list) {
    const std::string name = fmt::format("kernel/{}/{}-{}", kernel, fields, hits ? "hit" : "miss");
    list.cells.push_back(make_kernel_cell(name, options, [=](CellRun& run) {
        const std::vector<std::string> names = make_field_names(fields);
        const Variant variant(names);
        CellResult result = time_kernel(
            run, name, make_keys(names, hits), 0,
            [&](const std::string& key) { return holds(variant, key); },
            [hits](const std::string&) { return hits; });
        if (result.error.empty()) {
            report_memory<Variant>(names, run.instruments, result);
        }
        return result;
    }));
}

}  // namespace

void add_lookup_cells(const Options& options, CellList& list) {
    for (const std::size_t fields : kernel_sizes(options.quick).lookups) {
        for (const bool hits : {true, false}) {
            add_lookup<BitmapLookup>("lookup-bitmap/scalar", fields, hits, options, list);
            add_lookup<PerfectLookup>("lookup-perfect/scalar", fields, hits, options, list);
            add_lookup<HashMapLookup>("lookup-hash-map/std", fields, hits, options, list);
            add_lookup<HashSetLookup>("lookup-hash-set/std", fields, hits, options, list);
        }
    }
}

}  // namespace rowcast::bench
