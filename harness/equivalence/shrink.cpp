#include "harness/equivalence/shrink.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace rowcast::equivalence {

namespace {

using Path = std::vector<std::size_t>;

Value& at(Value& value, const Path& path) {
    Value* node = &value;
    for (const std::size_t index : path) {
        node = &node->children[index];
    }
    return *node;
}

void erase_children(Value& value, std::size_t first, std::size_t count) {
    const auto from = static_cast<std::ptrdiff_t>(first);
    const auto to = static_cast<std::ptrdiff_t>(first + count);
    value.children.erase(value.children.begin() + from, value.children.begin() + to);
    if (value.kind == Value::Kind::kObject) {
        value.keys.erase(value.keys.begin() + from, value.keys.begin() + to);
    }
}

// Lists the removals of runs of n things: all, halves, quarters, ..., single ones.
template <class Remove>
void list_removals(std::size_t n, Remove remove) {
    for (std::size_t length = n; length != 0; length /= 2) {
        for (std::size_t first = 0; first + length <= n; first += length) {
            remove(first, length);
        }
    }
}

class Lister {
  public:
    explicit Lister(const CaseModel& model) : model_(model) {}

    std::vector<Simplification> list() {
        rows();
        whole_parts();
        schema();
        selection(model_.selection, {});
        for (std::size_t row = 0; row != model_.rows.size(); ++row) {
            if (model_.rows[row].text) {
                text(row, *model_.rows[row].text);
            } else {
                structure(row);
            }
        }
        return std::move(list_);
    }

  private:
    void add(Simplification simplification) { list_.push_back(std::move(simplification)); }

    void rows() {
        list_removals(model_.rows.size(), [&](std::size_t first, std::size_t count) {
            add([=](CaseModel& model) {
                const auto from = model.rows.begin() + static_cast<std::ptrdiff_t>(first);
                model.rows.erase(from, from + static_cast<std::ptrdiff_t>(count));
            });
        });
    }

    void whole_parts() {
        const cases::TransformCase& options = model_.options;
        const cases::TransformCase defaults;
        if (model_.schema) {
            add([](CaseModel& model) { model.schema.reset(); });
        }
        if (model_.notation != Notation::kNone) {
            add([](CaseModel& model) {
                model.notation = Notation::kNone;
                model.selection.clear();
            });
        }
        if (options.type) {
            add([](CaseModel& model) { model.options.type.reset(); });
        }
        if (options.field != defaults.field) {
            add([defaults](CaseModel& model) { model.options.field = defaults.field; });
        }
        if (options.typename_mode != defaults.typename_mode) {
            add([defaults](CaseModel& model) {
                model.options.typename_mode = defaults.typename_mode;
            });
        }
        if (options.keys != defaults.keys) {
            add([defaults](CaseModel& model) { model.options.keys = defaults.keys; });
        }
        if (options.single) {
            add([](CaseModel& model) { model.options.single = false; });
        }
        if (!options.wrap) {
            add([](CaseModel& model) { model.options.wrap = true; });
        }
        if (options.omit_missing) {
            add([](CaseModel& model) { model.options.omit_missing = false; });
        }
        if (options.max_depth != defaults.max_depth) {
            add([defaults](CaseModel& model) { model.options.max_depth = defaults.max_depth; });
        }
    }

    void schema() {
        if (!model_.schema) {
            return;
        }
        for (std::size_t type = 0; type != model_.schema->size(); ++type) {
            add([type](CaseModel& model) {
                model.schema->erase(model.schema->begin() + static_cast<std::ptrdiff_t>(type));
            });
            const auto& fields = (*model_.schema)[type].fields;
            for (std::size_t field = 0; field != fields.size(); ++field) {
                add([type, field](CaseModel& model) {
                    auto& all = (*model.schema)[type].fields;
                    all.erase(all.begin() + static_cast<std::ptrdiff_t>(field));
                });
            }
        }
    }

