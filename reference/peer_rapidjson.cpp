#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

// Its vectors for the machine that every x86-64 processor is; they skip whitespace.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/reader.h>

#include "pipeline/error.hpp"
#include "reference/peer_buffer.hpp"
#include "reference/peer_text.hpp"
#include "reference/peers.hpp"

namespace rowcast::reference {

namespace {

using kernels::TypeIndex;

// The reader calls itself for each level.
constexpr std::uint32_t kDeepest = 1024;

// Strings are decoded where they stand, so that none is copied before it is written; numbers keep
// their spelling; UTF-8 is checked, as the contract asks. That check makes the reader take strings
// byte by byte, and it costs what it costs RapidJSON's users.
constexpr unsigned kFlags = ::rapidjson::kParseInsituFlag |
                            ::rapidjson::kParseNumbersAsStringsFlag |
                            ::rapidjson::kParseValidateEncodingFlag;

// Behind the row's copy: its NUL, and what is read by blocks.
constexpr std::size_t kPadding = 64;

struct OpenContainer {
    TypeIndex type;  // of its members
    bool is_object;
};

struct RapidjsonState final : Implementation::State {
    ::rapidjson::Reader reader;
    Buffer<char> copy;
    Buffer<std::uint8_t> camel_copy;
    OpenContainer open[kDeepest + 1];
};

// Writes what the reader says, a comma behind each value. Nothing gets longer but for `__typename`,
// so there is room for the row from its start on, and each typed object makes room for its own.
class Handler : public ::rapidjson::BaseReaderHandler<::rapidjson::UTF8<>, Handler> {
  public:
    Handler(const kernels::RootView& root, RapidjsonState& state, std::size_t row_size,
            kernels::Output& output) noexcept
        : root_(root), state_(state), row_size_(row_size), output_(output), row_start_(written()) {
        state.open[0] = {root.row_type, false};
    }

    ErrorCode failure() const noexcept { return failure_; }

    bool Null() noexcept { return token("null", 4); }
    bool Bool(bool value) noexcept { return value ? token("true", 4) : token("false", 5); }
    bool RawNumber(const char* text, ::rapidjson::SizeType size, bool /*copy*/) noexcept {
        return token(text, size);
    }
    bool String(const char* text, ::rapidjson::SizeType size, bool /*copy*/) noexcept {
        std::uint8_t* out = output_.cursor;
        *out++ = '"';
        out = write_escaped({bytes(text), size}, out);
        std::memcpy(out, "\",", 2);
        output_.cursor = out + 2;
        return end_value();
    }
    bool Key(const char* text, ::rapidjson::SizeType size, bool /*copy*/) noexcept {
        key_ = {bytes(text), size};
        const TypeIndex type = state_.open[depth_].type;
        if (type >= 0 && is_typename_key(key_)) {
            dropped_at_ = depth_;
            dropped_from_ = written();
        }
        std::uint8_t* out = output_.cursor;
        *out++ = '"';
        if (type == kernels::kVerbatim || root_.raw_keys) {
            out = write_escaped(key_, out);
        } else if (has_escapes(key_)) {
            out = write_escaped(camel(key_), out);
        } else {
            out = write_camel(key_, out);
        }
        std::memcpy(out, "\":", 2);
        output_.cursor = out + 2;
        return failure_ == ErrorCode::kOk;
    }
    bool StartObject() noexcept {
        const TypeIndex type = open(true);
        if (failure_ != ErrorCode::kOk) {
            return false;
        }
        *output_.cursor++ = '{';
        return type < 0 || !root_.always_typename || add(root_.types[type].typename_member);
    }
    bool StartArray() noexcept {
        open(false);
        *output_.cursor++ = '[';
        return failure_ == ErrorCode::kOk;
    }
    bool EndObject(::rapidjson::SizeType /*members*/) noexcept { return close('}'); }
    bool EndArray(::rapidjson::SizeType /*elements*/) noexcept { return close(']'); }

  private:
    static constexpr std::uint32_t kNowhere = kDeepest + 1;

    static const std::uint8_t* bytes(const char* text) noexcept {
        return reinterpret_cast<const std::uint8_t*>(text);
    }
    std::size_t written() const noexcept {
        return static_cast<std::size_t>(output_.cursor - output_.begin);
    }

    bool token(const char* text, std::size_t size) noexcept {
        std::memcpy(output_.cursor, text, size);
        output_.cursor += size;
        *output_.cursor++ = ',';
        return end_value();
    }

    // A key that must not be written is, with its value, and then taken back.
    bool end_value() noexcept {
        if (dropped_at_ == depth_) [[unlikely]] {
            output_.cursor = output_.begin + dropped_from_;
            dropped_at_ = kNowhere;
        }
        return true;
    }

    // How a container's members are treated (semantics rule 5).
    TypeIndex open(bool is_object) noexcept {
        const OpenContainer parent = state_.open[depth_];
        if (depth_ >= root_.max_depth) {
            failure_ = ErrorCode::kTooDeep;
            return kernels::kUntyped;
        }
        const TypeIndex type = parent.is_object ? type_of_member(parent.type) : parent.type;
        state_.open[++depth_] = {type, is_object};
        return type;
    }

