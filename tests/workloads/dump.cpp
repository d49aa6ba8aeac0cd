// Prints what the tests and their data need of the catalogue; see docs/workloads.md.

#include <charconv>
#include <cstdio>
#include <span>
#include <string_view>

#include "workloads/catalogue.hpp"

namespace {

using namespace rowcast::workloads;

constexpr std::uint64_t kSeed = 1;

int usage() {
    std::fputs(
        "usage: rowcast_workload_dump list\n"
        "       rowcast_workload_dump schema NAME\n"
        "       rowcast_workload_dump hashes > workloads/hashes.inc\n"
        "       rowcast_workload_dump rows NAME compact|jsonb COUNT\n",
        stderr);
    return 2;
}

int list() {
    for (const Workload& workload : catalogue()) {
        std::printf("%s %zu\n", workload.name.c_str(), workload.default_rows);
    }
    return 0;
}

int hashes() {
    std::puts("// Seed 1, default size: workload, layout, bytes, FNV-1a.");
    for (const Workload& workload : catalogue()) {
        for (const Layout layout : kLayouts) {
            const Document document = workload.generate(layout, kSeed, workload.default_rows);
            std::printf("{\"%s\", Layout::%s, %zu, 0x%016llx},\n", workload.name.c_str(),
                        layout == Layout::kCompact ? "kCompact" : "kJsonb", document.text.size(),
                        static_cast<unsigned long long>(content_hash(document.text)));
        }
    }
    return 0;
}

int rows(const Workload& workload, std::string_view layout_text, std::string_view count_text) {
    const auto layout = parse_layout(layout_text);
    std::size_t count = 0;
    const auto parsed =
        std::from_chars(count_text.data(), count_text.data() + count_text.size(), count);
    if (!layout || parsed.ec != std::errc() ||
        parsed.ptr != count_text.data() + count_text.size()) {
        return usage();
    }
    const Document document = workload.generate(*layout, kSeed, count);
    std::fwrite(document.text.data(), 1, document.text.size(), stdout);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    const std::string_view command = argc > 1 ? arguments[1] : "";
    const Workload* const workload = argc > 2 ? find(arguments[2]) : nullptr;
    if (command == "list" && argc == 2) {
        return list();
    }
    if (command == "hashes" && argc == 2) {
        return hashes();
    }
    if (command == "schema" && argc == 3 && workload != nullptr) {
        std::puts(workload->schema.c_str());
        return 0;
    }
    if (command == "rows" && argc == 5 && workload != nullptr) {
        return rows(*workload, arguments[3], arguments[4]);
    }
    return usage();
}
