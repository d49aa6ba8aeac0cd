#pragma once

// Key look-up in a plan: a filter bit rules most strangers out, a slot names one candidate, and the
// bytes decide.

#include <cstddef>
#include <cstdint>

#include "kernels/algorithm/key_hash.hpp"
#include "kernels/algorithm/text.hpp"
#include "kernels/plan_view.hpp"

namespace rowcast::kernels {
namespace {

inline std::int32_t find_key_sorted(const KeyTableView& table, const std::uint8_t* key,
                                    std::size_t size) noexcept {
    std::uint32_t low = 0;
    std::uint32_t high = table.count;
    while (low != high) {
        const std::uint32_t middle = low + (high - low) / 2;
        const KeyRange& range = table.keys[middle];
        const int order = compare_keys(key, size, table.bytes + range.offset, range.size);
        if (order == 0) {
            return static_cast<std::int32_t>(range.value);
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return kNotFound;
}

inline std::int32_t find_key(const KeyTableView& table, const std::uint8_t* key,
                             std::size_t size) noexcept {
    if (table.hash_kind == KeyHash::kSorted) [[unlikely]] {
        return find_key_sorted(table, key, size);
    }
    const std::uint64_t hash = table.hash_kind == KeyHash::kEnds
                                   ? hash_ends(key, size, table.seed)
                                   : hash_whole(key, size, table.seed);
    if (!filter_admits(table.filter, filter_bit(hash))) {
        return kNotFound;
    }
    for (auto slot = static_cast<std::uint32_t>(hash) & table.mask;;
         slot = (slot + 1) & table.mask) {
        const std::uint32_t entry = table.slots[slot];
        if (entry == 0) {
            return kNotFound;
        }
        const KeyRange& range = table.keys[entry - 1];
        if (range.size == size && bytes_equal(table.bytes + range.offset, key, size)) {
            return static_cast<std::int32_t>(range.value);
        }
    }
}

}  // namespace
}  // namespace rowcast::kernels
