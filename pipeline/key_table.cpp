#include "pipeline/key_table.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>

#include "kernels/algorithm/key_hash.hpp"

namespace rowcast {

namespace {

using kernels::KeyHash;
using kernels::KeyRange;
using kernels::KeyTableView;

constexpr std::uint32_t kSeeds = 8;
constexpr std::uint32_t kSlotsPerKey = 4;  // a quarter full
constexpr std::uint32_t kLeastSlots = 8;
constexpr std::uint32_t kShortRun = 2;      // good enough to look no further
constexpr std::uint32_t kLongestRun = 16;   // more is not accepted
constexpr std::size_t kFilteredKeys = 128;  // with more, every filter bit would be set anyway

template <class T>
T* allocate_array(std::size_t count, std::pmr::memory_resource* memory) {
    return static_cast<T*>(memory->allocate(count * sizeof(T), alignof(T)));
}

const std::uint8_t* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Spreads odd numbers over all bits; any fixed sequence would do.
std::uint64_t seed_number(std::uint32_t attempt) noexcept { return attempt * 0x9E3779B97F4A7C15; }

// Places all keys in `slots` (cleared first) and returns the longest run of taken slots: what a
// look-up that fails may have to step over.
std::uint32_t place(std::span<const std::string_view> keys, KeyHash kind, std::uint64_t seed,
                    std::uint32_t* slots, std::uint32_t mask, std::uint64_t (&filter)[2]) noexcept {
    std::memset(slots, 0, (std::size_t{mask} + 1) * sizeof *slots);
    filter[0] = filter[1] = keys.size() > kFilteredKeys ? ~std::uint64_t{0} : 0;
    for (std::uint32_t index = 0; index != keys.size(); ++index) {
        const std::string_view key = keys[index];
        const std::uint64_t hash = kind == KeyHash::kEnds
                                       ? kernels::hash_ends(bytes_of(key), key.size(), seed)
                                       : kernels::hash_whole(bytes_of(key), key.size(), seed);
        const unsigned bit = kernels::filter_bit(hash);
        filter[bit >> 6] |= std::uint64_t{1} << (bit & 63);
        std::uint32_t slot = static_cast<std::uint32_t>(hash) & mask;
        for (std::uint32_t steps = 0; slots[slot] != 0; slot = (slot + 1) & mask) {
            if (++steps > kLongestRun) {
                return steps;  // hopeless: do not spend a quadratic time on it
            }
        }
        slots[slot] = index + 1;
    }
    std::uint32_t longest = 0;
    std::uint32_t run = 0;
    for (std::uint32_t step = 0; step != 2 * (mask + 1); ++step) {  // twice around: runs may wrap
        run = slots[step & mask] != 0 ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

}  // namespace

KeyTableView build_key_table(std::span<const std::string_view> keys,
                             std::pmr::memory_resource* memory) {
    KeyTableView table{};
    table.count = static_cast<std::uint32_t>(keys.size());

    std::size_t total = 0;
    for (const std::string_view key : keys) {
        total += key.size();
    }
    auto* const bytes = allocate_array<std::uint8_t>(total, memory);
    auto* const ranges = allocate_array<KeyRange>(keys.size(), memory);
    std::uint32_t offset = 0;
    for (std::uint32_t index = 0; index != keys.size(); ++index) {
        const auto size = static_cast<std::uint32_t>(keys[index].size());
        if (size != 0) {
            std::memcpy(bytes + offset, keys[index].data(), size);
        }
        ranges[index] = {offset, size, index};
        offset += size;
    }
    table.bytes = bytes;
    table.keys = ranges;

    const std::uint32_t slot_count =
        std::bit_ceil(std::max(kLeastSlots, table.count * kSlotsPerKey));
    auto* const slots = allocate_array<std::uint32_t>(slot_count, memory);
    table.slots = slots;
    table.mask = slot_count - 1;
    for (const KeyHash kind : {KeyHash::kEnds, KeyHash::kWhole}) {
        std::uint32_t best_run = kLongestRun + 1;
        std::uint64_t best_seed = 0;
        for (std::uint32_t attempt = 0; attempt != kSeeds && best_run > kShortRun; ++attempt) {
            const std::uint64_t seed = seed_number(attempt);
            const std::uint32_t run = place(keys, kind, seed, slots, table.mask, table.filter);
            if (run < best_run) {
                best_run = run;
                best_seed = seed;
            }
        }
        if (best_run <= kLongestRun) {
            place(keys, kind, best_seed, slots, table.mask, table.filter);
            table.hash_kind = kind;
            table.seed = best_seed;
            return table;
        }
    }
    table.hash_kind = KeyHash::kSorted;
    std::sort(ranges, ranges + keys.size(), [&](const KeyRange& a, const KeyRange& b) {
        return kernels::compare_keys(bytes + a.offset, a.size, bytes + b.offset, b.size) < 0;
    });
    return table;
}

}  // namespace rowcast
