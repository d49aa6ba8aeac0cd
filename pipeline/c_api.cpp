// The C interface: each function checks its pointers, calls the C++ one, and lets nothing escape.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/error.hpp"
#include "pipeline/helpers.hpp"
#include "pipeline/plan.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/request.hpp"
#include "pipeline/rowcast.h"
#include "pipeline/schema.hpp"
#include "pipeline/version.hpp"

struct rowcast_schema {
    std::shared_ptr<const rowcast::Schema> schema;
};

struct rowcast_plan {
    std::shared_ptr<const rowcast::Plan> plan;
};

struct rowcast_request {
    rowcast_request(const rowcast::Implementation& implementation,
                    const rowcast_request_options& chosen)
        : options(chosen), request(implementation, request_options()) {}

    rowcast::RequestOptions request_options() noexcept {
        rowcast::RequestOptions result;
        result.threads = options.threads;
        if (options.max_bytes != 0) {
            result.max_bytes = options.max_bytes;
        }
        if (options.resize != nullptr) {
            result.allocator = {
                this, [](void* self, std::uint8_t** data, std::size_t used, std::size_t wanted,
                         std::size_t* capacity) {
                    const auto& chosen = static_cast<rowcast_request*>(self)->options;
                    auto* bytes = reinterpret_cast<char*>(*data);
                    if (chosen.resize(chosen.resize_context, &bytes, used, wanted, capacity) != 0) {
                        return false;
                    }
                    *data = reinterpret_cast<std::uint8_t*>(bytes);
                    return true;
                }};
        }
        return result;
    }

    rowcast_request_options options;
    rowcast::Request request;
    rowcast_status last_status = ROWCAST_OK;
    std::vector<rowcast::kernels::Row> rows;
};

namespace {

using rowcast::ErrorCode;

void write_error(std::string_view message, char* error, std::size_t error_size) noexcept {
    if (error == nullptr || error_size == 0) {
        return;
    }
    const std::size_t size = std::min(message.size(), error_size - 1);
    if (size != 0) {
        std::memcpy(error, message.data(), size);
    }
    error[size] = '\0';
}

rowcast_status refuse(rowcast_status status, std::string_view message, char* error,
                      std::size_t error_size) noexcept {
    write_error(message, error, error_size);
    return status;
}

// Runs `work` and turns what it throws into a status.
template <class Work>
rowcast_status guarded(char* error, std::size_t error_size, Work work) noexcept {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return refuse(ROWCAST_OUT_OF_MEMORY, "out of memory", error, error_size);
    } catch (const std::exception& exception) {
        return refuse(ROWCAST_BAD_PLAN, exception.what(), error, error_size);
    }
}

std::string_view view(rowcast_bytes bytes) noexcept { return {bytes.data, bytes.size}; }

std::optional<std::string_view> optional_view(rowcast_bytes bytes) noexcept {
    return bytes.data == nullptr ? std::nullopt : std::optional(view(bytes));
}

rowcast::RootOptions root_options(const rowcast_root& root) noexcept {
    return {
        .field = view(root.field),
        .type = optional_view(root.type),
        .select = optional_view(root.select),
        .field_selections = optional_view(root.field_selections),
        .field_paths = optional_view(root.field_paths),
        .typename_mode = (root.flags & ROWCAST_TYPENAME_SELECTED) != 0
                             ? rowcast::TypenameMode::kSelected
                             : rowcast::TypenameMode::kAlways,
        .keys = (root.flags & ROWCAST_RAW_KEYS) != 0 ? rowcast::KeyStyle::kRaw
                                                     : rowcast::KeyStyle::kCamel,
        .single = (root.flags & ROWCAST_SINGLE) != 0,
        .omit_missing = (root.flags & ROWCAST_OMIT_MISSING) != 0,
        .max_depth = root.max_depth,
    };
}

rowcast::kernels::Row as_row(const char* data, std::size_t size) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(data), size};
}

rowcast_status status_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::kOk:
            return ROWCAST_USAGE;  // refused without an error: a call out of order
        case ErrorCode::kRequestTooLarge:
            return ROWCAST_LIMIT;
        case ErrorCode::kOutOfMemory:
            return ROWCAST_OUT_OF_MEMORY;
        default:
            return ROWCAST_BAD_ROW;
    }
}

// Remembers and returns how a step went.
rowcast_status finish(rowcast_request& request, bool ok) noexcept {
    request.last_status = ok ? ROWCAST_OK : status_of(request.request.error().code);
    return request.last_status;
}

