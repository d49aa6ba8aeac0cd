#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "harness/measure/json_lines.hpp"

namespace rowcast::bench {

// Google's own JSON of a context or of runs, as values.
measure::Json context_json(const benchmark::BenchmarkReporter::Context& context);
measure::Json run_json(const benchmark::BenchmarkReporter::Run& run);

// Stands before one of Google Benchmark's reporters: passes everything on but runs that were
// interrupted, and tells others of it.
class ForwardingReporter final : public benchmark::BenchmarkReporter {
  public:
    struct Listener {
        std::function<void(const Context&)> on_context;
        std::function<void(const std::vector<Run>&)> on_runs;  // after they were passed on
        std::function<bool(const Run&)> is_dropped;
    };

    ForwardingReporter(std::unique_ptr<benchmark::BenchmarkReporter> target, Listener listener);

    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    void Finalize() override;

  private:
    std::unique_ptr<benchmark::BenchmarkReporter> target_;
    Listener listener_;
};

}  // namespace rowcast::bench
