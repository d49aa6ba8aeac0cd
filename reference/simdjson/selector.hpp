#pragma once

// Objects written in a selection's order. On-Demand reads forward only, so an object's members are
// met in the row's order: what is wanted is noted (a scalar where it stands, a container as it will
// be written), and put together when the object ends. Part of engine.cpp.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "kernels/memory.hpp"
#include "kernels/plan_view.hpp"
#include "reference/peer_buffer.hpp"
#include "reference/peer_text.hpp"
#include "reference/simdjson/aside.hpp"
#include "reference/simdjson/writer.hpp"

namespace rowcast::reference {
namespace {

using kernels::NodeIndex;

// The last member that matched a slot of a match node.
struct Found {
    const std::uint8_t* scalar;  // where it stands in the row's copy; null: `offset` counts
    std::size_t offset;          // into the memory aside
    std::size_t size;            // 0: none
};

// Rows of one query have their members in the same order, so the n-th key met under a node is
// usually the one that was met there before: then its slot is known without looking it up.
struct KnownKey {
    const std::uint8_t* data;  // in the caller's row
    std::size_t size;
    std::int32_t slot;
};
inline constexpr std::size_t kKnownKeys = 64;  // for each node

// Kept between rows.
struct SelectionMemory {
    Aside aside;
    Buffer<Found> found;
    std::size_t found_count = 0;
    Buffer<KnownKey> known;              // kKnownKeys for each node,
    Buffer<std::uint32_t> known_counts;  // of which so many are filled

    // Before each batch: keys are remembered where the caller's rows have them.
    bool begin_batch(std::size_t nodes) noexcept {
        if (!known.reserve(nodes * kKnownKeys) || !known_counts.reserve(nodes)) {
            return false;
        }
        std::memset(known_counts.data(), 0, nodes * sizeof(std::uint32_t));
        return true;
    }
    void begin_row() noexcept {
        aside.cursor = aside.begin;
        found_count = 0;
    }
};

// Where in a selection: a match node and the output node that it serves.
struct Nodes {
    NodeIndex match;
    NodeIndex output;
};
inline constexpr Nodes kNoNodes{kernels::kWhole, kernels::kWhole};

class Selector {
  public:
    // `copy` is the padded copy of `row`.
    Selector(const kernels::RootView& root, Writer& writer, SelectionMemory& memory,
             const std::uint8_t* copy, const std::uint8_t* row) noexcept
        : root_(root), writer_(writer), memory_(memory), copy_(copy), row_(row) {}

    // Appends to `output`, which may be the memory aside. `source` is a value or a document. False:
    // the writer knows why.
    template <class Source>
    bool write(Source& source, std::string_view token, TypeIndex type, Nodes nodes,
               std::uint32_t depth, kernels::Output& output) noexcept {
        std::uint8_t* out = output.cursor;
        if (nodes.match == kernels::kWhole || type == kernels::kVerbatim || !is_container(token)) {
            out = writer_.make_room(token.size(), output, out)
                      ? writer_.write(source, token, type, depth, output, out)
                      : nullptr;
            output.cursor = out != nullptr ? out : output.cursor;
            return out != nullptr;
        }
        if (depth >= root_.max_depth) {
            return refuse(ErrorCode::kTooDeep);
        }
        if (token.front() == '[') {
            ondemand::array array;
            return source.get_array().get(array) == simdjson::SUCCESS
                       ? write_array(array, type, nodes, depth + 1, output)
                       : refuse(ErrorCode::kExpectedValue);
        }
        ondemand::object object;
        return source.get_object().get(object) == simdjson::SUCCESS
                   ? write_object(object, type, nodes, depth + 1, output)
                   : refuse(ErrorCode::kExpectedValue);
    }

  private:
    bool refuse(ErrorCode code) noexcept { return writer_.fail(code) != nullptr; }

    bool write_array(ondemand::array& array, TypeIndex type, Nodes nodes, std::uint32_t depth,
                     kernels::Output& output) noexcept {
        if (!put('[', output)) {
            return false;
        }
        bool is_first = true;
        for (auto next : array) {
            ondemand::value value;
            if (std::move(next).get(value) != simdjson::SUCCESS) {
                return refuse(ErrorCode::kExpectedValue);
            }
            if ((!is_first && !put(',', output)) ||
                !write(value, value.raw_json_token(), type, nodes, depth, output)) {
                return false;
            }
            is_first = false;
        }
        return put(']', output);
    }

    bool put(char byte, kernels::Output& output) noexcept {
        if (!writer_.make_room(1, output, output.cursor)) {
            return false;
        }
        *output.cursor++ = static_cast<std::uint8_t>(byte);
        return true;
    }

