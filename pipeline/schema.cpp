#include "pipeline/schema.hpp"

#include <map>
#include <memory_resource>

#include "pipeline/json_document.hpp"
#include "pipeline/key_table.hpp"
#include "pipeline/name_pool.hpp"
#include "pipeline/text.hpp"

namespace rowcast {

struct Schema::Data {
    std::pmr::monotonic_buffer_resource memory;
    NamePool names{&memory};
    std::pmr::vector<SchemaType> types{&memory};
    std::pmr::vector<kernels::TypeView> views{&memory};
    std::map<std::string_view, std::int32_t> by_name;
};

namespace {

kernels::Bytes view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()),
            static_cast<std::uint32_t>(text.size())};
}

template <class T>
std::span<T> allocate_array(std::size_t count, std::pmr::memory_resource* memory) {
    return {static_cast<T*>(memory->allocate(count * sizeof(T), alignof(T))), count};
}

// The place of a member, for messages: types.User.fields.posts
std::string place(std::string_view type) { return "schema, types." + shown(type); }
std::string place(std::string_view type, std::string_view field) {
    return place(type) + ".fields." + shown(field);
}

}  // namespace

kernels::TypeView make_type_view(std::string_view name, std::span<const SchemaField> fields,
                                 std::pmr::memory_resource* memory) {
    const std::string_view value = quoted("", name, "", memory);
    const std::string_view member = quoted("\"__typename\":", name, ",", memory);
    const auto children = allocate_array<kernels::TypeIndex>(fields.size(), memory);
    std::vector<std::string_view> names(fields.size());
    for (std::size_t i = 0; i != fields.size(); ++i) {
        names[i] = fields[i].name;
        children[i] = fields[i].type;
    }
    return {view_of(member), view_of(value), build_key_table(names, memory), children.data()};
}

Result<std::shared_ptr<const Schema>> Schema::parse(std::string_view json) {
    const Result<nlohmann::json> document = parse_json_document(json, "schema");
    if (!document) {
        return document.error();
    }
    if (!document->is_object()) {
        return PlanError{"schema: an object expected"};
    }
    const auto types = document->find("types");
    if (types == document->end() || !types->is_object()) {
        return PlanError{"schema: 'types', an object, is missing"};
    }

    auto data = std::make_unique<Data>();
    const auto intern = [&](std::string_view name) {
        const auto known = data->by_name.find(name);
        if (known != data->by_name.end()) {
            return known->second;
        }
        const auto index = static_cast<std::int32_t>(data->types.size());
        const std::string_view kept = data->names.intern(name);
        data->types.push_back({kept, {}});
        data->by_name.emplace(kept, index);
        return index;
    };
    for (const auto& [name, type] : types->items()) {
        intern(name);
    }
    for (const auto& [name, type] : types->items()) {
        if (!type.is_object()) {
            return PlanError{place(name) + ": an object expected"};
        }
        const auto declared = type.find("fields");
        if (declared == type.end()) {
            continue;
        }
        if (!declared->is_object()) {
            return PlanError{place(name) + ".fields: an object expected"};
        }
        const auto fields = allocate_array<SchemaField>(declared->size(), &data->memory);
        std::size_t count = 0;
        for (const auto& [field_name, field] : declared->items()) {
            if (!field.is_object()) {
                return PlanError{place(name, field_name) + ": an object expected"};
            }
            const auto type_name = field.find("type_name");
            if (type_name == field.end() || !type_name->is_string()) {
                return PlanError{place(name, field_name) + ": 'type_name', a string, is missing"};
            }
            const auto nested = field.find("is_nested_object");
            if (nested != field.end() && !nested->is_boolean()) {
                return PlanError{place(name, field_name) +
                                 ": 'is_nested_object' is neither true nor false"};
            }
            const bool is_nested = nested != field.end() && nested->get<bool>();
            const auto& target = type_name->get_ref<const std::string&>();
            fields[count++] = SchemaField{
                .name = data->names.intern(field_name),
                .type_name = data->names.intern(target),
                .type = is_nested ? intern(target) : kernels::kVerbatim,
            };
        }
        data->types[static_cast<std::size_t>(data->by_name.at(name))].fields = fields;
    }
    for (const SchemaType& type : data->types) {
        data->views.push_back(make_type_view(type.name, type.fields, &data->memory));
    }
    return std::shared_ptr<const Schema>(new Schema(std::move(data)));
}

std::span<const SchemaType> Schema::types() const noexcept { return data_->types; }

std::span<const kernels::TypeView> Schema::views() const noexcept { return data_->views; }

std::int32_t Schema::find_type(std::string_view name) const noexcept {
    const auto known = data_->by_name.find(name);
    return known == data_->by_name.end() ? -1 : known->second;
}

const NamePool& Schema::names() const noexcept { return data_->names; }

Schema::Schema(std::unique_ptr<Data> data) noexcept : data_(std::move(data)) {}
Schema::~Schema() = default;

}  // namespace rowcast
