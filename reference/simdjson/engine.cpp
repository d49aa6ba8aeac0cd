// simdjson On-Demand by one of its kernels, ROWCAST_SIMDJSON_KERNEL. The object exports its table
// and nothing else: see CMakeLists.txt for how, and why.

#include "reference/simdjson/engine.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

#include "reference/peer_buffer.hpp"
#include "reference/simdjson/selector.hpp"
#include "reference/simdjson/writer.hpp"

#define ROWCAST_JOIN(a, b) a##b
#define ROWCAST_ENGINE(kernel) ROWCAST_JOIN(rowcast_simdjson_, kernel)
#define ROWCAST_TEXT(text) #text
#define ROWCAST_NAME(kernel) ROWCAST_TEXT(kernel)

namespace rowcast::reference {
namespace {

using kernels::BatchStatus;
using kernels::RootView;
using kernels::Row;

// The kernel that this file was compiled for is the one that simdjson has chosen.
namespace kernel = simdjson::ROWCAST_SIMDJSON_KERNEL;
static_assert(std::is_same_v<kernel::ondemand::parser, ondemand::parser>);

constexpr std::size_t kFirstCapacity = 4096;

struct State {
    ondemand::parser parser;
    Buffer<std::uint8_t> padded;
    Buffer<std::uint8_t> camel_copy;
    SelectionMemory selection;

    bool reserve(std::size_t row_size) noexcept {
        return padded.reserve(row_size + simdjson::SIMDJSON_PADDING) &&
               (row_size <= parser.capacity() ||
                parser.allocate(padded.capacity(), kSimdjsonDepth) == simdjson::SUCCESS);
    }

    // The row's padded copy, indexed.
    simdjson::simdjson_result<ondemand::document> read(const Row& row) noexcept {
        if (!reserve(row.size)) {
            return simdjson::MEMALLOC;
        }
        std::memcpy(padded.data(), row.data, row.size);
        return parser.iterate(padded.data(), row.size, row.size + simdjson::SIMDJSON_PADDING);
    }
};

ErrorCode code_of(simdjson::error_code error) noexcept {
    return error == simdjson::SUCCESS    ? ErrorCode::kOk
           : error == simdjson::MEMALLOC ? ErrorCode::kOutOfMemory
                                         : ErrorCode::kExpectedValue;
}

ErrorCode transform_row(State& state, const RootView& root, const Row& row,
                        kernels::Output& output) noexcept {
    ondemand::document document;
    std::string_view token;
    simdjson::error_code error = state.read(row).get(document);
    if (error == simdjson::SUCCESS) {
        error = document.raw_json_token().get(token);
    }
    if (error != simdjson::SUCCESS) {
        return code_of(error);
    }
    const ErrorCode full = kernels::ensure_room(output, row.size + kernels::kOutputSlack);
    if (full != ErrorCode::kOk) {
        return full;
    }
    const std::uint8_t* const copy = state.padded.data();
    Writer writer(root, copy + row.size, state.camel_copy);
    if (root.has_selection) {
        state.selection.begin_row();
        Selector selector(root, writer, state.selection, copy, row.data);
        selector.write(document, token, root.row_type, {0, 0}, 0, output);
    } else {
        std::uint8_t* const out =
            writer.write(document, token, root.row_type, 0, output, output.cursor);
        output.cursor = out != nullptr ? out : output.cursor;
    }
    if (writer.failure() != ErrorCode::kOk) {
        return writer.failure();
    }
    // A scalar is not consumed; of anything else, nothing may be left.
    const bool is_all =
        is_container(token)
            ? document.current_location().error() == simdjson::OUT_OF_BOUNDS
            : token.data() + token.size() == reinterpret_cast<const char*>(copy + row.size);
    return is_all ? ErrorCode::kOk : ErrorCode::kExpectedEnd;
}

void* open_state() noexcept {
    auto* const state = new (std::nothrow) State;
    if (state != nullptr && !state->reserve(kFirstCapacity)) {
        delete state;
        return nullptr;
    }
    return state;
}

void close_state(void* state) noexcept { delete static_cast<State*>(state); }

// On-Demand's errors have no exact place, so that a bad row's offset is always 0.
BatchStatus transform(void* memory, const RootView& root, std::size_t selection_sets,
                      const Row* rows, std::size_t count, kernels::Output& output) noexcept {
    auto& state = *static_cast<State*>(memory);
    if (root.has_selection && !state.selection.begin_batch(selection_sets)) {
        return {0, {ErrorCode::kOutOfMemory, 0}};
    }
    for (std::size_t index = 0; index != count; ++index) {
        if (index != 0) {
            *output.cursor++ = ',';  // within the slack of the row before
        }
        const ErrorCode code = transform_row(state, root, rows[index], output);
        if (code != ErrorCode::kOk) {
            return {index, {code, 0}};
        }
    }
    return {count, {ErrorCode::kOk, 0}};
}

bool index_row(void* memory, const Row& row) noexcept {
    return static_cast<State*>(memory)->read(row).error() == simdjson::SUCCESS;
}

}  // namespace

extern "C" {
extern const SimdjsonEngine ROWCAST_ENGINE(ROWCAST_SIMDJSON_KERNEL);
const SimdjsonEngine ROWCAST_ENGINE(ROWCAST_SIMDJSON_KERNEL) = {
    .kernel = ROWCAST_NAME(ROWCAST_SIMDJSON_KERNEL),
    .open = open_state,
    .close = close_state,
    .transform = transform,
    .index = index_row,
};
}

}  // namespace rowcast::reference
