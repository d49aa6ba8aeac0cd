#pragma once

// FraiseQL's type registry (semantics rule 5), compiled once and shared by any number of plans and
// threads. It owns, once, every type name and field name that plans refer to.

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/plan_view.hpp"
#include "pipeline/name_pool.hpp"
#include "pipeline/result.hpp"

namespace rowcast {

struct SchemaField {
    std::string_view name;       // literally as declared
    std::string_view type_name;  // as declared
    kernels::TypeIndex type;     // an index into Schema::types(), or kernels::kVerbatim
};

struct SchemaType {
    std::string_view name;
    std::span<const SchemaField> fields;
};

// The engines' form of a type; what it points to lives in `memory`.
kernels::TypeView make_type_view(std::string_view name, std::span<const SchemaField> fields,
                                 std::pmr::memory_resource* memory);

class Schema {
  public:
    // Compiles `{"version":...,"features":...,"types":{...}}`. Unknown members are ignored. Where a
    // name stands twice, the last one counts, as in every JSON object.
    static Result<std::shared_ptr<const Schema>> parse(std::string_view json);

    // Declared types first, then those that are only referred to (they have no fields).
    std::span<const SchemaType> types() const noexcept;

    // The index of the type called `name`, or -1. O(log n).
    std::int32_t find_type(std::string_view name) const noexcept;

    // The same types in the form that engines read, by the same indices.
    std::span<const kernels::TypeView> views() const noexcept;

    // Every type and field name, for plans to share.
    const NamePool& names() const noexcept;

    ~Schema();
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;

  private:
    struct Data;
    explicit Schema(std::unique_ptr<Data> data) noexcept;
    std::unique_ptr<Data> data_;
};

}  // namespace rowcast
