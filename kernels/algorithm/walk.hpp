#pragma once

// JSON's grammar (RFC 8259), once. Every engine that goes through a row token by token is this walk
// with a visitor of its own.
//
//     value:        string | number | literal  -> after value
//                   '{' '}' | '[' ']'          -> after value
//                   '{'                        -> key
//                   '['                        -> value
//     key:          string ':'                 -> value
//     after value:  ',' in an object           -> key
//                   ',' in an array            -> value
//                   the closing bracket        -> after value
//                   outside of both            -> the row's end
//
// Whitespace may stand between any two tokens. There is no recursion: the visitor remembers which
// containers are open. The first byte that fits nowhere is where the row is at fault.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/keys.hpp"
#include "kernels/algorithm/scalars.hpp"
#include "kernels/algorithm/strings.hpp"
#include "kernels/algorithm/text.hpp"
#include "kernels/status.hpp"

namespace rowcast::kernels {
namespace {

// A visitor is a plain struct that the walk copies, works on and copies back, so that the compiler
// can keep it in registers. It offers, all inlined:
//     begin_value(in)              a value starts at `in`
//     string(in, end)              a string value's content starts at `in`: where it ends, or why not
//     scalar(in, end)              [in, end) is a number or literal
//     open(in, is_object, end)     a container opens at `in`; may refuse, with an error code
//     close(in)                    the innermost one closes at `in`
//     key(key, end)                a key of the innermost object; may refuse
//     colon(), comma()             stand where they should
//     end_value(in)                the value that was begun last, or just closed, ends before `in`
//     in_object()                  the innermost open container is an object
template <class Isa, class Visitor>
inline RowStatus walk(const std::uint8_t* const begin, const std::uint8_t* const end,
                      std::uint32_t max_depth, Visitor& result) noexcept {
    Visitor visitor = result;
    const std::uint8_t* in = begin;
    std::uint32_t depth = 0;
    ErrorCode expected = ErrorCode::kExpectedValue;
    const auto stop = [&](ErrorCode code) {
        result = visitor;
        return RowStatus{code, code == ErrorCode::kOk ? 0 : static_cast<std::uint32_t>(in - begin)};
    };

value:
    in = skip_whitespace<Isa>(in, end);
    expected = ErrorCode::kExpectedValue;
value_here:
    if (in == end) {
        return stop(expected);
    }
    visitor.begin_value(in);
    switch (*in) {
        case '"': {
            const auto string = visitor.string(in + 1, end);
            in = string.at;
            if (string.code != ErrorCode::kOk) {
                return stop(string.code);
            }
            ++in;
            goto after_value;
        }
        case '{':
        case '[': {
            if (depth == max_depth) {
                return stop(ErrorCode::kTooDeep);
            }
            ++depth;
            const bool is_object = *in == '{';
            const ErrorCode not_opened = visitor.open(in, is_object, end);
            if (not_opened != ErrorCode::kOk) {
                return stop(not_opened);
            }
            in = skip_whitespace<Isa>(in + 1, end);
            if (is_object) {
                if (in != end && *in == '}') {
                    goto close;
                }
                expected = ErrorCode::kExpectedKeyOrObjectEnd;
                goto key;
            }
            if (in != end && *in == ']') {
                goto close;
            }
            expected = ErrorCode::kExpectedValueOrArrayEnd;
            goto value_here;
        }
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
        case 't':
        case 'f':
        case 'n': {
            const Scan token = *in < 'a' ? scan_number(in, end) : scan_literal(in, end);
            if (token.code != ErrorCode::kOk) {
                in = token.at;
                return stop(token.code);
            }
            visitor.scalar(in, token.at, end);
            in = token.at;
            goto after_value;
        }
        default:
            return stop(expected);
    }

close:
    --depth;
    visitor.close(in);
    ++in;

after_value:
    visitor.end_value(in);
    in = skip_whitespace<Isa>(in, end);
    if (depth == 0) {
        return stop(in == end ? ErrorCode::kOk : ErrorCode::kExpectedEnd);
    }
    if (visitor.in_object()) {
        if (in != end && *in == ',') {
            visitor.comma();
            in = skip_whitespace<Isa>(in + 1, end);
            expected = ErrorCode::kExpectedKey;
            goto key;
        }
        if (in != end && *in == '}') {
            goto close;
        }
        return stop(ErrorCode::kExpectedCommaOrObjectEnd);
    }
    if (in != end && *in == ',') {
        visitor.comma();
        ++in;
        goto value;
    }
    if (in != end && *in == ']') {
        goto close;
    }
    return stop(ErrorCode::kExpectedCommaOrArrayEnd);

key:
    if (in == end || *in != '"') {
        return stop(expected);
    }
    const StringScan scan = scan_string<Isa>(in + 1, end);
    if (scan.code != ErrorCode::kOk) {
        in = scan.at;
        return stop(scan.code);
    }
    const ErrorCode refused = visitor.key({in + 1, scan.at, scan.escaped}, end);
    if (refused != ErrorCode::kOk) {
        return stop(refused);
    }
    in = skip_whitespace<Isa>(scan.at + 1, end);
    if (in == end || *in != ':') {
        return stop(ErrorCode::kExpectedColon);
    }
    visitor.colon();
    ++in;
    goto value;
}

}  // namespace
}  // namespace rowcast::kernels
