// Runs one implementation over every shape at two sizes, for callgrind to count: each run is
// dumped by itself, under the name "shape|size". What is counted is the plan's compilation and the
// request. `driver` alone lists the implementations that can run.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <valgrind/callgrind.h>

#include "kernels/algorithm/key_hash.hpp"
#include "kernels/instruction_sets.hpp"
#include "pipeline/key_table.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "reference/register.hpp"
#include "tests/complexity/shapes.hpp"

namespace {

using namespace rowcast;

void dump(std::string_view shape, std::size_t size) {
    const std::string name = std::string(shape) + "|" + std::to_string(size);
    CALLGRIND_DUMP_STATS_AT(name.c_str());
}

bool push(Request& request, const Plan& plan, std::span<const kernels::Row> rows) {
    bool good = request.begin(plan);
    for (const kernels::Row& row : rows) {
        good = good && request.row(row);
    }
    return good && request.end();
}

// Keys whose hash is the same whatever the seed: no such bytes are valid UTF-8, so no row or
// selection can hold them, but a table must bear them.
void run_colliding_table(std::size_t size) {
    const std::uint64_t cancelling = kernels::kHashFactor2 + 16;
    std::vector<std::string> keys;
    for (std::uint64_t number = 0; number != size; ++number) {
        std::string& key = keys.emplace_back(16, '\0');
        std::memcpy(key.data(), &number, sizeof number);
        std::memcpy(key.data() + sizeof number, &cancelling, sizeof cancelling);
    }
    const std::vector<std::string_view> views(keys.begin(), keys.end());
    std::pmr::monotonic_buffer_resource memory;
    CALLGRIND_TOGGLE_COLLECT;
    const kernels::KeyTableView table = build_key_table(views, &memory);
    for (const std::string& key : keys) {
        static_cast<void>(kernels::instruction_sets().back().table->find_key(
            table, reinterpret_cast<const std::uint8_t*>(key.data()), key.size()));
    }
    CALLGRIND_TOGGLE_COLLECT;
    dump("a table of colliding keys", size);
}

// What must be found to be not linear.
void run_quadratic(std::size_t size) {
    volatile std::size_t sink = 0;
    CALLGRIND_TOGGLE_COLLECT;
    for (std::size_t i = 0; i != size * size; ++i) {
        sink = i;
    }
    CALLGRIND_TOGGLE_COLLECT;
    dump("quadratic on purpose", size);
    static_cast<void>(sink);
}

bool run(const Implementation& implementation, const complexity::Shape& shape, std::size_t size) {
    const complexity::Input input = shape.make(size);
    std::vector<kernels::Row> rows;
    for (const std::string& row : input.rows) {
        rows.push_back({reinterpret_cast<const std::uint8_t*>(row.data()), row.size()});
    }
    RootOptions options;
    options.max_depth = input.max_depth;
    if (input.type) {
        options.type = *input.type;
    }
    if (input.select) {
        options.select = *input.select;
    }
    if (input.field_selections) {
        options.field_selections = *input.field_selections;
    }
    if (input.field_paths) {
        options.field_paths = *input.field_paths;
    }

    CALLGRIND_TOGGLE_COLLECT;
    std::shared_ptr<const Schema> schema;
    if (input.schema) {
        schema = *Schema::parse(*input.schema);
    }
    const auto plan = Plan::compile({&options, 1}, schema);
    bool has_response = false;
    if (plan) {
        Request request(implementation);
        has_response = input.pushed ? push(request, **plan, rows) : request.run(**plan, rows);
    }
    CALLGRIND_TOGGLE_COLLECT;
    dump(shape.name, size);

    if (!plan || has_response != input.is_valid) {
        std::fprintf(stderr, "%.*s, size %zu: %s\n", static_cast<int>(shape.name.size()),
                     shape.name.data(), size,
                     plan ? "a response where none should be, or none" : "no plan");
        return false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    reference::register_implementations();
    if (argc == 1) {
        for (const Implementation* implementation : implementations()) {
            if (!is_peer(*implementation) && implementation->unsupported_reason() == nullptr) {
                std::printf("%s\n", std::string(implementation->name()).c_str());
            }
        }
        return 0;
    }
    const Result<const Implementation*> implementation = choose_implementation(argv[1]);
    if (argc != 2 || !implementation) {
        std::fprintf(stderr, "usage: %s [IMPLEMENTATION]\n", argv[0]);
        return 2;
    }
    bool ok = true;
    for (const complexity::Shape& shape : complexity::shapes()) {
        ok = run(**implementation, shape, shape.size) && ok;
        ok = run(**implementation, shape, 2 * shape.size) && ok;
    }
    for (const std::size_t size : {5000, 10000}) {
        run_colliding_table(size);
    }
    for (const std::size_t size : {200, 400}) {
        run_quadratic(size);
    }
    return ok ? 0 : 1;
}
