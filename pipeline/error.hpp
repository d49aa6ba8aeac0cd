#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/status.hpp"

namespace rowcast {

using kernels::ErrorCode;

// What the code means, such as "':' expected". Never null.
const char* message(ErrorCode code) noexcept;

// Why a request failed and where: the first bad row in the order of the response.
struct Error {
    ErrorCode code = ErrorCode::kOk;
    std::size_t root = 0;  // index of the root field
    std::size_t row = 0;   // within the root, from 0
    std::size_t byte = 0;  // within the row, from 0
};

}  // namespace rowcast
