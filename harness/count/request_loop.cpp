#include "harness/count/request_loop.hpp"

#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <stdexcept>

#include "pipeline/registry.hpp"

namespace rowcast::count {
namespace {

template <class T>
T must(Result<T> result, const char* what) {
    if (!result) {
        throw std::runtime_error(std::string(what) +
                                 " does not compile: " + result.error().message);
    }
    return *result;
}

// Code may depend on how its input is aligned, and the heap on the lengths of arguments.
std::uint8_t* copy_to_page(std::string_view text) {
    constexpr std::size_t kPage = 4096;
    const std::size_t size = (text.size() / kPage + 1) * kPage;
    auto* const copy = static_cast<std::uint8_t*>(std::aligned_alloc(kPage, size));
    if (copy == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(copy, text.data(), text.size());
    return copy;
}

[[gnu::noinline]] bool answer_once(Request& request, const Plan& plan,
                                   std::span<const kernels::Row> rows) noexcept {
    return request.run(plan, rows);
}

}  // namespace

RequestLoop::RequestLoop(const Work& work)
    : workload_(workloads::find(work.workload)),
      scenario_(work.scenario),
      text_(nullptr, std::free) {
    const Result<const Implementation*> chosen = choose_implementation(work.implementation);
    if (!chosen) {
        throw std::runtime_error(chosen.error().message);
    }
    implementation_ = *chosen;
    if (workload_ == nullptr) {
        throw std::runtime_error("no workload is called '" + work.workload + "'");
    }
    const workloads::Document document =
        workload_->generate(work.layout, work.seed, workload_->default_rows);
    text_.reset(copy_to_page(document.text));
    rows_ = cases::rows_of(document);
    for (kernels::Row& row : rows_) {
        const auto* begin = reinterpret_cast<const std::uint8_t*>(document.text.data());
        row.data = text_.get() + (row.data - begin);
    }
    schema_ = must(cases::parse_schema(*workload_), "the schema");
    plan_ = must(cases::compile_plan(*workload_, schema_, scenario_), "the plan");
    if (scenario_ == cases::Scenario::kSelect && !implementation_->answers(*plan_)) {
        throw std::runtime_error("the implementation '" + work.implementation +
                                 "' does not answer selections");
    }
    request_ = std::make_unique<Request>(*implementation_);
}

void RequestLoop::run(std::uint64_t requests) noexcept {
    // Read anew for each call, so that it is this function and no copy made for its one caller.
    bool (*volatile answer)(Request&, const Plan&, std::span<const kernels::Row>) noexcept =
        answer_once;
    for (std::uint64_t index = 0; index < requests; ++index) {
        failed_ |= !answer(*request_, *plan_, rows_);
    }
}

std::uintptr_t RequestLoop::entry() noexcept {
    return reinterpret_cast<std::uintptr_t>(&answer_once);
}

void RequestLoop::run_cold(const std::function<void()>& after_plan) const {
    const auto plan = cases::compile_plan(*workload_, schema_, scenario_);
    after_plan();
    Request request(*implementation_);
    request.run(**plan, rows_);
}

}  // namespace rowcast::count
