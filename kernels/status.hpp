#pragma once

#include <cstddef>
#include <cstdint>

namespace rowcast::kernels {

// Why a row was refused. pipeline/error.cpp has the text for each.
enum class ErrorCode : std::uint8_t {
    kOk,
    kExpectedValue,
    kExpectedValueOrArrayEnd,
    kExpectedKey,
    kExpectedKeyOrObjectEnd,
    kExpectedColon,
    kExpectedCommaOrObjectEnd,
    kExpectedCommaOrArrayEnd,
    kExpectedEnd,
    kExpectedDigit,
    kBadLiteral,
    kUnterminatedString,
    kControlInString,
    kBadEscape,
    kBadHexDigit,
    kLoneSurrogate,
    kBadUtf8,
    kTooDeep,
    kRowTooLong,
    kRequestTooLarge,
    kOutOfMemory,
};

// The verdict on one row. `offset` is the byte of the row at which `code` was found: the first byte
// after which no valid JSON text could continue (semantics rule 10); 0 when the code is kOk.
struct RowStatus {
    ErrorCode code;
    std::uint32_t offset;
};

// The verdict on a batch: `row` is the index of the first bad row, or the number of rows.
struct BatchStatus {
    std::size_t row;
    RowStatus status;
};

}  // namespace rowcast::kernels
