#include "harness/bench/reporter.hpp"

#include <sstream>

namespace rowcast::bench {
namespace {

using measure::Json;

// What Google's JSON reporter makes of one report, as a whole document.
Json capture(const benchmark::BenchmarkReporter::Context* context,
             const std::vector<benchmark::BenchmarkReporter::Run>& runs) {
    std::ostringstream text;
    benchmark::JSONReporter reporter;
    reporter.SetOutputStream(&text);
    reporter.SetErrorStream(&text);
    if (context != nullptr) {
        reporter.ReportContext(*context);
    } else {
        text << "{\"benchmarks\": [\n";
    }
    if (!runs.empty()) {
        reporter.ReportRuns(runs);
    }
    reporter.Finalize();
    return Json::parse(text.str());
}

}  // namespace

Json context_json(const benchmark::BenchmarkReporter::Context& context) {
    return capture(&context, {}).at("context");
}

Json run_json(const benchmark::BenchmarkReporter::Run& run) {
    return capture(nullptr, {run}).at("benchmarks").at(0);
}

ForwardingReporter::ForwardingReporter(std::unique_ptr<benchmark::BenchmarkReporter> target,
                                       Listener listener)
    : target_(std::move(target)), listener_(std::move(listener)) {}

bool ForwardingReporter::ReportContext(const Context& context) {
    target_->SetOutputStream(&GetOutputStream());
    target_->SetErrorStream(&GetErrorStream());
    if (listener_.on_context) {
        listener_.on_context(context);
    }
    return target_->ReportContext(context);
}

void ForwardingReporter::ReportRuns(const std::vector<Run>& runs) {
    std::vector<Run> kept;
    for (const Run& run : runs) {
        if (!listener_.is_dropped || !listener_.is_dropped(run)) {
            kept.push_back(run);
        }
    }
    if (!kept.empty()) {
        target_->ReportRuns(kept);
    }
    if (listener_.on_runs) {
        listener_.on_runs(kept);
    }
}

void ForwardingReporter::Finalize() {
    target_->Finalize();
    GetOutputStream().flush();
}

}  // namespace rowcast::bench
