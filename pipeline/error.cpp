#include "pipeline/error.hpp"

namespace rowcast {

const char* message(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kOk:
            return "no error";
        case ErrorCode::kExpectedValue:
            return "a value expected";
        case ErrorCode::kExpectedValueOrArrayEnd:
            return "a value or ']' expected";
        case ErrorCode::kExpectedKey:
            return "a key in quotes expected";
        case ErrorCode::kExpectedKeyOrObjectEnd:
            return "a key in quotes or '}' expected";
        case ErrorCode::kExpectedColon:
            return "':' expected";
        case ErrorCode::kExpectedCommaOrObjectEnd:
            return "',' or '}' expected";
        case ErrorCode::kExpectedCommaOrArrayEnd:
            return "',' or ']' expected";
        case ErrorCode::kExpectedEnd:
            return "the row's end expected";
        case ErrorCode::kExpectedDigit:
            return "a digit expected";
        case ErrorCode::kBadLiteral:
            return "true, false or null expected";
        case ErrorCode::kUnterminatedString:
            return "the row ends inside a string";
        case ErrorCode::kControlInString:
            return "a control character in a string must be escaped";
        case ErrorCode::kBadEscape:
            return "no such escape";
        case ErrorCode::kBadHexDigit:
            return "a hexadecimal digit expected";
        case ErrorCode::kLoneSurrogate:
            return "a surrogate escape without its other half";
        case ErrorCode::kBadUtf8:
            return "ill-formed UTF-8";
        case ErrorCode::kTooDeep:
            return "nested too deeply";
        case ErrorCode::kRowTooLong:
            return "the row is longer than 4294967295 bytes";
        case ErrorCode::kRequestTooLarge:
            return "the request needs more memory than its limit allows";
        case ErrorCode::kOutOfMemory:
            return "out of memory";
    }
    return "unknown error";
}

}  // namespace rowcast
