#include "reference/simdjson/choice.hpp"

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

#include "kernels/cpu.hpp"

namespace rowcast::reference {

extern "C" {
extern const SimdjsonEngine rowcast_simdjson_icelake;
extern const SimdjsonEngine rowcast_simdjson_haswell;
extern const SimdjsonEngine rowcast_simdjson_westmere;
}

namespace {

constexpr std::string_view kIcelakeFeatures[] = {
    "avx2",    "bmi1",     "bmi2",     "lzcnt",    "popcnt",     "pclmulqdq",
    "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512vbmi", "avx512vbmi2"};
constexpr std::string_view kHaswellFeatures[] = {"avx2",  "bmi1",   "bmi2",
                                                 "lzcnt", "popcnt", "pclmulqdq"};
constexpr std::string_view kWestmereFeatures[] = {"sse4.2", "popcnt", "pclmulqdq"};

constexpr SimdjsonKernel kKernels[] = {
    {&rowcast_simdjson_icelake, kIcelakeFeatures},
    {&rowcast_simdjson_haswell, kHaswellFeatures},
    {&rowcast_simdjson_westmere, kWestmereFeatures},
};

// As dense with short tokens as the rows that matter.
std::string sample_row() {
    std::string row = "{\"items\":[0";
    for (int i = 100; i != 140; ++i) {
        row +=
            R"(,{"user_id":)" + std::to_string(i) + R"(, "first_name":"Ann Example","score":1.5})";
    }
    return row + "]}";
}

// Calls `job` for each kernel that this machine supports; it returns whether it went well.
template <class Job>
const SimdjsonKernel& fastest(const Job& job) {
    const char* const forced = std::getenv("SIMDJSON_FORCE_IMPLEMENTATION");
    const SimdjsonKernel* best = &simdjson_kernel("westmere");
    double best_time = std::numeric_limits<double>::infinity();
    for (const SimdjsonKernel& kernel : kKernels) {
        if (unsupported_reason(kernel) != nullptr) {
            continue;
        }
        if (forced != nullptr && std::string_view(forced) == kernel.engine->kernel) {
            return kernel;
        }
        constexpr int kRuns = 12;  // the least of them: the first ones warm up
        double least = std::numeric_limits<double>::infinity();
        for (int run = 0; run != kRuns; ++run) {
            const auto start = std::chrono::steady_clock::now();
            const bool done = job(kernel);
            const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
            least = done ? std::min(least, time.count()) : least;
        }
        constexpr double kClearly = 0.9;
        if (least < kClearly * best_time) {
            best = &kernel;
            best_time = least;
        }
    }
    return *best;
}

}  // namespace

std::span<const SimdjsonKernel> simdjson_kernels() noexcept { return kKernels; }

const SimdjsonKernel& simdjson_kernel(std::string_view name) noexcept {
    for (const SimdjsonKernel& kernel : kKernels) {
        if (kernel.engine->kernel == name) {
            return kernel;
        }
    }
    return kKernels[std::size(kKernels) - 1];
}

const simdjson::implementation& simdjson_library(const SimdjsonKernel& kernel) noexcept {
    return *simdjson::get_available_implementations()[kernel.engine->kernel];
}

const char* unsupported_reason(const SimdjsonKernel& kernel) noexcept {
    for (const std::string_view feature : kernel.required_features) {
        if (!kernels::cpu_has(feature)) {
            static thread_local std::string reason;
            reason = "this machine lacks " + std::string(feature);
            return reason.c_str();
        }
    }
    return simdjson_library(kernel).supported_by_runtime_system()
               ? nullptr
               : "simdjson says that this machine cannot run its kernel";
}

const SimdjsonKernel& fastest_to_index() noexcept {
    static const SimdjsonKernel& chosen = [&]() -> const SimdjsonKernel& {
        const std::string text = sample_row();
        const kernels::Row row{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
        const SimdjsonKernel* last = nullptr;
        std::unique_ptr<SimdjsonState> state;
        return fastest([&](const SimdjsonKernel& kernel) {
            if (&kernel != last) {
                state = std::make_unique<SimdjsonState>(*kernel.engine);
                last = &kernel;
            }
            return state->memory() != nullptr && kernel.engine->index(state->memory(), row);
        });
    }();
    return chosen;
}

const SimdjsonKernel& fastest_to_minify() noexcept {
    static const SimdjsonKernel& chosen = [&]() -> const SimdjsonKernel& {
        const std::string text = sample_row();
        std::vector<std::uint8_t> target(text.size() + kernels::kOutputSlack);
        return fastest([&](const SimdjsonKernel& kernel) {
            std::size_t size = 0;
            return simdjson_library(kernel).minify(
                       reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                       target.data(), size) == simdjson::SUCCESS;
        });
    }();
    return chosen;
}

void ChosenKernel::make_choice() const {
    std::call_once(once_, [this] {
        kernel_ = &choose_();
        description_ = description_form_;
        constexpr std::string_view kPlace = "{}";
        description_.replace(description_.find(kPlace), kPlace.size(), kernel_->engine->kernel);
        const char* const reason = reference::unsupported_reason(*kernel_);
        reason_ = reason == nullptr ? "" : reason;
    });
}

const SimdjsonKernel& ChosenKernel::kernel() const {
    make_choice();
    return *kernel_;
}

const std::string& ChosenKernel::description() const {
    make_choice();
    return description_;
}

const char* ChosenKernel::unsupported_reason() const {
    make_choice();
    return reason_.empty() ? nullptr : reason_.c_str();
}

// Finding the tokens is the library's part, by whatever kernel is the process's active one when the
// parser is made.
SimdjsonState::SimdjsonState(const SimdjsonEngine& engine) : engine_(engine), memory_(nullptr) {
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    simdjson::get_active_implementation() =
        simdjson::get_available_implementations()[engine.kernel];
    memory_ = engine.open();
}

SimdjsonState::~SimdjsonState() {
    if (memory_ != nullptr) {
        engine_.close(memory_);
    }
}

}  // namespace rowcast::reference
