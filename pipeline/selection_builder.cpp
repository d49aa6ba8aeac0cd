#include "pipeline/selection_builder.hpp"

#include "pipeline/text.hpp"

namespace rowcast {

namespace {

std::string in_quotes(std::string_view text) { return "'" + shown(text) + "'"; }

}  // namespace

SelectionBuilder::SelectionBuilder(KeyStyle keys, NamePool& names,
                                   std::pmr::memory_resource* temporary)
    : keys_(keys),
      names_(&names),
      selection_{std::pmr::vector<SelectionSet>(names.memory())},
      by_response_name_(temporary) {
    add_set();
}

std::int32_t SelectionBuilder::add_set() {
    selection_.sets.emplace_back();
    return static_cast<std::int32_t>(selection_.sets.size() - 1);
}

Result<std::int32_t> SelectionBuilder::add(std::int32_t set, std::string_view name,
                                           std::optional<std::string_view> alias,
                                           bool has_selection) {
    const std::string_view kept_name = names_->intern(name);
    const std::string_view camel_name = names_->intern(camel_case(kept_name, names_->memory()));
    const std::string_view response_name = alias                     ? names_->intern(*alias)
                                           : keys_ == KeyStyle::kRaw ? kept_name
                                                                     : camel_name;
    const bool is_typename = camel_name == kTypenameKey;
    if (is_typename && has_selection) {
        return PlanError{in_quotes(name) + " has no fields to select from"};
    }
    if (!is_typename && response_name == kTypenameKey) {
        return PlanError{"the response name '__typename' is not free for the field " +
                         in_quotes(name)};
    }

    auto& fields = selection_.sets[static_cast<std::size_t>(set)].fields;
    const auto [known, is_new] = by_response_name_.try_emplace({set, response_name}, fields.size());
    if (is_new) {
        fields.push_back({kept_name, camel_name, response_name, kNoSelectionSet, is_typename});
        if (!has_selection) {
            return kNoSelectionSet;
        }
        const std::size_t index = fields.size() - 1;
        const std::int32_t inside = add_set();  // may move the sets
        selection_.sets[static_cast<std::size_t>(set)].fields[index].selection_set = inside;
        return inside;
    }
    const SelectedField& first = fields[known->second];
    if (first.camel_name != camel_name) {
        return PlanError{"two fields, " + in_quotes(first.name) + " and " + in_quotes(name) +
                         ", under the response name " + in_quotes(response_name)};
    }
    if ((first.selection_set != kNoSelectionSet) != has_selection) {
        return PlanError{"the response name " + in_quotes(response_name) +
                         " is selected once with and once without a sub-selection"};
    }
    return first.selection_set;
}

}  // namespace rowcast
