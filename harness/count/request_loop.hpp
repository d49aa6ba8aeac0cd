#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/count/work.hpp"
#include "pipeline/implementation.hpp"
#include "pipeline/request.hpp"

namespace rowcast::count {

// Requests for the same document, one after another, on one request object.
class RequestLoop {
  public:
    // Throws std::runtime_error for work that this program does not have.
    explicit RequestLoop(const Work& work);

    void run(std::uint64_t requests) noexcept;

    // Where every request of run() begins: the address of a function.
    [[nodiscard]] static std::uintptr_t entry() noexcept;

    // One request with everything new but the schema, which plans share: its plan, its arena and
    // its output buffer are made within.
    void run_cold(const std::function<void()>& after_plan) const;

    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] std::string_view response() const noexcept { return request_->response(); }
    [[nodiscard]] const Implementation& implementation() const noexcept { return *implementation_; }

  private:
    const Implementation* implementation_ = nullptr;
    const workloads::Workload* workload_ = nullptr;
    cases::Scenario scenario_;
    std::unique_ptr<std::uint8_t, void (*)(void*)> text_;  // at the beginning of a page
    std::vector<kernels::Row> rows_;                       // in it
    std::shared_ptr<const Schema> schema_;
    std::shared_ptr<const Plan> plan_;
    std::unique_ptr<Request> request_;
    bool failed_ = false;
};

}  // namespace rowcast::count
