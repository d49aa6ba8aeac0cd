#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "harness/equivalence/model.hpp"
#include "workloads/random.hpp"

namespace rowcast::equivalence {

namespace {

// Writes tokens and the whitespace between them.
class Writer {
  public:
    Writer(Layout layout, std::uint64_t seed) : layout_(layout), random_(seed) {}

    void value(const Value& value) {
        gap();
        switch (value.kind) {
            case Value::Kind::kScalar:
                text_ += value.token;
                break;
            case Value::Kind::kArray:
                container('[', ']', value);
                break;
            case Value::Kind::kObject:
                container('{', '}', value);
                break;
        }
        gap();
    }

    std::string take() { return std::move(text_); }

  private:
    void container(char open, char close, const Value& value) {
        text_ += open;
        for (std::size_t i = 0; i != value.children.size(); ++i) {
            if (i != 0) {
                text_ += layout_ == Layout::kJsonb ? ", " : ",";
            }
            if (value.kind == Value::Kind::kObject) {
                gap();
                text_ += value.keys[i];
                gap();
                text_ += layout_ == Layout::kJsonb ? ": " : ":";
            }
            this->value(value.children[i]);
        }
        if (value.children.empty()) {
            gap();
        }
        text_ += close;
    }

    void gap() {
        if (layout_ != Layout::kRandom || !random_.chance(30)) {
            return;
        }
        const std::uint64_t length = random_.chance(5) ? random_.below(80) : random_.below(4);
        for (std::uint64_t i = 0; i != length; ++i) {
            text_ += " \n\t\r"[random_.below(4)];
        }
    }

    Layout layout_;
    workloads::Random random_;
    std::string text_;
};

void mutate(std::string& text, const Mutation& mutation) {
    const std::size_t position = mutation.position % (text.size() + 1);
    const bool inside = position < text.size();
    switch (mutation.kind) {
        case Mutation::Kind::kTruncate:
            text.resize(position);
            break;
        case Mutation::Kind::kReplace:
            if (inside) {
                text[position] = static_cast<char>(mutation.byte);
            }
            break;
        case Mutation::Kind::kInsert:
            text.insert(position, 1, static_cast<char>(mutation.byte));
            break;
        case Mutation::Kind::kErase:
            if (inside) {
                text.erase(position, 1);
            }
            break;
        case Mutation::Kind::kExchange:
            if (position + 1 < text.size()) {
                std::swap(text[position], text[position + 1]);
            }
            break;
    }
}

std::string joined_paths(const std::vector<SelectedFieldModel>& fields,
                         std::vector<const SelectedFieldModel*>& path,
                         std::string (*entry)(const std::vector<const SelectedFieldModel*>& path)) {
    std::string text;
    for (const SelectedFieldModel& field : fields) {
        path.push_back(&field);
        // An object's own entry gives its alias; without one its path is told by its fields.
        if (field.fields.empty() || !field.alias.empty()) {
            text += entry(path) + ",";
        }
        text += joined_paths(field.fields, path, entry);
        path.pop_back();
    }
    return text;
}

std::string list_of_paths(const std::vector<SelectedFieldModel>& fields,
                          std::string (*entry)(const std::vector<const SelectedFieldModel*>&)) {
    std::vector<const SelectedFieldModel*> path;
    std::string text = "[" + joined_paths(fields, path, entry);
    if (text.back() == ',') {
        text.pop_back();
    }
    return text + "]";
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (byte < 0x20) {
            result += "\\u00";
            result += "01"[byte >> 4U];
            result += "0123456789abcdef"[byte & 15U];
        } else {
            result += c;
        }
    }
    return result + "\"";
}

std::string render(const Value& value, Layout layout, std::uint64_t layout_seed) {
    Writer writer(layout, layout_seed);
    writer.value(value);
    return writer.take();
}

std::string render(const RowModel& row) {
    std::string text = row.text ? *row.text : render(row.value, row.layout, row.layout_seed);
    for (const Mutation& mutation : row.mutations) {
        mutate(text, mutation);
    }
    return text;
}

std::string render_schema(const std::vector<SchemaTypeModel>& types) {
    std::string text = R"({"version":"1.0","features":[],"types":{)";
    const char* type_separator = "";
    for (const SchemaTypeModel& type : types) {
        text += std::exchange(type_separator, ",") + quoted(type.name) + R"(:{"fields":{)";
        const char* field_separator = "";
        for (const SchemaFieldModel& field : type.fields) {
            text += std::exchange(field_separator, ",") + quoted(field.name) + R"(:{"type_name":)" +
                    quoted(field.type_name) + R"(,"is_nested_object":)" +
                    (field.is_nested_object ? "true" : "false") + R"(,"is_list":)" +
                    (field.is_list ? "true" : "false") + "}";
        }
        text += "}}";
    }
    return text + "}}";
}

std::string render_graphql(const std::vector<SelectedFieldModel>& fields) {
    std::string text = "{ ";
    for (const SelectedFieldModel& field : fields) {
        text += field.alias.empty() ? field.name : field.alias + ": " + field.name;
        text += " ";
        if (!field.fields.empty()) {
            text += render_graphql(field.fields) + " ";
        }
    }
    return text + "}";
}

std::string render_field_selections(const std::vector<SelectedFieldModel>& fields) {
    return list_of_paths(fields, [](const std::vector<const SelectedFieldModel*>& path) {
        std::string names;
        for (const SelectedFieldModel* field : path) {
            names += (names.empty() ? "" : ".") + field->name;
        }
        std::string entry = R"({"materialized_path":)" + quoted(names);
        if (!path.back()->alias.empty()) {
            entry += R"(,"alias":)" + quoted(path.back()->alias);
        }
        return entry + "}";
    });
}

std::string render_field_paths(const std::vector<SelectedFieldModel>& fields) {
    return list_of_paths(fields, [](const std::vector<const SelectedFieldModel*>& path) {
        std::string entry = "[";
        for (const SelectedFieldModel* field : path) {
            entry += (entry.size() == 1 ? "" : ",") + quoted(field->name);
        }
        return entry + "]";
    });
}

cases::TransformCase render(const CaseModel& model) {
    cases::TransformCase result = model.options;
    if (model.schema) {
        result.schema = render_schema(*model.schema);
    }
    switch (model.notation) {
        case Notation::kNone:
            break;
        case Notation::kGraphql:
            result.select = render_graphql(model.selection);
            break;
        case Notation::kFieldSelections:
            result.field_selections = render_field_selections(model.selection);
            break;
        case Notation::kFieldPaths:
            result.field_paths = render_field_paths(model.selection);
            break;
    }
    for (const RowModel& row : model.rows) {
        result.rows.push_back(render(row));
    }
    return result;
}

}  // namespace rowcast::equivalence
