#include "reference/plan_rules.hpp"

#include "reference/row_text.hpp"

namespace rowcast::reference {

PlanRules::PlanRules(const Root& root) : root_(root) {
    if (root.schema != nullptr) {
        declared_ = root.schema->types();
        types_.resize(declared_.size());
    }
    if (root.selection != nullptr) {
        selections_.resize(root.selection->sets.size());
        row_.set = 0;
    }
    if (root.type) {
        undeclared_.name = *root.type;
        row_.type = &undeclared_;
        for (std::size_t i = 0; i < declared_.size(); ++i) {
            if (declared_[i].name == *root.type) {
                row_.type = type(static_cast<kernels::TypeIndex>(i));
            }
        }
    }
}

Treatment PlanRules::member(const TypeRules* type_of_object, std::string_view key,
                            std::string_view camel) {
    Treatment treatment;
    if (type_of_object == nullptr) {
        return treatment;
    }
    auto declared = type_of_object->fields.find(key);
    if (declared == type_of_object->fields.end()) {
        declared = type_of_object->fields.find(camel);
    }
    if (declared == type_of_object->fields.end()) {
        return treatment;
    }
    if (declared->second == kernels::kVerbatim) {
        treatment.verbatim = true;
    } else {
        treatment.type = type(declared->second);
    }
    return treatment;
}

const TypeRules* PlanRules::type(kernels::TypeIndex index) {
    std::unique_ptr<TypeRules>& rules = types_[static_cast<std::size_t>(index)];
    if (!rules) {
        rules = std::make_unique<TypeRules>();
        const SchemaType& declared = declared_[static_cast<std::size_t>(index)];
        rules->name = declared.name;
        for (const SchemaField& field : declared.fields) {
            rules->fields.insert_or_assign(field.name, field.type);
        }
    }
    return rules.get();
}

const SelectionRules& PlanRules::selection(std::int32_t set) {
    std::unique_ptr<SelectionRules>& rules = selections_[static_cast<std::size_t>(set)];
    if (!rules) {
        rules = std::make_unique<SelectionRules>();
        for (const SelectedField& field :
             root_.selection->sets[static_cast<std::size_t>(set)].fields) {
            // What the field matches is worked out anew: the plan's own camelCase is judged too.
            const std::string camel = camel_case(field.name);
            const bool is_typename = camel == "__typename";
            const std::size_t slot =
                rules->slots.try_emplace(camel, rules->slots.size()).first->second;
            rules->fields.push_back({&field, slot, is_typename});
            rules->names_typename |= field.response_name == "__typename";
        }
    }
    return *rules;
}

}  // namespace rowcast::reference
