#include "harness/bench/lookup_variants.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "kernels/algorithm/key_hash.hpp"

namespace rowcast::bench {
namespace {

constexpr unsigned kBitShift = 64 - 7;
constexpr std::size_t kKeysPerBucket = 4;
constexpr std::uint32_t kSeeds = 16;
constexpr std::uint32_t kDisplacements = 1u << 20;

std::uint64_t fnv1a(std::string_view key) noexcept {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char letter : key) {
        hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x100000001B3;
    }
    return hash;
}

std::uint64_t hash_of(std::string_view key, std::uint64_t seed) noexcept {
    return kernels::hash_whole(reinterpret_cast<const std::uint8_t*>(key.data()), key.size(), seed);
}

// The upper half of `number`, as a fraction of 2^32, of `count`: an index without a division.
std::size_t scaled(std::uint64_t number, std::size_t count) noexcept {
    return static_cast<std::size_t>(((number >> 32) * count) >> 32);
}

}  // namespace

KeyBytes::KeyBytes(const std::vector<std::string>& names) {
    std::size_t total = 0;
    for (const std::string& name : names) {
        total += name.size();
    }
    bytes.reserve(total);
    ranges.reserve(names.size());
    for (const std::string& name : names) {
        ranges.push_back({.offset = static_cast<std::uint32_t>(bytes.size()),
                          .size = static_cast<std::uint32_t>(name.size()),
                          .value = static_cast<std::uint32_t>(ranges.size())});
        bytes.insert(bytes.end(), name.begin(), name.end());
    }
}

std::string_view KeyBytes::text(const kernels::KeyRange& range) const noexcept {
    return {reinterpret_cast<const char*>(bytes.data()) + range.offset, range.size};
}

BitmapLookup::BitmapLookup(const std::vector<std::string>& names) : keys_(names) {
    const auto bit_of = [this](const kernels::KeyRange& range) {
        return static_cast<std::size_t>(fnv1a(keys_.text(range)) >> kBitShift);
    };
    std::stable_sort(keys_.ranges.begin(), keys_.ranges.end(),
                     [&](const auto& a, const auto& b) { return bit_of(a) < bit_of(b); });
    for (const kernels::KeyRange& range : keys_.ranges) {
        const std::size_t bit = bit_of(range);
        bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
        ++starts_[bit + 1];
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin(),
                     [](unsigned a, unsigned b) { return static_cast<std::uint16_t>(a + b); });
}

std::int32_t BitmapLookup::find(std::string_view key) const noexcept {
    const auto bit = static_cast<std::size_t>(fnv1a(key) >> kBitShift);
    if ((bits_[bit / 64] >> (bit % 64) & 1) == 0) {
        return kernels::kNotFound;
    }
    for (std::size_t index = starts_[bit]; index != starts_[bit + 1]; ++index) {
        if (keys_.text(keys_.ranges[index]) == key) {
            return static_cast<std::int32_t>(keys_.ranges[index].value);
        }
    }
    return kernels::kNotFound;
}

PerfectLookup::PerfectLookup(const std::vector<std::string>& names)
    : keys_(names), displacements_((names.size() + kKeysPerBucket - 1) / kKeysPerBucket) {
    for (std::uint32_t attempt = 0; attempt != kSeeds; ++attempt) {
        if (place(attempt * 0x9E3779B97F4A7C15)) {
            return;
        }
    }
    throw std::runtime_error("no seed gives these keys a perfect hash");
}

std::size_t PerfectLookup::bucket(std::uint64_t hash) const noexcept {
    return scaled(hash << 32, displacements_.size());
}

std::size_t PerfectLookup::slot(std::uint64_t hash, std::uint32_t displacement) const noexcept {
    return scaled(
        kernels::fold_multiply(hash, displacement * kernels::kHashFactor1 + kernels::kHashFactor2),
        keys_.ranges.size());
}

// Gives every bucket, those with the most keys first, the first displacement that leads all of its
// keys to slots that are free.
bool PerfectLookup::place(std::uint64_t seed) {
    seed_ = seed;
    std::vector<std::vector<kernels::KeyRange>> buckets(displacements_.size());
    for (const kernels::KeyRange& range : keys_.ranges) {
        buckets[bucket(hash_of(keys_.text(range), seed))].push_back(range);
    }
    std::vector<std::size_t> order(buckets.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return buckets[a].size() > buckets[b].size();
    });

    std::vector<kernels::KeyRange> placed(keys_.ranges.size());
    std::vector<bool> is_taken(placed.size(), false);
    for (const std::size_t index : order) {
        std::vector<std::size_t> slots;
        std::uint32_t displacement = 0;
        for (; slots.size() != buckets[index].size(); ++displacement) {
            if (displacement == kDisplacements) {
                return false;
            }
            slots.clear();
            for (const kernels::KeyRange& range : buckets[index]) {
                const std::size_t wanted = slot(hash_of(keys_.text(range), seed), displacement);
                if (is_taken[wanted] || std::count(slots.begin(), slots.end(), wanted) != 0) {
                    break;
                }
                slots.push_back(wanted);
            }
        }
        displacements_[index] = displacement == 0 ? 0 : displacement - 1;
        for (std::size_t at = 0; at != slots.size(); ++at) {
            is_taken[slots[at]] = true;
            placed[slots[at]] = buckets[index][at];
        }
    }
    keys_.ranges = std::move(placed);
    return true;
}

std::int32_t PerfectLookup::find(std::string_view key) const noexcept {
    if (keys_.ranges.empty()) {
        return kernels::kNotFound;
    }
    const std::uint64_t hash = hash_of(key, seed_);
    const kernels::KeyRange& range = keys_.ranges[slot(hash, displacements_[bucket(hash)])];
    return keys_.text(range) == key ? static_cast<std::int32_t>(range.value) : kernels::kNotFound;
}

HashMapLookup::HashMapLookup(const std::vector<std::string>& names) {
    map_.reserve(names.size());
    for (const std::string& name : names) {
        map_.emplace(name, static_cast<std::int32_t>(map_.size()));
    }
}

}  // namespace rowcast::bench
