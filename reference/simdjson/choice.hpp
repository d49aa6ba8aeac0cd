#pragma once

// Which of simdjson's kernels there are, and which one is the fastest here.

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "kernels/plan_view.hpp"
#include "reference/simdjson/engine.hpp"

namespace simdjson {
class implementation;
}

namespace rowcast::reference {

struct SimdjsonKernel {
    const SimdjsonEngine* engine;
    std::span<const std::string_view> required_features;
};

// Widest first.
std::span<const SimdjsonKernel> simdjson_kernels() noexcept;
const SimdjsonKernel& simdjson_kernel(std::string_view name) noexcept;

// The library's own code for a kernel.
const simdjson::implementation& simdjson_library(const SimdjsonKernel& kernel) noexcept;

// Null where this machine can run it, else why not.
const char* unsupported_reason(const SimdjsonKernel& kernel) noexcept;

// Which kernel is the fastest depends on the machine: compressing bytes straight into memory, as
// icelake's minify does, takes some processors a few cycles and others a hundred. So the first call
// tries each for some ten microseconds. A narrower one is preferred where it is faster by a tenth;
// where the environment has simdjson's own SIMDJSON_FORCE_IMPLEMENTATION, that one is taken.
const SimdjsonKernel& fastest_to_index() noexcept;  // what On-Demand starts with
const SimdjsonKernel& fastest_to_minify() noexcept;

// A kernel that is chosen when it is first asked for: a program that never uses a peer does not pay
// for the choice.
class ChosenKernel {
  public:
    using Choose = const SimdjsonKernel& (*)() noexcept;

    // `description` has `{}` where the kernel's name goes.
    ChosenKernel(Choose choose, std::string_view description) noexcept
        : choose_(choose), description_form_(description) {}

    const SimdjsonKernel& kernel() const;
    const std::string& description() const;
    const char* unsupported_reason() const;

  private:
    void make_choice() const;

    Choose choose_;
    std::string_view description_form_;
    mutable std::once_flag once_;
    mutable const SimdjsonKernel* kernel_ = nullptr;
    mutable std::string description_;
    mutable std::string reason_;
};

// What an engine keeps between batches.
class SimdjsonState {
  public:
    explicit SimdjsonState(const SimdjsonEngine& engine);
    ~SimdjsonState();
    SimdjsonState(const SimdjsonState&) = delete;
    SimdjsonState& operator=(const SimdjsonState&) = delete;

    const SimdjsonEngine& engine() const noexcept { return engine_; }
    void* memory() const noexcept { return memory_; }  // null: there was none

  private:
    const SimdjsonEngine& engine_;
    void* memory_;
};

}  // namespace rowcast::reference
