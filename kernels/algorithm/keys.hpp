#pragma once

// A row's key in the forms that a plan asks for: decoded, and in camelCase.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/camel.hpp"
#include "kernels/algorithm/lookup.hpp"
#include "kernels/algorithm/strings.hpp"
#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

// A key as it stands in the row, without its quotes.
struct RowKey {
    const std::uint8_t* begin;
    const std::uint8_t* end;
    bool escaped;
};

struct Text {
    const std::uint8_t* data;
    std::size_t size;
};

struct KeyForms {
    Text decoded;
    Text camel;
    ErrorCode code;
};

// The decoded key: the row's own bytes where it has no escapes, else a copy in scratch memory.
// data is null, with *code set, where there is no memory.
inline Text decode_key(const RowKey& key, Scratch& scratch, ErrorCode* code) noexcept {
    const auto size = static_cast<std::size_t>(key.end - key.begin);
    if (!key.escaped) [[likely]] {
        return {key.begin, size};
    }
    auto* const copy = static_cast<std::uint8_t*>(allocate(scratch, size, code));
    if (copy == nullptr) {
        return {nullptr, 0};
    }
    return {copy, static_cast<std::size_t>(decode_string(key.begin, key.end, copy) - copy)};
}

// Both forms; what they need of scratch memory stays allocated, so callers rewind. `readable` is
// the end of the row.
template <class Isa>
inline KeyForms key_forms(const RowKey& key, const std::uint8_t* readable,
                          Scratch& scratch) noexcept {
    KeyForms forms{{nullptr, 0}, {nullptr, 0}, ErrorCode::kOk};
    forms.decoded = decode_key(key, scratch, &forms.code);
    if (forms.decoded.data == nullptr) {
        return forms;
    }
    auto* const camel = static_cast<std::uint8_t*>(
        allocate(scratch, forms.decoded.size + kOutputSlack, &forms.code));
    if (camel == nullptr) {
        return forms;
    }
    const std::uint8_t* const end = forms.decoded.data + forms.decoded.size;
    const std::uint8_t* const camel_end =
        camel_key<Isa>(forms.decoded.data, end, key.escaped ? end : readable, camel);
    forms.camel = {camel, static_cast<std::size_t>(camel_end - camel)};
    return forms;
}

// How the members of a field's value are treated (semantics rule 5): what the type declares for the
// decoded key, else for its camelCase form, else nothing.
struct ChildType {
    TypeIndex type;
    ErrorCode code;
};

template <class Isa>
inline ChildType declared_type(const TypeView& type, const RowKey& key,
                               const std::uint8_t* readable, Scratch& scratch) noexcept {
    if (type.fields.count == 0) {
        return {kUntyped, ErrorCode::kOk};
    }
    const ScratchMark start = mark(scratch);
    ChildType result{kUntyped, ErrorCode::kOk};
    const Text decoded = decode_key(key, scratch, &result.code);
    if (decoded.data != nullptr) {
        std::int32_t field = find_key(type.fields, decoded.data, decoded.size);
        if (field == kNotFound) {
            const KeyForms forms = key_forms<Isa>(key, readable, scratch);
            result.code = forms.code;
            field = forms.code == ErrorCode::kOk
                        ? find_key(type.fields, forms.camel.data, forms.camel.size)
                        : kNotFound;
        }
        if (field != kNotFound) {
            result.type = type.children[field];
        }
    }
    rewind(scratch, start);
    return result;
}

}  // namespace
}  // namespace rowcast::kernels
