#pragma once

#include <optional>
#include <string>
#include <utility>

namespace rowcast {

// Why a plan, schema or selection did not compile, in one line that names the place.
struct PlanError {
    std::string message;
};

// A value, or why there is none.
template <class T>
class Result {
  public:
    Result(T value) : value_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
    Result(PlanError error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    explicit operator bool() const noexcept { return value_.has_value(); }
    T& operator*() noexcept { return *value_; }
    const T& operator*() const noexcept { return *value_; }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }
    const PlanError& error() const noexcept { return error_; }

  private:
    std::optional<T> value_;
    PlanError error_;
};

}  // namespace rowcast
