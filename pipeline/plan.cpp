#include "pipeline/plan.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory_resource>
#include <vector>

#include "pipeline/key_table.hpp"
#include "pipeline/name_pool.hpp"
#include "pipeline/text.hpp"

namespace rowcast {

namespace {

using kernels::Bytes;
using kernels::MatchNode;
using kernels::NodeIndex;
using kernels::OutputNode;
using kernels::SelectedEntry;

std::uint64_t new_root_id() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Bytes view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()),
            static_cast<std::uint32_t>(text.size())};
}

template <class T>
std::span<T> allocate_array(std::size_t count, std::pmr::memory_resource* memory) {
    return {static_cast<T*>(memory->allocate(count * sizeof(T), alignof(T))), count};
}

// The two sides of a compiled selection (kernels/plan_view.hpp).
struct SelectionTables {
    std::span<MatchNode> match;
    std::span<OutputNode> output;
};

// Each selection set is one output node. Sets that look into the same field, under several aliases,
// share one match node, so that a row's object is indexed once for all of them.
class SelectionCompiler {
  public:
    // The tables go into `memory`.
    SelectionCompiler(const Selection& selection, std::pmr::memory_resource* memory)
        : selection_(selection), memory_(memory) {}

    SelectionTables compile() {
        const auto output = allocate_array<OutputNode>(selection_.sets.size(), memory_);
        groups_.emplace_back().push_back(0);
        for (std::size_t group = 0; group != groups_.size(); ++group) {
            compile_group(group, output);
        }
        const auto match = allocate_array<MatchNode>(match_.size(), memory_);
        std::copy(match_.begin(), match_.end(), match.begin());
        return {match, output};
    }

  private:
    using Sets = std::pmr::vector<std::int32_t>;

    void compile_group(std::size_t group, std::span<OutputNode> output) {
        const Sets sets = std::move(groups_[group]);  // new groups move the old ones
        std::pmr::map<std::string_view, std::uint32_t> slots(&temporary_);
        std::pmr::vector<std::string_view> names(&temporary_);
        std::pmr::vector<Sets> inside(&temporary_);  // per slot: the sub-selections
        for (const std::int32_t set : sets) {
            const auto& fields = selection_.sets[static_cast<std::size_t>(set)].fields;
            const auto entries = allocate_array<SelectedEntry>(fields.size(), memory_);
            bool names_typename = false;
            for (std::size_t i = 0; i != fields.size(); ++i) {
                const SelectedField& field = fields[i];
                const auto [slot, is_new] =
                    slots.try_emplace(field.camel_name, static_cast<std::uint32_t>(names.size()));
                if (is_new) {
                    names.push_back(field.camel_name);
                    inside.emplace_back();
                }
                if (field.selection_set != kNoSelectionSet) {
                    inside[slot->second].push_back(field.selection_set);
                }
                names_typename = names_typename || field.response_name == kTypenameKey;
                entries[i] = {
                    .key = view_of(quoted("", field.response_name, ":", memory_)),
                    .slot = slot->second,
                    .selection = field.selection_set,
                    .is_typename = field.is_typename,
                };
            }
            output[static_cast<std::size_t>(set)] = {
                entries.data(), static_cast<std::uint32_t>(entries.size()), names_typename};
        }
        const auto children = allocate_array<NodeIndex>(names.size(), memory_);
        for (std::size_t slot = 0; slot != names.size(); ++slot) {
            children[slot] = kernels::kWhole;
            if (!inside[slot].empty()) {
                children[slot] = static_cast<NodeIndex>(groups_.size());
                groups_.push_back(std::move(inside[slot]));
            }
        }
        match_.push_back({build_key_table(names, memory_), children.data(),
                          static_cast<std::uint32_t>(names.size())});
    }

    const Selection& selection_;
    std::pmr::memory_resource* memory_;
    std::array<std::byte, 4096> first_bytes_;  // enough for most selections
    std::pmr::monotonic_buffer_resource temporary_{first_bytes_.data(), first_bytes_.size()};
    std::pmr::vector<Sets> groups_{&temporary_};  // per match node: the selection sets it serves
    std::pmr::vector<MatchNode> match_{&temporary_};
};

// A plan and the memory of all that it refers to.
class CompiledPlan final : public Plan {
  public:
    CompiledPlan(std::shared_ptr<const Schema> schema, bool wrap)
        : schema_(std::move(schema)),
          names_(&memory_, schema_ == nullptr ? nullptr : &schema_->names()) {
        wrap_ = wrap;
    }
    ~CompiledPlan() = default;

