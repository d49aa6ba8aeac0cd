#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/implementation.hpp"
#include "pipeline/registry.hpp"

namespace rowcast::test {

// The best implementation, with a fault: something done to the row that it sees, or to its verdict.
class Faulty final : public Implementation {
  public:
    using SpoilRow = std::function<void(std::string& row)>;
    using SpoilVerdict = std::function<void(kernels::BatchStatus& status)>;

    explicit Faulty(SpoilRow row, SpoilVerdict verdict = {})
        : row_(std::move(row)), verdict_(std::move(verdict)) {}

    std::string_view name() const noexcept override { return "faulty"; }
    std::string_view description() const noexcept override { return "wrong on purpose"; }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        std::vector<std::string> texts;
        for (const kernels::Row& row : rows) {
            std::string& text =
                texts.emplace_back(reinterpret_cast<const char*>(row.data), row.size);
            if (row_) {
                row_(text);
            }
        }
        std::vector<kernels::Row> spoilt;
        for (const std::string& text : texts) {
            spoilt.push_back({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        }
        auto status = best_implementation().transform_rows(root, spoilt, workspace);
        if (verdict_) {
            verdict_(status);
        }
        return status;
    }

  private:
    SpoilRow row_;
    SpoilVerdict verdict_;
};

}  // namespace rowcast::test