    TypeIndex type_of_member(TypeIndex parent) noexcept {
        if (parent < 0) {
            return parent;
        }
        const kernels::TypeView& type = root_.types[parent];
        std::int32_t field = find_key(type.fields, key_);
        if (field == kernels::kNotFound) {
            field = find_key(type.fields, camel(key_));
        }
        return field == kernels::kNotFound ? kernels::kUntyped : type.children[field];
    }

    bool close(char bracket) noexcept {
        output_.cursor -= output_.cursor[-1] == ',';
        *output_.cursor++ = static_cast<std::uint8_t>(bracket);
        *output_.cursor++ = ',';
        --depth_;
        return end_value();
    }

    Text camel(Text key) noexcept {
        if (!state_.camel_copy.reserve(key.size + kBlock)) {
            failure_ = ErrorCode::kOutOfMemory;
            return {key.data, 0};
        }
        std::uint8_t* const copy = state_.camel_copy.data();
        return {copy, static_cast<std::size_t>(write_camel(key, copy) - copy)};
    }

    // Adds what the row has not: there must be room for all that may still come of the row, too.
    bool add(kernels::Bytes member) noexcept {
        const std::size_t rest = row_size_ + added_ - (written() - row_start_);
        added_ += member.size;
        failure_ = kernels::ensure_room(output_, rest + member.size + kernels::kOutputSlack);
        if (failure_ != ErrorCode::kOk) {
            return false;
        }
        std::memcpy(output_.cursor, member.data, member.size);
        output_.cursor += member.size;
        return true;
    }

    const kernels::RootView& root_;
    RapidjsonState& state_;
    std::size_t row_size_;
    kernels::Output& output_;
    std::size_t row_start_;
    std::size_t added_ = 0;
    std::uint32_t depth_ = 0;
    std::uint32_t dropped_at_ = kNowhere;
    std::size_t dropped_from_ = 0;
    Text key_{nullptr, 0};
    ErrorCode failure_ = ErrorCode::kOk;
};

kernels::RowStatus transform_row(RapidjsonState& state, const kernels::RootView& root,
                                 const kernels::Row& row, kernels::Output& output) noexcept {
    ErrorCode code = kernels::ensure_room(output, row.size + kernels::kOutputSlack);
    if (code == ErrorCode::kOk && !state.copy.reserve(row.size + kPadding)) {
        code = ErrorCode::kOutOfMemory;
    }
    if (code != ErrorCode::kOk) {
        return {code, 0};
    }
    char* const copy = state.copy.data();
    if (row.size != 0) {
        std::memcpy(copy, row.data, row.size);
    }
    copy[row.size] = '\0';
    ::rapidjson::InsituStringStream stream(copy);
    Handler handler(root, state, row.size, output);
    const ::rapidjson::ParseResult result = state.reader.Parse<kFlags>(stream, handler);
    if (handler.failure() != ErrorCode::kOk || result.IsError()) {
        const ErrorCode why =
            handler.failure() != ErrorCode::kOk ? handler.failure() : ErrorCode::kExpectedValue;
        return {why, static_cast<std::uint32_t>(std::min(result.Offset(), row.size))};
    }
    if (stream.Tell() != row.size) {  // it takes a NUL for the end
        return {ErrorCode::kExpectedEnd, static_cast<std::uint32_t>(stream.Tell())};
    }
    --output.cursor;
    return {ErrorCode::kOk, 0};
}

class PeerRapidjson final : public Implementation {
  public:
    std::string_view name() const noexcept override { return "peer-rapidjson"; }
    std::string_view description() const noexcept override {
        return "RapidJSON's SAX reader: strings decoded in place, numbers as text, UTF-8 checked";
    }

    // Exact where a row spells escapes the shortest way, as PostgreSQL does: strings are decoded and
    // escaped anew, since the reader does not say how they were spelt. And where no number overflows a
    // double: those it refuses.
    bool answers(const Plan& plan) const noexcept override {
        return std::all_of(plan.roots().begin(), plan.roots().end(), [](const Root& root) {
            return root.selection == nullptr && root.max_depth <= kDeepest;
        });
    }

    std::unique_ptr<State> make_state() const override {
        return std::make_unique<RapidjsonState>();
    }

    kernels::BatchStatus transform_rows(const Root& root, std::span<const kernels::Row> rows,
                                        const Workspace& workspace) const noexcept override {
        auto& state = *static_cast<RapidjsonState*>(workspace.state);
        for (std::size_t index = 0; index != rows.size(); ++index) {
            if (index != 0) {
                *workspace.output.cursor++ = ',';  // within the slack of the row before
            }
            const kernels::RowStatus status =
                transform_row(state, root.view, rows[index], workspace.output);
            if (status.code != ErrorCode::kOk) {
                return {index, status};
            }
        }
        return {rows.size(), {ErrorCode::kOk, 0}};
    }
};

}  // namespace

const Implementation& peer_rapidjson() noexcept {
    static const PeerRapidjson kImplementation;
    return kImplementation;
}

}  // namespace rowcast::reference
