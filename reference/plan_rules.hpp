#pragma once

// The reference's own reading of a plan: the schema and the selection as they were declared, by
// ordered maps, rather than the tables that kernels look keys up in.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/plan.hpp"

namespace rowcast::reference {

// A type of the schema, or one that the schema lacks: then without declared fields.
struct TypeRules {
    std::string_view name;
    std::map<std::string_view, kernels::TypeIndex> fields;  // literally as declared
};

// One selection set. Fields that match the same keys share a slot.
struct SelectionRules {
    struct Field {
        const SelectedField* selected;
        std::size_t slot;
        bool is_typename;
    };
    std::vector<Field> fields;                 // in the selection's order
    std::map<std::string, std::size_t> slots;  // by camelCase form
    bool names_typename = false;               // a field is written under the name `__typename`
};

// How a value is written.
struct Treatment {
    bool verbatim = false;               // a declared scalar: only whitespace goes
    const TypeRules* type = nullptr;     // null: untyped
    std::int32_t set = kNoSelectionSet;  // kNoSelectionSet: everything
};

// Serves one root for as long as the plan lives. Types and selection sets are read when they are
// first met: O(n log n) in their sizes, once. Throws std::bad_alloc.
class PlanRules {
  public:
    explicit PlanRules(const Root& root);

    Treatment row() const { return row_; }

    // For the value of a member of an object of `type` (null: untyped); without its selection set.
    // `key` is the row's decoded key and `camel` its camelCase form.
    Treatment member(const TypeRules* type, std::string_view key, std::string_view camel);

    const SelectionRules& selection(std::int32_t set);

  private:
    const TypeRules* type(kernels::TypeIndex index);

    const Root& root_;
    std::span<const SchemaType> declared_;           // the schema's types; empty without one
    std::vector<std::unique_ptr<TypeRules>> types_;  // by index in the schema; null: unread
    std::vector<std::unique_ptr<SelectionRules>> selections_;  // likewise, in the selection
    TypeRules undeclared_;  // the row's type, where the schema lacks it
    Treatment row_;
};

}  // namespace rowcast::reference