// The options as this version has them; nothing where they are of a size that no version had.
std::optional<rowcast_request_options> complete(const rowcast_request_options* options) noexcept {
    rowcast_request_options result = ROWCAST_REQUEST_OPTIONS_INIT;
    if (options == nullptr) {
        return result;
    }
    constexpr std::size_t kSizes[] = {offsetof(rowcast_request_options, threads),
                                      sizeof(rowcast_request_options)};
    if (std::find(std::begin(kSizes), std::end(kSizes), options->struct_size) == std::end(kSizes)) {
        return std::nullopt;
    }
    std::memcpy(&result, options, options->struct_size);
    return result;
}

constexpr std::uint32_t kRootFlags =
    ROWCAST_SINGLE | ROWCAST_OMIT_MISSING | ROWCAST_RAW_KEYS | ROWCAST_TYPENAME_SELECTED;

}  // namespace

extern "C" {

const char* rowcast_version(void) { return rowcast::kVersion; }

const char* rowcast_status_text(rowcast_status status) {
    switch (status) {
        case ROWCAST_OK:
            return "ok";
        case ROWCAST_BAD_ROW:
            return "a row is not valid";
        case ROWCAST_BAD_PLAN:
            return "the plan or schema does not compile";
        case ROWCAST_UNSUPPORTED:
            return "no such implementation, or not on this machine";
        case ROWCAST_LIMIT:
            return "the request's limit on memory was reached";
        case ROWCAST_OUT_OF_MEMORY:
            return "out of memory";
        case ROWCAST_USAGE:
            return "a call out of order, or a null pointer";
    }
    return "unknown status";
}

size_t rowcast_implementation_count(void) { return rowcast::implementations().size(); }

rowcast_status rowcast_implementation_at(size_t index, rowcast_implementation* info) {
    const auto all = rowcast::implementations();
    if (info == nullptr || index >= all.size()) {
        return ROWCAST_USAGE;
    }
    // Names and descriptions are literals, so a NUL follows them.
    *info = {all[index]->name().data(), all[index]->description().data(),
             all[index]->unsupported_reason()};
    return ROWCAST_OK;
}

rowcast_status rowcast_schema_parse(rowcast_bytes json, rowcast_schema** schema, char* error,
                                    size_t error_size) {
    if (schema == nullptr) {
        return refuse(ROWCAST_USAGE, "no place for the schema", error, error_size);
    }
    *schema = nullptr;
    return guarded(error, error_size, [&] {
        auto result = rowcast::Schema::parse(view(json));
        if (!result) {
            return refuse(ROWCAST_BAD_PLAN, result.error().message, error, error_size);
        }
        *schema = new rowcast_schema{*std::move(result)};
        return ROWCAST_OK;
    });
}

void rowcast_schema_free(rowcast_schema* schema) { delete schema; }

rowcast_status rowcast_plan_compile(const rowcast_root* roots, size_t count,
                                    const rowcast_schema* schema, uint32_t flags,
                                    rowcast_plan** plan, char* error, size_t error_size) {
    if (plan == nullptr || (roots == nullptr && count != 0)) {
        return refuse(ROWCAST_USAGE, "no roots, or no place for the plan", error, error_size);
    }
    *plan = nullptr;
    if ((flags & ~static_cast<std::uint32_t>(ROWCAST_NO_WRAP)) != 0) {
        return refuse(ROWCAST_USAGE, "unknown plan flags", error, error_size);
    }
    return guarded(error, error_size, [&] {
        std::vector<rowcast::RootOptions> options;
        const auto* at = reinterpret_cast<const char*>(roots);
        for (size_t i = 0; i != count; ++i) {
            rowcast_root root;
            std::memcpy(&root.struct_size, at, sizeof root.struct_size);
            if (root.struct_size != sizeof root) {
                return refuse(ROWCAST_USAGE, "a root's struct_size is not that of this version",
                              error, error_size);
            }
            std::memcpy(&root, at, sizeof root);
            at += root.struct_size;
            if ((root.flags & ~kRootFlags) != 0) {
                return refuse(ROWCAST_USAGE, "unknown root flags", error, error_size);
            }
            options.push_back(root_options(root));
        }
        auto result = rowcast::Plan::compile(options, schema == nullptr ? nullptr : schema->schema,
                                             (flags & ROWCAST_NO_WRAP) == 0);
        if (!result) {
            return refuse(ROWCAST_BAD_PLAN, result.error().message, error, error_size);
        }
        *plan = new rowcast_plan{*std::move(result)};
        return ROWCAST_OK;
    });
}

void rowcast_plan_free(rowcast_plan* plan) { delete plan; }

rowcast_status rowcast_request_create(const char* implementation,
                                      const rowcast_request_options* options,
                                      rowcast_request** request, char* error, size_t error_size) {
    if (request == nullptr) {
        return refuse(ROWCAST_USAGE, "no place for the request", error, error_size);
    }
    *request = nullptr;
    const auto completed = complete(options);
    if (!completed) {
        return refuse(ROWCAST_USAGE, "the options' struct_size is not that of this version", error,
                      error_size);
    }
    if (const char* reason = rowcast::Helpers::unsupported_reason(completed->threads)) {
        return refuse(ROWCAST_UNSUPPORTED, reason, error, error_size);
    }
    return guarded(error, error_size, [&] {
        const auto chosen = rowcast::choose_implementation(
            implementation == nullptr ? std::string_view() : implementation);
        if (!chosen) {
            return refuse(ROWCAST_UNSUPPORTED, chosen.error().message, error, error_size);
        }
        *request = new rowcast_request(**chosen, *completed);
        return ROWCAST_OK;
    });
}

void rowcast_request_free(rowcast_request* request) { delete request; }

const char* rowcast_request_implementation(const rowcast_request* request) {
    return request == nullptr ? nullptr : request->request.implementation().name().data();
}

rowcast_status rowcast_request_run(rowcast_request* request, const rowcast_plan* plan,
                                   const rowcast_bytes* rows, size_t count) {
    if (request == nullptr || plan == nullptr || (rows == nullptr && count != 0) ||
        plan->plan->roots().size() != 1) {
        return ROWCAST_USAGE;
    }
    return guarded(nullptr, 0, [&] {
        request->rows.clear();
        for (size_t i = 0; i != count; ++i) {
            request->rows.push_back(as_row(rows[i].data, rows[i].size));
        }
        return finish(*request, request->request.run(*plan->plan, request->rows));
    });
}

rowcast_status rowcast_request_begin(rowcast_request* request, const rowcast_plan* plan,
                                     size_t expected_bytes, size_t expected_rows) {
    if (request == nullptr || plan == nullptr) {
        return ROWCAST_USAGE;
    }
    return finish(*request, request->request.begin(*plan->plan, expected_bytes, expected_rows));
}

rowcast_status rowcast_request_row(rowcast_request* request, const char* data, size_t size) {
    if (request == nullptr || (data == nullptr && size != 0)) {
        return ROWCAST_USAGE;
    }
    return finish(*request, request->request.row(as_row(data, size)));
}

rowcast_status rowcast_request_rows(rowcast_request* request, const rowcast_bytes* rows,
                                    size_t count) {
    if (request == nullptr || (rows == nullptr && count != 0)) {
        return ROWCAST_USAGE;
    }
    return guarded(nullptr, 0, [&] {
        request->rows.clear();
        for (size_t i = 0; i != count; ++i) {
            request->rows.push_back(as_row(rows[i].data, rows[i].size));
        }
        return finish(*request, request->request.rows(request->rows));
    });
}

rowcast_status rowcast_request_next_root(rowcast_request* request) {
    return request == nullptr ? ROWCAST_USAGE : finish(*request, request->request.next_root());
}

rowcast_status rowcast_request_end(rowcast_request* request) {
    return request == nullptr ? ROWCAST_USAGE : finish(*request, request->request.end());
}

rowcast_bytes rowcast_request_response(const rowcast_request* request) {
    if (request == nullptr) {
        return {nullptr, 0};
    }
    const std::string_view response = request->request.response();
    return {response.data(), response.size()};
}

rowcast_status rowcast_request_drain(rowcast_request* request, rowcast_sink sink, void* context) {
    if (request == nullptr || sink == nullptr) {
        return ROWCAST_USAGE;
    }
    request->request.drain(
        [&](std::string_view bytes) { sink(context, bytes.data(), bytes.size()); });
    return ROWCAST_OK;
}

rowcast_error rowcast_request_error(const rowcast_request* request) {
    if (request == nullptr) {
        return {ROWCAST_USAGE, 0, 0, 0, rowcast_status_text(ROWCAST_USAGE)};
    }
    const rowcast::Error& error = request->request.error();
    const char* const message = request->last_status == ROWCAST_USAGE
                                    ? rowcast_status_text(ROWCAST_USAGE)
                                    : rowcast::message(error.code);
    return {request->last_status, error.root, error.row, error.byte, message};
}

rowcast_usage rowcast_request_usage(const rowcast_request* request) {
    if (request == nullptr) {
        return {0, 0, 0, 0};
    }
    const rowcast::Request& memory = request->request;
    const rowcast::ParallelRows* const threads = memory.parallel();
    return {memory.output().capacity(), memory.output().high_water(),
            memory.arena().capacity() + (threads == nullptr ? 0 : threads->held_bytes()),
            memory.arena().high_water() + (threads == nullptr ? 0 : threads->high_water())};
}

void rowcast_request_trim(rowcast_request* request) {
    if (request != nullptr) {
        request->request.trim();
    }
}

}  // extern "C"
