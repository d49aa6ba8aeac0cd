// FraiseQL's two notations for a selection: lists of paths, with or without aliases. The paths are
// put into a tree first, because an entry may name an object that another entry, before or after
// it, looks into.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/json_document.hpp"
#include "pipeline/selection.hpp"
#include "pipeline/selection_builder.hpp"
#include "pipeline/text.hpp"

namespace rowcast {

namespace {

using Path = std::vector<std::string>;

class PathTree {
  public:
    explicit PathTree(NamePool& names) : names_(&names) { nodes_.emplace_back(); }

    // Adds the list's next entry.
    void add(const Path& path, std::optional<std::string> alias) {
        std::size_t node = 0;
        for (const std::string& segment : path) {
            node = step(node, segment);
        }
        nodes_[node].entries.push_back({entry_count_, path.back(), std::move(alias)});
        ++entry_count_;
    }

    Result<Selection> build(KeyStyle keys) {
        SelectionBuilder builder(keys, *names_, std::pmr::get_default_resource());
        struct Open {
            std::size_t node;
            std::int32_t set;
        };
        std::vector<Open> open{{0, SelectionBuilder::kRow}};
        while (!open.empty()) {
            const Open parent = open.back();
            open.pop_back();
            for (const auto& [node, entry] : fields_of(parent.node)) {
                const bool has_selection = !nodes_[node].children.empty();
                if (has_selection) {
                    if (const auto conflict = conflicting_names(nodes_[node], keys)) {
                        return *conflict;
                    }
                }
                const Result<std::int32_t> inside =
                    builder.add(parent.set, entry.spelling, entry.alias, has_selection);
                if (!inside) {
                    return PlanError{entry_label(entry.index) + ": " + inside.error().message};
                }
                if (has_selection && *inside != kNoSelectionSet) {
                    open.push_back({node, *inside});
                }
            }
        }
        return builder.finish();
    }

  private:
    struct Entry {
        std::size_t index;     // in the list
        std::string spelling;  // of the last segment
        std::optional<std::string> alias;
    };
    struct Node {
        std::vector<Entry> entries;         // those for this very path
        std::vector<std::size_t> children;  // in the order of their first appearance
        std::size_t first_entry = 0;        // the first to pass through here
        std::string first_spelling;
    };

    std::size_t step(std::size_t parent, const std::string& segment) {
        const auto [known, is_new] = steps_.try_emplace(
            {parent, std::string(camel_case(segment, names_->memory()))}, nodes_.size());
        if (is_new) {
            nodes_.emplace_back();
            nodes_.back().first_entry = entry_count_;
            nodes_.back().first_spelling = segment;
            nodes_[parent].children.push_back(known->second);
        }
        return known->second;
    }

    // The fields of an object in the order of the list. A leaf has one for each of its entries; an
    // object has one, its first entry's, or one of its own making.
    std::vector<std::pair<std::size_t, Entry>> fields_of(std::size_t parent) const {
        std::vector<std::pair<std::size_t, Entry>> fields;
        for (const std::size_t child : nodes_[parent].children) {
            const Node& node = nodes_[child];
            if (node.entries.empty()) {
                fields.push_back({child, {node.first_entry, node.first_spelling, std::nullopt}});
                continue;
            }
            const std::size_t count = node.children.empty() ? node.entries.size() : 1;
            for (std::size_t i = 0; i != count; ++i) {
                fields.push_back({child, node.entries[i]});
            }
        }
        std::stable_sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
            return a.second.index < b.second.index;
        });
        return fields;
    }

    // An object that entries look into has one name.
    std::optional<PlanError> conflicting_names(const Node& node, KeyStyle keys) const {
        const auto name = [&](const Entry& entry) {
            return entry.alias              ? std::string_view(*entry.alias)
                   : keys == KeyStyle::kRaw ? std::string_view(entry.spelling)
                                            : camel_case(entry.spelling, names_->memory());
        };
        for (const Entry& entry : node.entries) {
            if (name(entry) != name(node.entries.front())) {
                return PlanError{entry_label(entry.index) + ": '" + shown(entry.spelling) +
                                 "' is named both '" + shown(name(node.entries.front())) +
                                 "' and '" + shown(name(entry)) +
                                 "', and other entries look into it"};
            }
        }
        return std::nullopt;
    }

    static std::string entry_label(std::size_t index) {
        return "selection, entry " + std::to_string(index);
    }

    NamePool* names_;
    std::vector<Node> nodes_;
    std::map<std::pair<std::size_t, std::string>, std::size_t> steps_;
    std::size_t entry_count_ = 0;
};

Path split_at_dots(std::string_view text) {
    Path path;
    for (;;) {
        const std::size_t dot = text.find('.');
        path.emplace_back(text.substr(0, dot));
        if (dot == std::string_view::npos) {
            return path;
        }
        text.remove_prefix(dot + 1);
    }
}

PlanError entry_error(std::string_view what, std::size_t index, std::string_view message) {
    return {std::string(what) + ", entry " + std::to_string(index) + ": " + std::string(message)};
}

// The selection's JSON, which must be a list.
Result<nlohmann::json> parse_list(std::string_view json, std::string_view what) {
    Result<nlohmann::json> document = parse_json_document(json, what);
    if (document && !document->is_array()) {
        return PlanError{std::string(what) + ": a list expected"};
    }
    return document;
}

}  // namespace

Result<Selection> parse_field_selections(std::string_view json, KeyStyle keys, NamePool& names) {
    constexpr std::string_view kWhat = "field selections";
    const Result<nlohmann::json> list = parse_list(json, kWhat);
    if (!list) {
        return list.error();
    }
    PathTree tree(names);
    for (std::size_t index = 0; index != list->size(); ++index) {
        const nlohmann::json& entry = (*list)[index];
        if (!entry.is_object()) {
            return entry_error(kWhat, index, "an object expected");
        }
        const auto path = entry.find("materialized_path");
        if (path == entry.end() || !path->is_string()) {
            return entry_error(kWhat, index, "'materialized_path', a string, is missing");
        }
        std::optional<std::string> name;
        const auto alias = entry.find("alias");
        if (alias != entry.end() && !alias->is_null()) {
            if (!alias->is_string()) {
                return entry_error(kWhat, index, "'alias' is not a string");
            }
            name = split_at_dots(alias->get_ref<const std::string&>()).back();
        }
        tree.add(split_at_dots(path->get_ref<const std::string&>()), std::move(name));
    }
    return tree.build(keys);
}

Result<Selection> parse_field_paths(std::string_view json, KeyStyle keys, NamePool& names) {
    constexpr std::string_view kWhat = "field paths";
    const Result<nlohmann::json> list = parse_list(json, kWhat);
    if (!list) {
        return list.error();
    }
    PathTree tree(names);
    for (std::size_t index = 0; index != list->size(); ++index) {
        const nlohmann::json& entry = (*list)[index];
        if (!entry.is_array() || entry.empty()) {
            return entry_error(kWhat, index, "a list of at least one name expected");
        }
        Path path;
        for (const nlohmann::json& segment : entry) {
            if (!segment.is_string()) {
                return entry_error(kWhat, index, "a name is not a string");
            }
            path.push_back(segment.get<std::string>());
        }
        tree.add(path, std::nullopt);
    }
    return tree.build(keys);
}

}  // namespace rowcast
