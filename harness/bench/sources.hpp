#pragma once

#include <optional>
#include <string>

#include "harness/bench/cell.hpp"
#include "harness/bench/options.hpp"
#include "workloads/catalogue.hpp"

namespace rowcast::bench {

// The workload of --input, named `input`; neither workload nor error without that flag.
struct OwnWorkload {
    std::optional<workloads::Workload> workload;
    std::string error;
};
OwnWorkload load_own_workload(const Options& options);

// Which implementations and workloads there are to measure. An unknown name in the options is an
// error (second member not empty). `own` must outlive the sources.
struct SourcesResult {
    Sources sources;
    std::string error;
};
SourcesResult find_sources(const Options& options, const OwnWorkload& own);

}  // namespace rowcast::bench
