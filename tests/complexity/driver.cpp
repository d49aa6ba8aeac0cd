// Runs one implementation over every shape at two sizes, for callgrind to count: each run is
// dumped by itself, under the name "shape|size". What is counted is the plan's compilation and the
// request. `driver` alone lists the implementations that can run.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <valgrind/callgrind.h>

#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "reference/register.hpp"
#include "shapes.hpp"

namespace {

using namespace rowcast;

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
        has_response = request.run(**plan, rows);
    }
    CALLGRIND_TOGGLE_COLLECT;
    const std::string name = std::string(shape.name) + "|" + std::to_string(size);
    CALLGRIND_DUMP_STATS_AT(name.c_str());

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
    return ok ? 0 : 1;
}