    bool write_object(ondemand::object& object, TypeIndex type, Nodes nodes, std::uint32_t depth,
                      kernels::Output& output) noexcept {
        const kernels::MatchNode& match = root_.match_nodes[nodes.match];
        const std::size_t first = memory_.found_count;
        const std::size_t aside = aside_size();
        if (!memory_.found.reserve(first + match.slot_count)) {
            return refuse(ErrorCode::kOutOfMemory);
        }
        std::fill_n(memory_.found.data() + first, match.slot_count, Found{});
        memory_.found_count += match.slot_count;
        std::size_t position = 0;
        for (auto next : object) {
            if (next.error() != simdjson::SUCCESS) {
                return refuse(ErrorCode::kExpectedValue);
            }
            ondemand::field field(std::move(next).value_unsafe());
            const std::string_view token = field.value().raw_json_token();
            const Text raw = raw_key(field, token);
            const Text key = has_backslash(raw) ? writer_.unescaped(field) : raw;
            const std::int32_t slot = slot_of(raw, key, nodes.match, position++);
            if (slot == kernels::kNotFound || (type >= 0 && is_typename_key(key))) {
                continue;
            }
            const std::size_t place = first + static_cast<std::size_t>(slot);
            if (is_container(token)) {
                ondemand::value value = field.value();
                const std::size_t offset = aside_size();
                if (!write(value, token, writer_.type_of(key, type), inside(nodes, slot), depth,
                           memory_.aside)) {
                    return false;
                }
                memory_.found.data()[place] = {nullptr, offset, aside_size() - offset};
            } else {
                const Text scalar = trimmed(token);
                memory_.found.data()[place] = {scalar.data, 0, scalar.size};
            }
        }
        const bool done = put_together(nodes, type, first, aside, output);
        memory_.found_count = first;
        return done;
    }

    // Writes what was found. Of an object that is itself noted aside, what its members left there
    // goes: it moves to their place.
    bool put_together(Nodes nodes, TypeIndex type, std::size_t first, std::size_t aside,
                      kernels::Output& output) noexcept {
        const kernels::OutputNode& node = root_.output_nodes[nodes.output];
        const Found* const found = memory_.found.data() + first;
        std::size_t size = kOvercopy + 2;
        if (type >= 0) {
            size += root_.types[type].typename_member.size;
        }
        for (std::uint32_t i = 0; i != node.entry_count; ++i) {
            const kernels::SelectedEntry& entry = node.entries[i];
            constexpr std::size_t kNull = 4;
            size += entry.key.size + 1 +
                    (entry.is_typename && type >= 0 ? root_.types[type].typename_value.size
                                                    : kNull + found[entry.slot].size);
        }
        std::uint8_t* out = output.cursor;
        if (!writer_.make_room(size, output, out)) {
            return false;
        }
        const bool is_aside = &output == &memory_.aside;
        // Tokens are copied with what stands behind them: that must not be what is being written.
        out += is_aside ? kOvercopy : 0;
        std::uint8_t* const begin = out;
        out = put_members(node, type, found, out);
        if (!is_aside) {
            memory_.aside.cursor = memory_.aside.begin + aside;
            output.cursor = out;
            return true;
        }
        const auto written = static_cast<std::size_t>(out - begin);
        std::memmove(output.begin + aside, begin, written);
        output.cursor = output.begin + aside + written;
        return true;
    }

    std::uint8_t* put_members(const kernels::OutputNode& node, TypeIndex type, const Found* found,
                              std::uint8_t* out) noexcept {
        *out++ = '{';
        if (type >= 0 && root_.always_typename && !node.names_typename) {
            out = put(root_.types[type].typename_member, out);
        }
        for (std::uint32_t i = 0; i != node.entry_count; ++i) {
            const kernels::SelectedEntry& entry = node.entries[i];
            const Found& value = found[entry.slot];
            const bool is_typename = entry.is_typename && type >= 0;
            if (!is_typename && value.size == 0 && root_.omit_missing) {
                continue;
            }
            out = put(entry.key, out);
            if (is_typename) {
                out = put(root_.types[type].typename_value, out);
            } else if (value.size == 0) {
                std::memcpy(out, "null", 4);
                out += 4;
            } else {
                const std::uint8_t* const data =
                    value.scalar != nullptr ? value.scalar : memory_.aside.begin + value.offset;
                out = copy_token({data, value.size}, out);
            }
            *out++ = ',';
        }
        out -= out[-1] == ',';
        *out++ = '}';
        return out;
    }

    static std::uint8_t* put(kernels::Bytes bytes, std::uint8_t* out) noexcept {
        std::memcpy(out, bytes.data, bytes.size);
        return out + bytes.size;
    }

    std::int32_t slot_of(Text raw, Text key, NodeIndex node, std::size_t position) noexcept {
        std::uint32_t& count = memory_.known_counts.data()[node];
        KnownKey* const known =
            memory_.known.data() + static_cast<std::size_t>(node) * kKnownKeys + position;
        if (position < count && known->size == raw.size && equal(known->data, raw.data, raw.size))
            [[likely]] {
            return known->slot;
        }
        const std::int32_t slot = find_key(root_.match_nodes[node].keys, writer_.camel(key));
        if (position < kKnownKeys && position <= count) {
            *known = {row_ + (raw.data - copy_), raw.size, slot};
            count += position == count ? 1 : 0;
        }
        return slot;
    }

    Nodes inside(Nodes nodes, std::int32_t slot) const noexcept {
        const NodeIndex match = root_.match_nodes[nodes.match].children[slot];
        if (match == kernels::kWhole) {
            return kNoNodes;
        }
        const kernels::SelectedEntry* entry = root_.output_nodes[nodes.output].entries;
        while (entry->slot != static_cast<std::uint32_t>(slot)) {
            ++entry;
        }
        return {match, entry->selection};
    }

    std::size_t aside_size() const noexcept {
        return static_cast<std::size_t>(memory_.aside.cursor - memory_.aside.begin);
    }

    const kernels::RootView& root_;
    Writer& writer_;
    SelectionMemory& memory_;
    const std::uint8_t* copy_;
    const std::uint8_t* row_;
};

}  // namespace
}  // namespace rowcast::reference
