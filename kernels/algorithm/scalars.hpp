#pragma once

// Numbers and literals: where they end, or where they go wrong.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/text.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// How far a token reaches: `at` is the byte behind it or, with an error, the byte at fault.
struct Scan {
    const std::uint8_t* at;
    ErrorCode code;
};

//     number = [ '-' ] ( '0' | 1-9 digits ) [ '.' digit digits ] [ e [ '+' | '-' ] digit digits ]
inline Scan scan_number(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    const auto skip_digits = [end](const std::uint8_t* at) {
        while (at != end && is_digit(*at)) {
            ++at;
        }
        return at;
    };
    if (*in == '-') {
        ++in;
    }
    if (in == end || !is_digit(*in)) {
        return {in, ErrorCode::kExpectedDigit};
    }
    in = *in == '0' ? in + 1 : skip_digits(in + 1);
    if (in != end && *in == '.') {
        ++in;
        if (in == end || !is_digit(*in)) {
            return {in, ErrorCode::kExpectedDigit};
        }
        in = skip_digits(in + 1);
    }
    if (in != end && (*in | 0x20) == 'e') {
        ++in;
        if (in != end && (*in == '+' || *in == '-')) {
            ++in;
        }
        if (in == end || !is_digit(*in)) {
            return {in, ErrorCode::kExpectedDigit};
        }
        in = skip_digits(in + 1);
    }
    return {in, ErrorCode::kOk};
}

// `in` stands at t, f or n.
inline Scan scan_literal(const std::uint8_t* in, const std::uint8_t* end) noexcept {
    const char* rest = *in == 't' ? "rue" : *in == 'f' ? "alse" : "ull";
    for (++in; *rest != '\0'; ++in, ++rest) {
        if (in == end || *in != static_cast<std::uint8_t>(*rest)) {
            return {in, ErrorCode::kBadLiteral};
        }
    }
    return {in, ErrorCode::kOk};
}

}  // namespace
}  // namespace rowcast::kernels
