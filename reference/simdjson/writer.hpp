#pragma once

// Values written whole: keys in camelCase, `__typename` by the schema, everything else as it stands.
// Part of engine.cpp.

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "kernels/status.hpp"
#include "reference/peer_buffer.hpp"
#include "reference/peer_text.hpp"
#include "reference/simdjson/engine.hpp"

namespace rowcast::reference {
namespace {

namespace ondemand = simdjson::SIMDJSON_BUILTIN_IMPLEMENTATION::ondemand;
using kernels::ErrorCode;
using kernels::TypeIndex;

// What follows a token in the copy of a row may be read, and behind the output be written.
inline constexpr std::size_t kOvercopy = 64;
static_assert(kOvercopy <= simdjson::SIMDJSON_PADDING && kOvercopy <= kernels::kOutputSlack);

// Tokens are short, and copying a fixed size takes no loop and no branch.
inline std::uint8_t* copy_token(Text token, std::uint8_t* out) noexcept {
    if (token.size <= kOvercopy) [[likely]] {
        std::memcpy(out, token.data, kOvercopy);
    } else {
        std::memcpy(out, token.data, token.size);
    }
    return out + token.size;
}

// simdjson gives a token up to where the next one starts.
inline Text trimmed(std::string_view token) noexcept {
    Text text{reinterpret_cast<const std::uint8_t*>(token.data()), token.size()};
    while (text.size > 1 && text.data[text.size - 1] <= ' ') {
        --text.size;
    }
    return text;
}

inline bool is_container(std::string_view token) noexcept {
    return token.front() == '{' || token.front() == '[';
}

// A member's key as it stands in the row. Its end is found backwards from the value: between the two
// stand a colon and whitespace only.
inline Text raw_key(ondemand::field& field, std::string_view token) noexcept {
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(field.key().raw());
    const auto* end = reinterpret_cast<const std::uint8_t*>(token.data()) - 1;
    while (*end != '"') {
        --end;
    }
    return {begin, static_cast<std::size_t>(end - begin)};
}

// Writing functions take the place to write to and return its end: in a register, where a member
// would go through memory with every byte. Null: it failed, and failure() says why.
class Writer {
  public:
    // `row_end` is that of the row's padded copy.
    Writer(const kernels::RootView& root, const std::uint8_t* row_end,
           Buffer<std::uint8_t>& camel_copy) noexcept
        : root_(root), row_end_(row_end), camel_copy_(camel_copy) {}

    ErrorCode failure() const noexcept { return failure_; }

    // `source` is a value or a document, `token` its first token; it stands `depth` levels deep.
    template <class Source>
    std::uint8_t* write(Source& source, std::string_view token, TypeIndex type, std::uint32_t depth,
                        kernels::Output& output, std::uint8_t* out) noexcept {
        if (token.front() == '{') {
            ondemand::object object;
            if (!enter(token, type, depth, output, out) ||
                source.get_object().get(object) != simdjson::SUCCESS) {
                return fail();
            }
            return write_object(object, type, depth + 1, output, out);
        }
        if (token.front() == '[') {
            ondemand::array array;
            if (!enter(token, type, depth, output, out) ||
                source.get_array().get(array) != simdjson::SUCCESS) {
                return fail();
            }
            return write_array(array, type, depth + 1, output, out);
        }
        return copy_token(trimmed(token), out);
    }

    // How the members of a field's value are treated (semantics rule 5).
    TypeIndex type_of(Text key, TypeIndex parent) noexcept {
        if (parent < 0) {
            return parent;
        }
        const kernels::TypeView& type = root_.types[parent];
        std::int32_t field = find_key(type.fields, key);
        if (field == kernels::kNotFound) {
            field = find_key(type.fields, camel(key));
        }
        return field == kernels::kNotFound ? kernels::kUntyped : type.children[field];
    }

    // The camelCase form, in a copy that the next call overwrites.
    Text camel(Text key) noexcept {
        if (!camel_copy_.reserve(key.size + kBlock)) {
            fail(ErrorCode::kOutOfMemory);
            return {key.data, 0};
        }
        std::uint8_t* const copy = camel_copy_.data();
        return {copy, static_cast<std::size_t>(write_camel(key, copy) - copy)};
    }