    std::optional<PlanError> add_roots(std::span<const RootOptions> all) {
        if (all.empty()) {
            return PlanError{"a plan needs at least one root field"};
        }
        if (!wrap_ && all.size() != 1) {
            return PlanError{"without the wrapper there can be only one root field"};
        }
        const auto roots = allocate_array<Root>(all.size(), &memory_);
        std::array<std::byte, 512> first_bytes;
        std::pmr::monotonic_buffer_resource temporary(first_bytes.data(), first_bytes.size());
        std::pmr::map<std::string_view, std::size_t> by_field(&temporary);
        for (std::size_t i = 0; i != all.size(); ++i) {
            if (!is_valid_utf8(all[i].field)) {
                return PlanError{"the response key of root " + std::to_string(i) +
                                 " is not valid UTF-8"};
            }
            const auto [known, is_new] = by_field.try_emplace(all[i].field, i);
            if (!is_new) {
                return PlanError{"roots " + std::to_string(known->second) + " and " +
                                 std::to_string(i) + " have the same response key '" +
                                 shown(all[i].field) + "'"};
            }
            if (std::optional<PlanError> error = compile_root(all[i], roots[i])) {
                if (all.size() != 1) {
                    error->message = "root " + shown(all[i].field) + ": " + error->message;
                }
                return error;
            }
        }
        roots_ = roots;
        return std::nullopt;
    }

  private:
    std::optional<PlanError> compile_root(const RootOptions& options, Root& root) {
        if (options.type && !is_valid_utf8(*options.type)) {
            return PlanError{"the type's name is not valid UTF-8"};
        }
        const Result<const Selection*> selection = parse_selection(options);
        if (!selection) {
            return selection.error();
        }
        const std::string_view field = names_.intern(options.field);
        std::construct_at(&root, Root{
                                     .field = field,
                                     .member = quoted("", field, ":", &memory_),
                                     .single = options.single,
                                     .row_overhead = 0,
                                     .view = {},
                                     .schema = schema_.get(),
                                     .type = std::nullopt,
                                     .selection = *selection,
                                     .typename_mode = options.typename_mode,
                                     .keys = options.keys,
                                     .omit_missing = options.omit_missing,
                                     .max_depth = options.max_depth,
                                 });
        kernels::RootView& view = root.view;
        view.id = new_root_id();
        view.row_type = kernels::kUntyped;
        if (schema_ != nullptr) {
            view.types = schema_->views().data();
        }
        if (options.type) {
            root.type = names_.intern(*options.type);
            set_row_type(*root.type, view);
        }
        view.max_depth = options.max_depth;
        view.raw_keys = options.keys == KeyStyle::kRaw;
        view.always_typename = options.typename_mode == TypenameMode::kAlways;
        view.omit_missing = options.omit_missing;
        view.has_selection = root.selection != nullptr;
        if (view.has_selection) {
            const SelectionTables tables = SelectionCompiler(*root.selection, &memory_).compile();
            view.match_nodes = tables.match.data();
            view.output_nodes = tables.output.data();
            view.match_node_count = static_cast<std::uint32_t>(tables.match.size());
            for (const SelectedEntry& entry :
                 std::span(tables.output[0].entries, tables.output[0].entry_count)) {
                constexpr std::size_t kNull = 5;  // `null,`
                root.row_overhead += entry.key.size + kNull;
            }
        }
        if (view.row_type >= 0) {
            root.row_overhead += view.types[view.row_type].typename_member.size;
        }
        return std::nullopt;
    }

    // A type that the schema knows is its own; one that it does not know stands behind copies of
    // the schema's, so that all are found by one index.
    void set_row_type(std::string_view name, kernels::RootView& view) {
        const std::int32_t known = schema_ == nullptr ? -1 : schema_->find_type(name);
        if (known >= 0) {
            view.row_type = known;
            return;
        }
        const std::size_t declared = schema_ == nullptr ? 0 : schema_->views().size();
        const auto types = allocate_array<kernels::TypeView>(declared + 1, &memory_);
        if (declared != 0) {
            std::copy(schema_->views().begin(), schema_->views().end(), types.begin());
        }
        types[declared] = make_type_view(name, {}, &memory_);
        view.types = types.data();
        view.row_type = static_cast<kernels::TypeIndex>(declared);
    }

    // Null where the options select everything.
    Result<const Selection*> parse_selection(const RootOptions& options) {
        const int given = (options.select ? 1 : 0) + (options.field_selections ? 1 : 0) +
                          (options.field_paths ? 1 : 0);
        if (given == 0) {
            return nullptr;
        }
        if (given != 1) {
            return PlanError{
                "a selection set, field selections and field paths exclude one another"};
        }
        Result<Selection> selection =
            options.select ? parse_selection_set(*options.select, options.keys, names_)
            : options.field_selections
                ? parse_field_selections(*options.field_selections, options.keys, names_)
                : parse_field_paths(*options.field_paths, options.keys, names_);
        if (!selection) {
            return selection.error();
        }
        // Its arrays are in the same memory, so there is nothing to destroy.
        return std::pmr::polymorphic_allocator<>(&memory_).new_object<Selection>(
            std::move(*selection));
    }

    std::array<std::byte, 1024> first_bytes_;
    std::pmr::monotonic_buffer_resource memory_{first_bytes_.data(), first_bytes_.size()};
    std::shared_ptr<const Schema> schema_;
    NamePool names_;
};

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::compile(std::span<const RootOptions> roots,
                                                  std::shared_ptr<const Schema> schema, bool wrap) {
    const auto plan = std::make_shared<CompiledPlan>(std::move(schema), wrap);
    if (std::optional<PlanError> error = plan->add_roots(roots)) {
        return *std::move(error);
    }
    return std::shared_ptr<const Plan>(plan);
}

}  // namespace rowcast