    // `path` leads to the fields whose list is `fields`.
    void selection(const std::vector<SelectedFieldModel>& fields, const Path& path) {
        const auto find = [](CaseModel& model, const Path& to) {
            auto* list = &model.selection;
            for (const std::size_t index : to) {
                list = &(*list)[index].fields;
            }
            return list;
        };
        for (std::size_t index = 0; index != fields.size(); ++index) {
            // A selection set must not become empty: that would mean something else.
            if (fields.size() > 1) {
                add([=](CaseModel& model) {
                    auto* list = find(model, path);
                    list->erase(list->begin() + static_cast<std::ptrdiff_t>(index));
                });
            }
            if (!fields[index].fields.empty()) {
                add([=](CaseModel& model) { (*find(model, path))[index].fields.clear(); });
            }
            if (!fields[index].alias.empty()) {
                add([=](CaseModel& model) { (*find(model, path))[index].alias.clear(); });
            }
        }
        for (std::size_t index = 0; index != fields.size(); ++index) {
            Path deeper = path;
            deeper.push_back(index);
            selection(fields[index].fields, deeper);
        }
    }

    void structure(std::size_t row) {
        const RowModel& model = model_.rows[row];
        list_removals(model.mutations.size(), [&](std::size_t first, std::size_t count) {
            add([=](CaseModel& edited) {
                auto& mutations = edited.rows[row].mutations;
                const auto from = mutations.begin() + static_cast<std::ptrdiff_t>(first);
                mutations.erase(from, from + static_cast<std::ptrdiff_t>(count));
            });
        });
        if (model.layout != Layout::kCompact) {
            add([row](CaseModel& edited) { edited.rows[row].layout = Layout::kCompact; });
        }
        value(row, model.value, {});
        // When its structure cannot be made simpler any more, the bytes can.
        add([row](CaseModel& edited) {
            edited.rows[row].text = render(edited.rows[row]);
            edited.rows[row].mutations.clear();
        });
    }

    void value(std::size_t row, const Value& value, const Path& path) {
        const auto edit = [&](auto change) {
            add([row, path, change](CaseModel& model) { change(at(model.rows[row].value, path)); });
        };
        if (value.kind == Value::Kind::kScalar) {
            if (value.token != "0") {
                edit([](Value& node) { node.token = "0"; });
                token(row, value.token, [path](RowModel& model) -> std::string& {
                    return at(model.value, path).token;
                });
            }
            return;
        }
        for (std::size_t child = 0; child != value.children.size(); ++child) {
            edit([child](Value& node) {
                Value copy = node.children[child];
                node = std::move(copy);
            });
        }
        list_removals(value.children.size(), [&](std::size_t first, std::size_t count) {
            edit([=](Value& node) { erase_children(node, first, count); });
        });
        for (std::size_t child = 0; child != value.keys.size(); ++child) {
            token(row, value.keys[child], [path, child](RowModel& model) -> std::string& {
                return at(model.value, path).keys[child];
            });
        }
        for (std::size_t child = 0; child != value.children.size(); ++child) {
            Path deeper = path;
            deeper.push_back(child);
            this->value(row, value.children[child], deeper);
        }
    }

    // Takes runs of bytes out of a string token, quotes left in place.
    template <class Find>
    void token(std::size_t row, const std::string& token, Find find) {
        if (token.size() < 3 || token[0] != '"') {
            return;
        }
        list_removals(token.size() - 2, [&](std::size_t first, std::size_t count) {
            add([=](CaseModel& model) { find(model.rows[row]).erase(1 + first, count); });
        });
    }

    void text(std::size_t row, const std::string& text) {
        list_removals(text.size(), [&](std::size_t first, std::size_t count) {
            add([=](CaseModel& model) { model.rows[row].text->erase(first, count); });
        });
    }

    const CaseModel& model_;
    std::vector<Simplification> list_;
};

}  // namespace

std::vector<Simplification> simplifications(const CaseModel& model) { return Lister(model).list(); }

}  // namespace rowcast::equivalence
