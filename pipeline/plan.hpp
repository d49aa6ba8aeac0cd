#pragma once

// A plan is everything about a request that does not depend on its rows, compiled once. It is
// immutable: any number of requests, on any number of threads, may use one plan at a time.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernels/plan_view.hpp"
#include "pipeline/result.hpp"
#include "pipeline/schema.hpp"
#include "pipeline/selection.hpp"

namespace rowcast {

enum class TypenameMode : std::uint8_t { kAlways, kSelected };

inline constexpr std::uint32_t kDefaultMaxDepth = 128;

// One root field, as asked for. At most one of the three selections may be given.
struct RootOptions {
    std::string_view field = "data";  // the response key
    std::optional<std::string_view> type = std::nullopt;
    std::optional<std::string_view> select = std::nullopt;            // GraphQL selection set
    std::optional<std::string_view> field_selections = std::nullopt;  // FraiseQL JSON
    std::optional<std::string_view> field_paths = std::nullopt;       // FraiseQL JSON
    TypenameMode typename_mode = TypenameMode::kAlways;
    KeyStyle keys = KeyStyle::kCamel;
    bool single = false;
    bool omit_missing = false;
    std::uint32_t max_depth = kDefaultMaxDepth;
};

// One root field, compiled.
struct Root {
    std::string_view field;   // the response key, not escaped
    std::string_view member;  // `"users":`, escaped
    bool single;
    std::size_t
        row_overhead;  // bytes that a plain row typically grows by: __typename, nulls, aliases

    // For the kernels' engines.
    kernels::RootView view;

    // For implementations that read the plan in their own way; the same content.
    const Schema* schema;                  // null: none
    std::optional<std::string_view> type;  // the row type's name
    const Selection* selection;            // null: everything
    TypenameMode typename_mode;
    KeyStyle keys;
    bool omit_missing;
    std::uint32_t max_depth;
};

class Plan {
  public:
    // Several roots make one response, in this order; without `wrap` there must be one. The strings
    // in `roots` are copied. `schema` may be null; it is shared by all roots.
    static Result<std::shared_ptr<const Plan>> compile(std::span<const RootOptions> roots,
                                                       std::shared_ptr<const Schema> schema,
                                                       bool wrap = true);

    std::span<const Root> roots() const noexcept { return roots_; }
    bool wrap() const noexcept { return wrap_; }

    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

  protected:
    Plan() = default;
    ~Plan() = default;

    std::span<const Root> roots_;
    bool wrap_ = true;
};

}  // namespace rowcast
