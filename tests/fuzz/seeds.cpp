// Writes what fuzzing starts with, for both targets:
//
//     rowcast_fuzz_seeds CASES.JSON FOLDER
//
// A file for each conformance case, and for each workload, in both layouts, with everything and
// with its selection. Files that are there already are written again.

#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/cases/workload_plan.hpp"
#include "tests/conformance/conformance.hpp"
#include "tests/fuzz/case_bytes.hpp"
#include "workloads/catalogue.hpp"

namespace {

namespace fs = std::filesystem;
using rowcast::cases::TransformCase;

constexpr std::size_t kLongest = 4096;  // longer inputs are slow, and find no more

class Seeds {
  public:
    explicit Seeds(fs::path folder) : folder_(std::move(folder)) {
        fs::create_directories(folder_);
    }

    void add(const TransformCase& transform_case) {
        const std::string bytes = rowcast::fuzz::encode(transform_case);
        if (bytes.size() > kLongest) {
            return;
        }
        std::ofstream file(folder_ / ("seed-" + std::to_string(count_++)), std::ios::binary);
        file.exceptions(std::ios::badbit | std::ios::failbit);
        file << bytes;
        file.close();
    }

    std::size_t count() const { return count_; }

  private:
    fs::path folder_;
    std::size_t count_ = 0;
};

void add_workload(Seeds& seeds, const rowcast::workloads::Workload& workload) {
    using rowcast::cases::Scenario;
    using rowcast::workloads::Layout;
    for (const Layout layout : {Layout::kCompact, Layout::kJsonb}) {
        for (const Scenario scenario : rowcast::cases::kScenarios) {
            TransformCase transform_case;
            transform_case.field = workload.field;
            transform_case.single = workload.single;
            if (!workload.type.empty()) {
                transform_case.type = workload.type;
            }
            if (!workload.schema.empty()) {
                transform_case.schema = workload.schema;
            }
            if (scenario == Scenario::kSelect) {
                transform_case.select = workload.select;
            }
            const auto document = workload.generate(layout, 1, 1);
            transform_case.rows.assign(document.rows.begin(), document.rows.end());
            seeds.add(transform_case);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: rowcast_fuzz_seeds CASES.JSON FOLDER\n", stderr);
        return 2;
    }
    try {
        Seeds seeds(argv[2]);
        for (const auto& conformance_case : rowcast::conformance::load_cases(argv[1])) {
            seeds.add(conformance_case.transform);
        }
        for (const auto& workload : rowcast::workloads::catalogue()) {
            add_workload(seeds, workload);
        }
        std::printf("%zu seeds\n", seeds.count());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowcast_fuzz_seeds: %s\n", error.what());
        return 1;
    }
}