    // The decoded form of a key with escapes.
    Text unescaped(ondemand::field field) noexcept {
        std::string_view decoded;
        if (field.unescaped_key().get(decoded) != simdjson::SUCCESS) {
            fail();
        }
        return {reinterpret_cast<const std::uint8_t*>(decoded.data()), decoded.size()};
    }

    // Room for what a container at `token` and all behind it can become: nothing gets longer but
    // for `__typename`, and each object makes room for its own.
    bool enter(std::string_view token, TypeIndex type, std::uint32_t depth, kernels::Output& output,
               std::uint8_t*& out) noexcept {
        if (depth >= root_.max_depth) {
            fail(ErrorCode::kTooDeep);
            return false;
        }
        const auto* const at = reinterpret_cast<const std::uint8_t*>(token.data());
        const std::size_t typename_size = type >= 0 ? root_.types[type].typename_member.size : 0;
        return make_room(static_cast<std::size_t>(row_end_ - at) + typename_size, output, out);
    }

    bool make_room(std::size_t bytes, kernels::Output& output, std::uint8_t*& out) noexcept {
        const std::size_t wanted = bytes + kernels::kOutputSlack;
        if (static_cast<std::size_t>(output.end - out) >= wanted) [[likely]] {
            return true;
        }
        output.cursor = out;
        const ErrorCode code = output.grow(&output, wanted);
        out = output.cursor;
        if (code != ErrorCode::kOk) {
            fail(code);
        }
        return code == ErrorCode::kOk;
    }

    // The first failure stands.
    std::uint8_t* fail(ErrorCode code = ErrorCode::kExpectedValue) noexcept {
        failure_ = failure_ == ErrorCode::kOk ? code : failure_;
        return nullptr;
    }

  private:
    std::uint8_t* write_object(ondemand::object& object, TypeIndex type, std::uint32_t depth,
                               kernels::Output& output, std::uint8_t* out) noexcept {
        *out++ = '{';
        if (type >= 0 && root_.always_typename) {
            const kernels::Bytes member = root_.types[type].typename_member;
            std::memcpy(out, member.data, member.size);
            out += member.size;
        }
        for (auto next : object) {
            if (next.error() != simdjson::SUCCESS) [[unlikely]] {
                return fail();
            }
            // A copy that no reference leads to stays in registers.
            ondemand::field field(std::move(next).value_unsafe());
            const std::string_view token = field.value().raw_json_token();
            const Text raw = raw_key(field, token);
            Text key = raw;
            if (has_backslash(raw)) [[unlikely]] {
                key = unescaped(field);
            }
            if (type >= 0 && is_typename_key(key)) [[unlikely]] {
                continue;
            }
            out = write_key(raw, key, type, out);
            if (is_container(token)) {
                ondemand::value value = field.value();
                out = write(value, token, type_of(key, type), depth, output, out);
                if (out == nullptr) [[unlikely]] {
                    return nullptr;
                }
            } else {
                out = copy_token(trimmed(token), out);
            }
            *out++ = ',';
        }
        out -= out[-1] == ',';
        *out++ = '}';
        return out;
    }

    std::uint8_t* write_array(ondemand::array& array, TypeIndex type, std::uint32_t depth,
                              kernels::Output& output, std::uint8_t* out) noexcept {
        *out++ = '[';
        for (auto next : array) {
            ondemand::value value;
            if (std::move(next).get(value) != simdjson::SUCCESS) [[unlikely]] {
                return fail();
            }
            out = write(value, value.raw_json_token(), type, depth, output, out);
            if (out == nullptr) [[unlikely]] {
                return nullptr;
            }
            *out++ = ',';
        }
        out -= out[-1] == ',';
        *out++ = ']';
        return out;
    }

    std::uint8_t* write_key(Text raw, Text key, TypeIndex type, std::uint8_t* out) noexcept {
        *out++ = '"';
        if (type == kernels::kVerbatim) {
            out = copy_token(raw, out);
        } else if (key.data != raw.data) [[unlikely]] {
            out = write_escaped(root_.raw_keys ? key : camel(key), out);
        } else {
            out = root_.raw_keys ? copy_token(key, out) : write_camel(key, out);
        }
        std::memcpy(out, "\":", 2);
        return out + 2;
    }

    const kernels::RootView& root_;
    const std::uint8_t* row_end_;
    Buffer<std::uint8_t>& camel_copy_;
    ErrorCode failure_ = ErrorCode::kOk;
};

}  // namespace
}  // namespace rowcast::reference
