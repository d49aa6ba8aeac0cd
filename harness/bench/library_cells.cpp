// What the standard library and the C library offer for the same jobs, beside our kernels.

#include <dlfcn.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "harness/bench/kernel_timing.hpp"
#include "harness/measure/allocation.hpp"
#include "pipeline/arena.hpp"
#include "pipeline/memory_limit.hpp"

namespace rowcast::bench {
namespace {

using measure::AllocationScope;

// Looks strings up by string_view, without making a string of it first.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
using HashMap = std::unordered_map<std::string, int, StringHash, std::equal_to<>>;
using HashSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;

// Fills a container and tells what it takes, itself included.
template <class Container, class Fill>
double memory_of(Container& container, const Instruments& instruments, Fill fill) {
    if (!instruments.allocations.available) {
        fill(container);
        return 0.0;
    }
    const AllocationScope scope;
    fill(container);
    return static_cast<double>(sizeof container + scope.counts().left_bytes);
}

void report_memory(double bytes, const Instruments& instruments, CellResult& result) {
    if (instruments.allocations.available) {
        result.set("memory_bytes", bytes);
    } else {
        result.set_unavailable("memory_bytes", instruments.allocations.reason);
    }
}

template <class Container, class Fill>
CellResult time_lookup(CellRun& run, const std::string& name, std::size_t fields, bool hits,
                       Fill fill) {
    const std::vector<std::string> names = make_field_names(fields);
    Container container;
    const double memory =
        memory_of(container, run.instruments, [&](Container& target) { fill(target, names); });
    CellResult result = time_kernel(
        run, name, make_keys(names, hits), 0,
        [&](const std::string& key) {
            return container.find(std::string_view(key)) != container.end();
        },
        [hits](const std::string&) { return hits; });
    if (result.error.empty()) {
        report_memory(memory, run.instruments, result);
    }
    return result;
}

void add_lookups(const Options& options, CellList& list) {
    for (const std::size_t fields : {5u, 20u, 50u, 128u, 1'000u}) {
        if (options.quick && fields != 20) {
            continue;
        }
        for (const bool hits : {true, false}) {
            const std::string size = fmt::format("{}-{}", fields, hits ? "hit" : "miss");
            const std::string map_name = "kernel/lookup-hash-map/std/" + size;
            list.cells.push_back(make_kernel_cell(map_name, options, [=](CellRun& run) {
                return time_lookup<HashMap>(
                    run, map_name, fields, hits,
                    [](HashMap& map, const std::vector<std::string>& names) {
                        int value = 0;
                        for (const std::string& each : names) {
                            map.emplace(each, value++);
                        }
                    });
            }));
            const std::string set_name = "kernel/lookup-hash-set/std/" + size;
            list.cells.push_back(make_kernel_cell(set_name, options, [=](CellRun& run) {
                return time_lookup<HashSet>(
                    run, set_name, fields, hits,
                    [](HashSet& set, const std::vector<std::string>& names) {
                        set.insert(names.begin(), names.end());
                    });
            }));
        }
    }
}

void add_scans(const Options& options, CellList& list) {
    const std::vector<std::size_t> sizes =
        options.quick ? std::vector<std::size_t>{16, 1'024}
                      : std::vector<std::size_t>{8, 16, 32, 64, 256, 1'024, 4'096, 65'536};
    for (const std::size_t size : sizes) {
        const std::string memchr_name = fmt::format("kernel/string_end/libc/{}", size);
        list.cells.push_back(make_kernel_cell(memchr_name, options, [=](CellRun& run) {
            return time_kernel(
                run, memchr_name, make_inputs_ending(Content::kLetters, size, '"'), size,
                [](const Bytes& input) {
                    const void* found = std::memchr(input.data(), '"', input.size());
                    return static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) -
                                                    input.data());
                },
                [](const Bytes& input) { return input.size() - 1; });
        }));
        const std::string copy_name = fmt::format("kernel/copy/libc/{}", size);
        list.cells.push_back(make_kernel_cell(copy_name, options, [=](CellRun& run) {
            Bytes output(size);
            return time_kernel(
                run, copy_name, make_inputs(Content::kLetters, size), size,
                [&](const Bytes& input) {
                    std::memcpy(output.data(), input.data(), input.size());
                    benchmark::DoNotOptimize(output.data());
                    benchmark::ClobberMemory();
                    return output.back();
                },
                [](const Bytes& input) { return input.back(); });
        }));
    }
    for (const std::size_t size : {1u, 4u, 9u, 17u}) {
        const std::string name = fmt::format("kernel/number/std/{}", size);
        list.cells.push_back(make_kernel_cell(name, options, [=](CellRun& run) {
            return time_kernel(
                run, name, make_inputs_ending(Content::kDigits, size + 1, ','), size,
                [](const Bytes& input) {
                    const char* text = reinterpret_cast<const char*>(input.data());
                    double value = 0.0;
                    const auto end = std::from_chars(text, text + input.size(), value).ptr;
                    benchmark::DoNotOptimize(value);
                    return static_cast<std::size_t>(end - text);
                },
                [](const Bytes& input) { return input.size() - 1; });
        }));
    }
}

// Both allocate blocks of one size and let go of the oldest after some 1,000 of them: the arena all
// at once, the heap one by one.
constexpr std::size_t kLiveBlocks = 1'024;

// The C library's own functions: malloc in this program is one that can count.
struct Heap {
    void* (*allocate)(std::size_t) = reinterpret_cast<void* (*)(std::size_t)>(dlsym(RTLD_NEXT,
                                                                                    "malloc"));
    void (*release)(void*) = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_NEXT, "free"));
};

void add_allocators(const Options& options, CellList& list) {
    for (const std::size_t size : {16u, 64u, 256u}) {
        if (options.quick && size != 64) {
            continue;
        }
        const std::string malloc_name = fmt::format("kernel/malloc/libc/{}", size);
        list.cells.push_back(make_kernel_cell(malloc_name, options, [=](CellRun& run) {
            const Heap heap;
            std::vector<void*> blocks(kLiveBlocks, nullptr);
            std::size_t next = 0;
            const std::vector<std::size_t> sizes = {size};
            CellResult result = time_kernel(
                run, malloc_name, sizes, 0,
                [&](std::size_t bytes) {
                    void*& block = blocks[next++ & (kLiveBlocks - 1)];
                    heap.release(block);
                    block = heap.allocate(bytes);
                    return block != nullptr;
                },
                [](std::size_t) { return true; });
            for (void* block : blocks) {
                heap.release(block);
            }
            return result;
        }));
        const std::string arena_name = fmt::format("kernel/arena/scalar/{}", size);
        list.cells.push_back(make_kernel_cell(arena_name, options, [=](CellRun& run) {
            MemoryLimit limit;
            Arena arena(limit);
            std::size_t next = 0;
            const std::vector<std::size_t> sizes = {size};
            return time_kernel(
                run, arena_name, sizes, 0,
                [&](std::size_t bytes) {
                    if ((next++ & (kLiveBlocks - 1)) == 0) {
                        arena.reset();
                    }
                    kernels::ErrorCode code = kernels::ErrorCode::kOk;
                    return kernels::allocate(arena.scratch(), bytes, &code) != nullptr;
                },
                [](std::size_t) { return true; });
        }));
    }
}

}  // namespace

void add_library_cells(const Options& options, CellList& list) {
    add_scans(options, list);
    add_lookups(options, list);
    add_allocators(options, list);
}

}  // namespace rowcast::bench
